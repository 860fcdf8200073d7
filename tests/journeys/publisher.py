"""Publishes in a process of its own, which somebody outside may kill at any instant.

Django is loaded once. Every line on standard input, `database act page`, forks one process that
stops until it is continued, does the act in that database, and ends. Prints its process id, then
how it ended.
"""

import os
import signal
import sys

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse


def publish(page_id: int) -> None:
    """The Publish button of the editor, pressed by an administrator."""
    # Only now can models be imported, and with them what the editor's form holds.
    from tests.practices_pages.editing import edit_form

    page = apps.get_model("practices_pages", "PracticePage").objects.get(pk=page_id)
    fields = edit_form(page, announce="on", publication_note="Ktoś musi to zrobić.")
    path = reverse("wagtailadmin_pages:edit", args=[page_id])
    _signed_in("administratorka").post(path, fields | {"action-publish": "1"})


def approve(page_id: int) -> None:
    """The last approval of the workflow."""
    page = apps.get_model("practices_pages", "PracticePage").objects.get(pk=page_id)
    if page.current_workflow_task_state is not None:
        state = page.current_workflow_task_state.pk
        path = reverse("wagtailadmin_pages:workflow_action", args=[page_id, "approve", state])
        _signed_in("administratorka").post(path, {"comment": "Ktoś musi to zrobić."})


def tick(page_id: int) -> None:
    """The clock, when a publication is due."""
    call_command("tick")


ACTS = {act.__name__: act for act in (publish, approve, tick)}


def _signed_in(username: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(get_user_model().objects.get(username=username))
    return client


def _act(database: str, act: str, page_id: str) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    connections["default"].settings_dict["NAME"] = database
    os.kill(os.getpid(), signal.SIGSTOP)
    ACTS[act](int(page_id))


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    django.setup()
    say("ready")
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            code = 1
            try:
                _act(*line.split())
                code = 0
            finally:
                os._exit(code)
        os.waitpid(process, os.WUNTRACED)  # Continued before it stops it would wait for ever.
        say(process)
        _pid, status = os.waitpid(process, 0)
        say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
