"""The facet table follows what is live: with publishing, with vocabularies, and by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices_pages.catalogue import CATALOGUES, PRACTICES, indexing
from practices_pages.models import (
    CatalogueEntry,
    FacetValue,
    KeyCompetence,
    LocalGovernmentUnit,
    PracticeDocument,
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    SchoolType,
    ThematicArea,
    UnitKind,
    UnitKindPeriod,
)
from tests.factories import add_rows, make_practice, make_site_tree, make_unit
from tests.practices_pages.filming import make_collection, make_collection_index
from tests.practices_pages.project_world import make_document, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def facts(page: Any, facet: str = "") -> set[str]:
    rows = FacetValue.objects.filter(page=page.pk)
    if facet:
        return set(rows.filter(facet=facet).values_list("value", flat=True))
    return {f"{row.facet}={row.value}" for row in rows}


def table() -> set[tuple[int, str, str, str]]:
    return set(FacetValue.objects.values_list("page", "catalogue", "facet", "value"))


def test_publishing_writes_what_a_practice_has_in_every_filter(index) -> None:
    powiat = LocalGovernmentUnit.objects.create(code="1465", name="powiat testowy")
    unit = make_unit(code="146502", parent=powiat, kind=UnitKind.URBAN_RURAL)
    project = make_project()
    page = make_practice(index, unit=unit, film_url="https://film.example/1", project=project)
    add_rows(page)
    page.competences.set(KeyCompetence.objects.filter(slug="cyfrowe"))
    page.school_types.set(SchoolType.objects.filter(slug="szkola-podstawowa"))
    row = PracticeDocument(document=make_document(), description="Wzór", licence="cc-by-4.0")
    page.documents.add(row)
    page.save_revision().publish()
    collection = make_collection(make_collection_index(), page, live=True)

    assert facts(page) == {
        "area=dowozenie",
        "group=urban_rural",
        "kind=urban_rural",
        "voivodeship=14",
        "powiat=1465",
        "unit=146502",
        "cost=up_to_50k",
        "year=2026",
        "film=yes",
        "competence=cyfrowe",
        "school=szkola-podstawowa",
        "documents=yes",
        f"project={project.translation_key.hex[:12]}",
        f"collection={collection.translation_key.hex[:12]}",
    }
    assert len({fact.partition("=")[0] for fact in facts(page)}) == len(PRACTICES.filters)


def test_a_draft_changes_nothing_until_it_is_published(index) -> None:
    page = make_practice(index, live=True)
    before = table()

    page.areas.set(ThematicArea.objects.filter(slug="cyfryzacja"))
    revision = page.save_revision()
    assert table() == before
    assert not FacetValue.objects.filter(page=make_practice(index).pk)

    revision.publish()
    assert facts(page, "area") == {"cyfryzacja"}


def test_withdrawing_and_deleting_empty_the_table(index) -> None:
    gone, deleted = make_practice(index, live=True), make_practice(index, live=True)

    gone.unpublish()
    PracticePage.objects.get(pk=deleted.pk).delete()

    assert not FacetValue.objects.exists()
    assert not CatalogueEntry.objects.exists()


def test_a_publication_that_fails_leaves_the_table_as_it_was(index) -> None:
    page = make_practice(index, live=True)
    before = table()
    page.areas.set(ThematicArea.objects.filter(slug="cyfryzacja"))
    revision = page.save_revision()

    def publish_and_fail() -> None:
        with transaction.atomic():
            revision.publish()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_and_fail()

    assert table() == before


def test_a_unit_that_changes_its_place_or_kind_takes_its_practices_along(index) -> None:
    unit = make_unit(code="146502")
    page = make_practice(index, live=True, unit=unit)
    PracticeUnit.objects.filter(page=page).update(kind_at_time="")
    indexing.rebuild(PRACTICES)
    assert (facts(page, "powiat"), facts(page, "kind")) == (set(), {"rural"})

    unit.parent = LocalGovernmentUnit.objects.create(code="1465", name="powiat testowy")
    unit.save()
    period = UnitKindPeriod.objects.get(unit=unit)
    period.kind = UnitKind.URBAN
    period.save()

    assert (facts(page, "powiat"), facts(page, "kind")) == ({"1465"}, {"urban"})


def test_a_unit_above_that_changes_its_code_is_followed(index) -> None:
    powiat = LocalGovernmentUnit.objects.create(code="1465", name="powiat testowy")
    page = make_practice(index, live=True, unit=make_unit(code="146502", parent=powiat))

    powiat.code = "1466"
    powiat.save()

    assert facts(page, "powiat") == {"1466"}


def test_a_term_that_is_called_otherwise_or_deleted_is_followed(index) -> None:
    page = make_practice(index, live=True, areas=["dowozenie", "cyfryzacja"])
    area = ThematicArea.objects.get(slug="dowozenie")
    area.slug = "dojazd"
    area.save()
    assert facts(page, "area") == {"dojazd", "cyfryzacja"}

    area.delete()
    indexing.repair()
    assert facts(page, "area") == {"cyfryzacja"}


def test_the_clock_derives_what_a_lost_signal_left_out(index) -> None:
    missing, outdated, gone, fine = (make_practice(index, live=True) for _ in range(4))
    expected = table()
    CatalogueEntry.objects.filter(page=missing.pk).delete()
    FacetValue.objects.filter(page=missing.pk).delete()
    FacetValue.objects.filter(page=outdated.pk).update(value="stare")
    PracticePage.objects.filter(pk=outdated.pk).update(last_published_at=timezone.now())
    PracticePage.objects.filter(pk=gone.pk).update(live=False)

    assert indexing.repair() == 3
    assert table() == {row for row in expected if row[0] != gone.pk}
    assert indexing.repair() == 0
    assert fine.pk in {row[0] for row in table()}


def test_the_clock_looks_at_every_entry_once_a_day(index) -> None:
    page = make_practice(index, live=True)
    PracticeUnit.objects.filter(page=page).update(kind_at_time=UnitKind.URBAN)
    assert indexing.repair() == 0

    CatalogueEntry.objects.update(checked_at=timezone.now() - timedelta(days=2))

    assert indexing.repair() == 1
    assert facts(page, "kind") == {"urban"}


def test_the_clock_does_little_at_a_time_and_comes_back(index) -> None:
    for _ in range(5):
        make_practice(index, live=True)
    indexing.touch_everything()

    assert [indexing.repair(limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_tick_with_nothing_to_do_reads_little(
    index, django_assert_max_num_queries: CaptureQueriesContext
) -> None:
    make_practice(index, live=True)
    indexing.repair()

    with django_assert_max_num_queries(3 * len(list(CATALOGUES))):
        indexing.repair()


def test_the_command_makes_the_table_anew(index, capsys) -> None:
    make_practice(index, live=True)
    expected = table()
    FacetValue.objects.all().delete()
    CatalogueEntry.objects.all().delete()

    call_command("rebuild_catalogue")
    assert table() == expected
    assert "practices: 1" in capsys.readouterr().out

    FacetValue.objects.update(value="stare")
    call_command("rebuild_catalogue", "--json")
    assert table() == expected
    assert '"practices": 1' in capsys.readouterr().out


def test_an_alias_has_no_facts_of_its_own(index) -> None:
    page = make_practice(index, live=True)
    alias = page.create_alias(update_slug="to-samo")
    indexing.repair()

    assert facts(alias) == set()
    assert indexing.repair() == 0


def test_every_catalogue_says_of_its_pages_only_what_its_filters_take() -> None:
    for catalogue in CATALOGUES:
        assert len(catalogue.name) <= 20
        for one in catalogue.filters:
            assert len(one.name) <= 20
            assert catalogue.model
            assert (
                not one.relation
                or catalogue.model.objects.filter(**{f"{one.relation}__in": []}).count() == 0
            )
