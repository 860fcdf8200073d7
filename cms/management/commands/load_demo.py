from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms import demo_content
from cms.site_setup import ensure_site


class Command(BaseCommand):
    help = "Load the demo content once; what was changed since is kept. Nothing is mailed by it."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts have known passwords: only with DEBUG.")
        with transaction.atomic():
            if demo_content.is_loaded():
                ensure_site(settings.BASE_URL)
                self.stdout.write("The demo content is there already; nothing was changed.")
                return
            practices = demo_content.load(settings.BASE_URL)
        self.stdout.write(f"Loaded the demo content: {practices} practices.")
