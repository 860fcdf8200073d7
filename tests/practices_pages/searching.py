"""What the tests of the search share: a small collection, and how to find in it."""

from typing import Any

import pytest
from django.utils import timezone

from practices_pages import polish, search_index
from practices_pages.models import PracticePage
from practices_pages.search import Found, find
from practices_pages.visibility import public
from tests.factories import make_practice

# Stems find less than lemmas do, and there is no wheel of Morfeusz for some machines.
needs_dictionary = pytest.mark.skipif(
    polish.morfeusz2 is None, reason="Morfeusz is not installed here."
)
EMPTY = dict.fromkeys(
    ("local_system", "problem", "who_when_what", "effects", "cost", "why_promote", "replication"),
    "<p>Opis.</p>",
)


def practice(index: Any, title: str, text: str = "Opis.", **fields: Any) -> PracticePage:
    """A public practice whose words are those of its title and one section."""
    fields = {"lead": "Opis.", "areas": ["male-szkoly"], "live": True, **EMPTY, **fields}
    return make_practice(index, title=title, solution=f"<p>{text}</p>", **fields)


def many(index: Any, *texts: tuple[str, str]) -> list[PracticePage]:
    """Public practices without a history: much faster than publishing each."""
    number = index.numchild
    pages = []
    for title, text in texts:
        number += 1
        fields = {**EMPTY, "title": title, "solution": f"<p>{text}</p>"}
        page = PracticePage(
            slug=f"wiele-{number}", first_published_at=timezone.now(), live=False, **fields
        )
        index.add_child(instance=page)
        PracticePage.objects.filter(pk=page.pk).update(live=True)
        pages.append(page)
    search_index.reindex([page.pk for page in pages])
    return pages


def found(text: str, **fields: Any) -> Found:
    return find(text, pages=public(PracticePage.objects.all()), **fields)


def titles(text: str) -> list[str]:
    """Of the exact results, the best first."""
    return titles_of(found(text).exact)


def titles_of(keys: list[int]) -> list[str]:
    pages = PracticePage.objects.in_bulk(keys)
    return [pages[key].title for key in keys]
