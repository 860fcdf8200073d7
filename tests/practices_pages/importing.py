"""A file put through the command, and what came of it."""

import json

from django.core.management import CommandError, call_command

from practices_pages.models import PracticePage


def lines(*records):
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def imported(tmp_path, data, name="praktyki.jsonl", **options):
    """The rows of the run's report; a file of bytes or of records."""
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else lines(*data))
    report = tmp_path / "report.json"
    with report.open("w") as out:
        try:
            call_command("import_practices", str(file), json=True, stdout=out, **options)
        except CommandError:
            assert report.stat().st_size or out.tell(), "refused as a whole"
    return json.loads(report.read_text())


def outcomes(report):
    return [row["outcome"] for row in report["rows"]]


def only_practice():
    return PracticePage.objects.get()
