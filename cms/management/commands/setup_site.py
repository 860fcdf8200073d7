from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cms.site_setup import ensure_site


class Command(BaseCommand):
    help = (
        "Create what a new site begins with: home page, practice index, groups and the workflow. "
        "Safe to call again; it changes nothing that is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            tree = ensure_site(settings.BASE_URL)
        self.stdout.write(f"The site {settings.BASE_URL} is ready: {tree.practices.full_url}")
