"""`make demo-check`: the README's proof."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.demo_journey import Journey
from cms.demo_mail import captured_mail, captured_names
from cms.http_person import StepFailed

START_SECONDS = 60


def holds_files(folder: Path) -> bool:
    """Folders alone are no data: every start of the site makes some."""
    return any(path.is_file() for path in folder.rglob("*"))


class Command(BaseCommand):
    help = (
        "Take the whole journey without a person: workflow, sign-up, announcement, one-click "
        "unsubscribe, API. Give it an empty VAR_DIR; exits 1 if a step is wrong."
    )
    requires_system_checks = []  # Every process it starts runs them.

    def handle(self, *args: Any, **options: Any) -> None:
        if holds_files(settings.VAR_DIR):
            raise CommandError(f"VAR_DIR must be empty for the check: {settings.VAR_DIR}")
        port = free_port()
        base_url = f"http://127.0.0.1:{port}"
        # This visitor fills in a form faster than a person can.
        environment = os.environ | {"BASE_URL": base_url, "NEWSLETTER_SIGN_UP_MIN_SECONDS": "0"}
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "load_demo")
        with serving(port, environment):
            self.take(
                Journey(
                    base_url,
                    work=lambda: manage(environment, "deliver_announcements", "--until-empty"),
                    arrived=captured_messages,
                )
            )

    def take(self, journey: Journey) -> None:
        names = [name for name, _step in journey.steps()]
        width = max(map(len, names))
        for name, step in journey.steps():
            try:
                result = step()
            except (StepFailed, requests.RequestException) as failure:
                self.stdout.write(f"WRONG  {name:<{width}}  {failure}")
                raise CommandError("The journey ended at a step that is wrong.") from failure
            self.stdout.write(f"ok     {name:<{width}}  {result}")


def captured_messages() -> list[EmailMessage]:
    return [captured_mail(name).message for name in reversed(captured_names())]


def manage(environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603 - our own command, no text from outside
        command, check=False, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    if done.returncode:
        raise CommandError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int, environment: dict[str, str]) -> Iterator[None]:
    """The site in a process of its own, stopped at the end."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--keep-alive",
        "75",
    ]
    command += ["--log-level", "warning", "cms.wsgi"]
    environment |= {"DJANGO_SETTINGS_MODULE": "cms.settings.dev"}
    server = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)  # noqa: S603
    try:
        wait_for(port, server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The site did not start.")
