"""The demo's collections, from collections.json, and what two of its practices won."""

from datetime import date
from typing import Any

from cms.demo_files import read
from cms.demo_pages.films import illustrate
from cms.site_setup import SiteTree
from practices_pages.models import (
    CollectionEditor,
    CollectionIndexPage,
    CollectionItem,
    CollectionPage,
    CollectionSource,
    PracticeDistinction,
    PracticePage,
)

TEXTS = (
    "title", "slug", "lead", "introduction", "shows_outline", "sources_introduction", "call",
    "team_name", "team_email", "team_phone",
)  # fmt: skip


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    content = read("collections.json")
    index = CollectionIndexPage.objects.child_of(tree.home).get()
    index.introduction = content["index"]["introduction"]
    index.updated_on = date.fromisoformat(content["index"]["updated_on"])
    index.save_revision().publish()
    for slug, rows in content["distinctions"].items():
        _award(PracticePage.objects.get(slug=slug), rows)
    for entry in content["collections"]:
        _create_collection(index, entry, owner=users["redaktor"])


def _award(page: PracticePage, rows: list[dict[str, Any]]) -> None:
    page.distinctions = [PracticeDistinction(**row) for row in rows]
    page.save_revision().publish()


def _create_collection(index: CollectionIndexPage, entry: dict[str, Any], *, owner: Any) -> None:
    page = CollectionPage(
        locale=index.locale,
        live=False,
        owner=owner,
        updated_on=date.fromisoformat(entry["updated_on"]),
        **{name: entry[name] for name in TEXTS},
    )
    if "image" in entry:
        illustrate(page, entry["image"])
    page.items = [
        CollectionItem(practice=PracticePage.objects.get(slug=row["practice"]), note=row["note"])
        for row in entry["items"]
    ]
    page.editors = [CollectionEditor(**row) for row in entry["editors"]]
    page.sources = [CollectionSource(**row) for row in entry["sources"]]
    index.add_child(instance=page)
    page.save_revision().publish()
