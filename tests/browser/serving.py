"""The site as in production: gunicorn, compressed and hashed static files, no DEBUG."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from cms.site_setup import ensure_site

ROOT = Path(settings.BASE_DIR)
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "cms.wsgi"]
COLLECT = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]


@contextmanager
def like_production(var: Path) -> Iterator[str]:
    """The address of a site with the database of this test (a file) and the uploads in `var`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    ensure_site(address)
    environment = _environment(var, address)
    subprocess.run(COLLECT, cwd=ROOT, env=environment, check=True, capture_output=True)
    with (var / "gunicorn.log").open("wb") as log:
        command = [*GUNICORN, "--bind", f"127.0.0.1:{port}"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield address
        finally:
            server.terminate()
            server.wait()


def _environment(var: Path, address: str) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "tests.browser.production",
        "PYTHONPATH": str(ROOT),
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "BASE_URL": address,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": "only-for-measuring",
        "NEWSLETTER_SUPPRESSION_KEY": "only-for-measuring",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "NEWSLETTER_CONTROLLER_NAME": settings.NEWSLETTER_CONTROLLER_NAME,
        "NEWSLETTER_CONTROLLER_ADDRESS": settings.NEWSLETTER_CONTROLLER_ADDRESS,
        "NEWSLETTER_CONTROLLER_EMAIL": settings.NEWSLETTER_CONTROLLER_EMAIL,
    }
