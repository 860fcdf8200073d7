"""Stands before Wagtail's command of this name, so that one bad page never stops the others."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practices_pages.publishing import publish_due


class Command(BaseCommand):
    help = "Publish pages whose time has come and unpublish expired ones, page by page."

    def handle(self, *args: Any, **options: Any) -> None:
        report = publish_due()
        self.stdout.write(
            f"published {len(report.published)}, expired {len(report.expired)}, "
            f"refused {len(report.refused)}, failed {len(report.failed)}"
        )
        for refusal in report.refused:
            self.stdout.write(f"refused page {refusal.object_id}: {refusal.message}")
        if report.failed:
            raise CommandError("failed and tried again next time: " + str(report.failed))
