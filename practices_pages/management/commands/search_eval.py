"""How well the search finds what people judged relevant. See docs/search.md."""

import json
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practices_pages.models import PracticePage, PracticeSource
from practices_pages.search import find

DEPTH = 10


@dataclass(frozen=True)
class Result:
    """What became of one query. `first` is the rank of the first relevant practice, 0 without."""

    id: str
    query: str
    relevant: list[str]
    found: list[str]
    exact: int
    recall: float
    first: int

    @property
    def is_right(self) -> bool:
        """Nothing left out and the first one right; with no answer, nothing claimed to be one."""
        if not self.relevant:
            return self.exact == 0
        return self.recall == 1 and self.first == 1


class Command(BaseCommand):
    help = (
        "Rank the imported practices, drafts included, for the queries of a file: JSON Lines with "
        "id, query and relevant (ids at the source). Prints recall@10 and MRR."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--practices",
            type=Path,
            metavar="FILE",
            help="rank only the practices of this file, which must have been imported",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        practices = options["practices"]
        self.sources = _sources({line["id"] for line in _lines(practices)} if practices else None)
        if not self.sources:
            raise CommandError("No practice with an id at its source: run import_practices first.")
        results = [self.result_of(line) for line in _lines(options["file"])]
        answerable = [result for result in results if result.relevant]
        figures = {
            "practices": len(self.sources),
            "queries": len(results),
            "answerable": len(answerable),
            "recall_at_10": _mean([result.recall for result in answerable]),
            "mrr": _mean([1 / result.first if result.first else 0 for result in answerable]),
            "unanswerable": len(results) - len(answerable),
            "unanswerable_right": sum(r.is_right for r in results if not r.relevant),
        }
        if options["json"]:
            failed = [asdict(result) for result in results if not result.is_right]
            self.stdout.write(json.dumps({**figures, "failed": failed}, ensure_ascii=False))
            return
        self.tell(figures, [result for result in results if not result.is_right])

    def result_of(self, line: dict[str, Any]) -> Result:
        found = find(line["query"], pages=PracticePage.objects.filter(pk__in=self.sources))
        ids = [self.sources[page_id] for page_id in [*found.exact, *found.similar]]
        relevant = set(line["relevant"])
        hits = [place for place, names in enumerate(ids, start=1) if relevant & names]
        top = set().union(*ids[:DEPTH])
        return Result(
            id=line["id"],
            query=line["query"],
            relevant=sorted(relevant),
            found=[min(names) for names in ids[:DEPTH]],
            exact=len(found.exact),
            recall=len(relevant & top) / min(len(relevant), DEPTH) if relevant else 0,
            first=hits[0] if hits else 0,
        )

    def tell(self, figures: dict[str, Any], failed: list[Result]) -> None:
        for result in failed:
            self.stdout.write(
                f"{result.id} “{result.query}”: recall {result.recall:.2f}, first at"
                f" {result.first or 'no place'}, {result.exact} exact\n"
                f"    wanted {' '.join(result.relevant) or 'nothing'}\n"
                f"    came   {' '.join(result.found) or 'nothing'}"
            )
        self.stdout.write(
            "{answerable} queries over {practices} practices: recall@10 {recall_at_10:.3f},"
            " MRR {mrr:.3f}. Without an answer: {unanswerable_right} of {unanswerable}"
            " claim none.".format(**figures)
        )


def _sources(wanted: set[str] | None) -> dict[int, set[str]]:
    """Ids at the source by page; a practice may be known by several."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = PracticeSource.objects.exclude(source_id="").values_list("page_id", "source_id")
    for page_id, source_id in rows:
        if wanted is None or source_id in wanted:
            found[page_id].add(source_id)
    return dict(found)


def _lines(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {error}") from error


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
