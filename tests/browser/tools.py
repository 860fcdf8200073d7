"""Tools that look at finished pages, from npm: axe-core, the HTML checker, Lighthouse."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = MODULES / "lighthouse" / "cli" / "index.js"

GROUPS = ("performance", "accessibility", "best-practices", "seo")
# Findings about HTTPS: the proxy brings it (deploy/), and nobody speaks it at 127.0.0.1.
NOT_AT_HOME = (
    "is-on-https",  # the very scheme
    "redirects-http",  # SECURE_SSL_REDIRECT, off without TLS
    "has-hsts",  # SECURE_HSTS_SECONDS is sent over HTTPS alone
)
# No sandbox for root; nothing but the site is asked, not even for updates of the browser.
CHROMIUM_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking "
    "--disable-component-update --disable-sync "
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"'
)

# Tables that a narrow screen shows as blocks lose their meaning there unless they say it again.
HARMLESS = (
    ".*role is unnecessary for element.*",
    ".*must not be used on a “t[rhd]” element which has a “table” ancestor.*",
)


def install() -> bool:
    """Fetch the locked tools where npm is; whether they are there now."""
    if not AXE.exists() and (npm := shutil.which("npm")):
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=FOLDER, check=False, capture_output=True)
    return AXE.exists()


def needs(tool: Path, *, program: str = "") -> None:
    """Skip the test, loudly, where the tool or the program that runs it is not there."""
    if not tool.exists() or (program and not shutil.which(program)):
        pytest.skip(f"NO {tool.name} or no {program or 'npm'} on this machine: did not run")


def axe_source() -> str:
    needs(AXE)
    return AXE.read_text(encoding="utf-8")


def html_problems(folder: Path) -> list[str]:
    """What the HTML checker has against the pages in a folder, a line each."""
    needs(VNU, program="java")
    command = ["java", "-jar", str(VNU), "--format", "json", "--exit-zero-always"]
    command += ["--filterpattern", "|".join(HARMLESS)]
    found = subprocess.run([*command, str(folder)], check=True, capture_output=True, text=True)
    messages: list[dict[str, Any]] = json.loads(found.stderr or "{}").get("messages", [])
    return [
        f"{Path(line['url']).stem}: {line['message']} ({line.get('extract', '')[:120]})"
        for line in messages
        if line["type"] != "info" or line.get("subType") == "warning"
    ]


def lighthouse(address: str, *, browser: str, keep_in: Path) -> "Report":
    """What Lighthouse says of a page on a telephone with a slow line."""
    needs(LIGHTHOUSE, program="node")
    file = keep_in / "lighthouse.json"
    command = ["node", str(LIGHTHOUSE), address, "--quiet", "--no-enable-error-reporting"]
    command += ["--output=json", f"--output-path={file}", f"--chrome-flags={CHROMIUM_FLAGS}"]
    command += [f"--only-categories={','.join(GROUPS)}", f"--skip-audits={','.join(NOT_AT_HOME)}"]
    environment = {**os.environ, "CHROME_PATH": browser}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return Report(json.loads(file.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Report:
    content: dict[str, Any]

    @property
    def scores(self) -> dict[str, int]:
        groups = self.content["categories"]
        return {name: round(100 * (groups[name]["score"] or 0)) for name in GROUPS}

    @property
    def faults(self) -> list[str]:
        """The findings that cost points, with what was measured or the first places."""
        found = []
        for name in GROUPS:
            for reference in self.content["categories"][name]["auditRefs"]:
                audit = self.content["audits"][reference["id"]]
                if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                    found.append(f"{audit['id']} {audit.get('displayValue', '')} {_places(audit)}")
        return found


def _places(audit: dict[str, Any]) -> str:
    items = audit.get("details", {}).get("items", [])
    return " ".join(item["node"]["snippet"] for item in items[:3] if "node" in item)
