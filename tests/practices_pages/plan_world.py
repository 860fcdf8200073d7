"""Collections of plans and plans for tests."""

from datetime import date
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, Site

from practices_pages.models import (
    LocalGovernmentUnit,
    PlanCollectionPage,
    PlanDocument,
    PlanIndexPage,
    PlanPage,
    PlanScope,
    UnitKind,
)
from tests.factories import make_site_tree, make_unit

_numbers = count(1)


def make_plan_index(home: Page | None = None) -> PlanIndexPage:
    if home is None:
        make_site_tree()
        home = Site.objects.get(is_default_site=True).root_page
    index = PlanIndexPage(
        title="Plany", slug="plany", locale=Locale.objects.get(language_code="pl")
    )
    home.add_child(instance=index)
    return index


def make_collection(
    index: PlanIndexPage | None = None, *, live: bool = True, **fields: Any
) -> PlanCollectionPage:
    index = index or make_plan_index()
    number = next(_numbers)
    fields = {"title": f"Plany pilotażu {number}", "slug": f"pilotaz-{number}"} | fields
    return _saved(PlanCollectionPage(locale=index.locale, **fields), index, live=live)


def make_plan_unit(
    name: str = "Gmina Testowo", *, kind: str = UnitKind.RURAL, **fields: Any
) -> LocalGovernmentUnit:
    """Unlike make_unit, with a code of its own for hundreds of them."""
    fields.setdefault("code", f"14{next(_numbers) % 10_000:04d}")
    return make_unit(name, kind=kind, **fields)


def make_plan(
    collection: PlanCollectionPage, *, live: bool = True, with_file: bool = True, **fields: Any
) -> PlanPage:
    """A complete plan of the school year 2018/2019 with one file."""
    number = next(_numbers)
    if "unit" not in fields:
        fields["unit"] = make_plan_unit(f"Gmina {number}")
    complete = {
        "title": f"Plan rozwoju oświaty {number}",
        "slug": f"plan-{number}",
        "scope": PlanScope.BROAD,
        "school_year": "2018/2019",
        "updated_on": date(2018, 6, 6),
    }
    plan = PlanPage(locale=collection.locale, **(complete | fields))
    if with_file:
        plan.documents.add(
            PlanDocument(
                document=make_file(f"plan-{number}.txt"),
                kind="plan",
                description="Tekst planu",
                licence="cc-by-4.0",
            )
        )
    return _saved(plan, collection, live=live)


def make_file(name: str) -> Any:
    return get_document_model().objects.create(
        title=f"Plik {name}", file=ContentFile(b"Plan.", name)
    )


def _saved(page: Any, parent: Page, *, live: bool) -> Any:
    page.live = False
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
        page.refresh_from_db()
    return page
