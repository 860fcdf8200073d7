"""The demo under one Ctrl-C: site, newsletter worker and task worker."""

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override
from honcho.manager import Manager

from cms.demo_content import DEMO_PASSWORD, DEMO_USERS


class Command(BaseCommand):
    help = "Set up the demo, serve it and work, until Ctrl-C. What was changed is kept."
    requires_system_checks = []  # The child processes run them; the demo starts sooner.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo only runs with the development settings (DEBUG).")
        refuse_busy_port(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_demo", stdout=self.stdout)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(welcome(settings.BASE_URL))
        sys.exit(serve(host, port))


def refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            raise CommandError(
                f"Port {port} on {host} is taken ({busy.strerror}). "
                f"Choose another one: make demo PORT={port + 1}"
            ) from busy


def welcome(base_url: str) -> str:
    with override("en"):
        logins = "\n".join(
            f"    {user.username:<16} {DEMO_PASSWORD:<16} {user.role}" for user in DEMO_USERS
        )
    return f"""
Dobre Praktyki is running. Stop it with Ctrl-C; what you change is kept in var/.

  Site           {base_url}/            (English: {base_url}/en/)
  Editing        {base_url}/panel/
  Captured mail  {base_url}/demo/mail/
  Headless API   {base_url}/api/v1/docs

  Demo logins
{logins}
"""


def serve(host: str, port: int) -> int:
    """Run the three processes until one of them ends; return its exit status."""
    manager = Manager()
    python = sys.executable
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    gunicorn = f"{python} -m gunicorn --bind {address} --threads 8 --log-level warning"
    processes = {
        "site": f"{gunicorn} --env DJANGO_SETTINGS_MODULE=cms.settings.dev cms.wsgi",
        "newsletter": f"{python} manage.py work --loop",
        "tasks": f"{python} manage.py db_worker --no-reload --no-startup-delay --interval 2 -v 0",
    }
    for name, command in processes.items():
        manager.add_process(name, command, env=environment, cwd=str(settings.BASE_DIR))
    manager.loop()
    return int(manager.returncode or 0)
