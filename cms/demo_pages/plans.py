"""The demo's collection of plans, from plans.json: eleven plans of units of all four groups."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cms.demo_files import create_document, read
from cms.site_setup import SiteTree
from practices_pages.models import (
    ContactPerson,
    KeyCompetence,
    LocalGovernmentUnit,
    PlanCollectionDocument,
    PlanCollectionPage,
    PlanDocument,
    PlanIndexPage,
    PlanPage,
    PlanPartner,
    ThematicArea,
)

CONSENT_LASTS = timedelta(days=730)
TEXTS = (
    "title", "slug", "lead", "scope", "school_year", "resolution", "debate", "debate_note",
    "team_size", "aims", "other_competences", "files_note",
)  # fmt: skip
DAYS = ("dated_on", "adopted_on", "implementation_start", "debate_on")


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    content = read("plans.json")
    index = PlanIndexPage.objects.child_of(tree.home).get()
    index.introduction = content["introduction"]
    index.save_revision().publish()
    collection = _create_collection(index, content["collection"])
    for entry in content["plans"]:
        _create_plan(collection, entry, owner=users["redaktor"])


def _create_collection(index: PlanIndexPage, entry: dict[str, Any]) -> PlanCollectionPage:
    fields = {name: value for name, value in entry.items() if name != "documents"}
    fields["updated_on"] = date.fromisoformat(fields["updated_on"])
    page = PlanCollectionPage(locale=index.locale, live=False, **fields)
    page.documents = [PlanCollectionDocument(**_file(row)) for row in entry["documents"]]
    index.add_child(instance=page)
    page.save_revision().publish()
    return page


def _create_plan(collection: PlanCollectionPage, entry: dict[str, Any], *, owner: Any) -> None:
    unit = LocalGovernmentUnit.objects.get(code=entry["unit"])
    page = PlanPage(
        locale=collection.locale,
        live=False,
        owner=owner,
        unit=unit,
        updated_on=collection.updated_on,
        **{name: entry[name] for name in TEXTS if name in entry},
        **{name: date.fromisoformat(entry[name]) for name in DAYS if name in entry},
    )
    page.school_year = page.school_year or collection.school_year
    if contact := entry.get("contact"):
        until = timezone.localdate() + CONSENT_LASTS
        page.contact = ContactPerson.objects.create(**contact, unit=unit, published_until=until)
    page.documents = [PlanDocument(**_file(row)) for row in entry["files"]]
    page.partners = [PlanPartner(**row) for row in entry["partners"]]
    page.areas.set(ThematicArea.objects.filter(slug__in=entry["areas"]))
    page.competences.set(KeyCompetence.objects.filter(slug__in=entry["competences"]))
    collection.add_child(instance=page)
    page.save_revision().publish()


def _file(row: dict[str, Any]) -> dict[str, Any]:
    fields = {name: row[name] for name in ("kind", "description", "licence", "is_accessible")}
    on = row["dated_on"] and date.fromisoformat(row["dated_on"])
    document = create_document(row["filename"], row["title"])
    return fields | {"document": document, "dated_on": on}
