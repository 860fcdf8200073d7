"""Judge what is stored again: what is older than the judgement, or came past the forms."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from practices_pages.uploads import UploadRefused, check_document, clean_image


class Command(BaseCommand):
    help = "List stored documents and images that would be refused today. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = problems = 0
        for kind, model, judge in (
            ("document", get_document_model(), check_document),
            ("image", get_image_model(), clean_image),
        ):
            for stored in model.objects.order_by("pk").iterator():
                checked += 1
                for problem in found(stored, judge):
                    problems += 1
                    self.tell(kind, stored, problem, as_json=options["json"])
        if not options["json"]:
            self.stdout.write(f"checked {checked}, problems {problems}")
        if problems:
            raise CommandError("Open them in the panel: replace them with clean files, or delete.")

    def tell(self, kind: str, stored: Any, problem: str, *, as_json: bool) -> None:
        if as_json:
            row = {"kind": kind, "id": stored.pk, "name": stored.filename, "problem": problem}
            self.stdout.write(json.dumps(row, ensure_ascii=False))
        else:
            self.stdout.write(f"{kind} {stored.pk} {stored.filename}: {problem}")


def found(stored: Any, judge: Any) -> Iterator[str]:
    try:
        with stored.file.storage.open(stored.file.name, "rb") as content:
            judge(content, stored.filename)
    except UploadRefused as refusal:
        yield " ".join(refusal.messages)
    except FileNotFoundError:
        yield "the file is not in the storage"
