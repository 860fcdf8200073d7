"""Install the system's Chromium where that is allowed; say one loud line where it is not."""

import os
import shutil
import subprocess
import sys

from tests.browser import tools


def chromium() -> str | None:
    """The path of the system's Chromium or Chrome, if there is one."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def main() -> int:
    if not tools.install():
        sys.stdout.write("!! NO axe-core: npm is missing, and what it brings is skipped.\n")
    if chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium"],
        ):
            subprocess.run(
                command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    if chromium():
        return 0
    sys.stdout.write(
        "!! NO CHROMIUM: browser tests will be skipped. Install the package `chromium`.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
