from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from cms import second_factor


class Command(BaseCommand):
    help = (
        "Remove the second factor of one person and end their sessions: for the administrator who "
        "lost the telephone and has nobody to ask. The next sign-in leads to setting up anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        model = get_user_model()
        user = model._default_manager.filter(**{model.USERNAME_FIELD: username}).first()
        if user is None:
            raise CommandError("There is no such account.")
        apps = second_factor.remove_everything(user, by=None)
        self.stdout.write(f"Removed {apps} apps and the recovery codes; all sessions ended.")
