"""The demo's plans: every group, every scope, and files that really are what they say."""

from collections import Counter

import pytest
from django.test import Client

from cms import demo_content
from cms.demo_files import FOLDER, read
from cms.demo_pages import plans
from cms.site_setup import ensure_site
from practices_pages.models import PlanCollectionPage, PlanPage, PlanScope, UnitGroup
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection() -> PlanCollectionPage:
    tree = ensure_site("http://testserver")
    demo_content.create_units()
    plans.load(tree, {"redaktor": make_user("editor")})
    return PlanCollectionPage.objects.get()


def test_the_demo_has_plans_of_every_group_and_scope(collection) -> None:
    found = PlanPage.objects.live()

    assert set(Counter(plan.group_at_time for plan in found)) == set(UnitGroup)
    assert set(Counter(plan.scope for plan in found)) == set(PlanScope)
    # A unit that is of another kind today.
    changed = found.get(slug="wzorowice")
    assert (changed.kind_at_time, changed.unit.kind_on(collection.updated_on)) == ("rural", "rural")
    assert changed.unit.kind_periods.last().kind == "urban_rural"


def test_every_file_of_the_demos_plans_is_small_and_can_be_read(collection, client: Client) -> None:
    rows = [row for plan in PlanPage.objects.all() for row in plan.documents.all()]
    assert len(rows) > 10
    for row in [*rows, *collection.documents.all()]:
        response = client.get(row.document.url)
        content = b"".join(response.streaming_content)
        assert len(content) < 20_000
        start = {"pdf": b"%PDF-", "odt": b"PK\x03\x04"}[row.document.file_extension]
        assert content.startswith(start), row.document.filename


def test_no_file_of_a_plan_lies_unused_in_the_demo() -> None:
    content = read("plans.json")
    entries = [
        *content["collection"]["documents"],
        *(f for p in content["plans"] for f in p["files"]),
    ]
    used = {entry["filename"] for entry in entries}

    lying = {path.name for path in (FOLDER / "documents").iterdir()}
    assert used <= lying
    assert {name for name in lying if name.endswith((".odt", ".pdf"))} >= used
