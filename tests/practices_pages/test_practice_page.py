"""A practice keeps its id through moves, copies, aliases and translations, and its facts."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import translation
from wagtail.actions import ConvertAliasPageAction
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from practices_pages.models import (
    ContactPerson,
    CostItem,
    KeyCompetence,
    Licence,
    LocalGovernmentUnit,
    PracticeDocument,
    PracticeIdentity,
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    SchoolType,
    ThematicArea,
    UnitKindPeriod,
)
from tests.factories import (
    add_rows,
    make_practice,
    make_site_tree,
    make_unit,
    make_user,
)
from tests.practices_pages.editing import edit_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def fresh(page):
    return PracticePage.objects.get(pk=page.pk)


# The permanent id


def test_each_practice_gets_the_next_permanent_id(index):
    assert [make_practice(index).pid, make_practice(index, live=True).pid] == ["DP-0001", "DP-0002"]


def test_the_id_survives_a_move_a_new_slug_and_a_republication(index):
    page = make_practice(index, live=True)
    pid = page.pid
    other = PracticeIndexPage(title="Inny zbiór", slug="inny", locale=index.locale)
    index.get_parent().add_child(instance=other)
    page.move(other, pos="last-child")
    page = fresh(page)
    page.slug = "nowy-adres"
    page.save_revision().publish()
    assert fresh(page).pid == pid


def test_a_number_is_never_given_twice(index):
    page = make_practice(index)
    page.delete()
    assert make_practice(index).pid == "DP-0002"


def test_an_old_version_does_not_bring_back_another_id(index):
    page = make_practice(index)
    revision = page.get_latest_revision()
    revision.content["identity"] = None
    revision.save(update_fields=["content"])
    assert page.get_latest_revision_as_object().pid == page.pid
    fresh(page).get_latest_revision().publish()
    assert fresh(page).pid == page.pid


@pytest.mark.parametrize("keep_live", [True, False])
def test_a_copy_is_another_practice_that_is_not_announced(index, keep_live):
    page = make_practice(index, live=True, announce=True)
    copy = page.copy(update_attrs={"slug": "kopia"}, keep_live=keep_live)
    assert copy.pid not in {"", page.pid}
    assert fresh(copy).pid == copy.pid
    assert not fresh(copy).announce
    assert copy.get_latest_revision_as_object().pid == copy.pid
    assert copy.live == keep_live


def test_copying_a_whole_list_gives_every_practice_an_id_of_its_own(index):
    pages = [make_practice(index), make_practice(index, live=True)]
    copy = index.copy(recursive=True, update_attrs={"slug": "kopia-zbioru"})
    copied = PracticePage.objects.child_of(copy)
    pids = {page.pid for page in pages} | {page.pid for page in copied}
    assert len(pids) == 4


def test_an_alias_is_the_same_practice_and_follows_its_source(index):
    page = make_practice(index, live=True)
    alias = page.create_alias(update_slug="alias")
    assert fresh(alias).pid == page.pid
    page = fresh(page)
    page.lead = "Nowy lead."
    page.save_revision().publish()
    assert fresh(alias).lead == "Nowy lead."
    assert fresh(alias).pid == page.pid


def test_an_alias_that_becomes_a_page_of_its_own_becomes_another_practice(index):
    page = make_practice(index, live=True, announce=True)
    alias = page.create_alias(update_slug="alias")
    alias_page = fresh(alias)
    ConvertAliasPageAction(alias_page).execute()
    converted = fresh(alias)
    assert converted.pid not in {"", page.pid}
    assert not converted.announce
    assert fresh(page).announce
    assert converted.get_latest_revision_as_object().pid == converted.pid
    converted.get_latest_revision().publish()
    assert fresh(alias).pid == converted.pid
    assert fresh(page).pid == page.pid


@pytest.fixture
def english(index):
    locale = Locale.objects.get_or_create(language_code="en")[0]
    index.get_parent().copy_for_translation(locale)
    index.copy_for_translation(locale)
    return locale


def test_a_translation_is_the_same_practice(index, english):
    page = make_practice(index, live=True)
    translated = page.copy_for_translation(english)
    assert fresh(translated).pid == page.pid
    translated.get_latest_revision().publish()
    assert fresh(translated).pid == page.pid


def test_an_alias_in_another_language_keeps_the_id_when_it_is_converted(index, english):
    page = make_practice(index, live=True)
    alias = page.copy_for_translation(english, alias=True)
    assert fresh(alias).pid == page.pid
    ConvertAliasPageAction(fresh(alias)).execute()
    assert fresh(alias).pid == page.pid


def test_a_copy_of_a_translation_is_another_practice(index, english):
    page = make_practice(index, live=True)
    translated = fresh(page.copy_for_translation(english))
    copy = translated.copy(update_attrs={"slug": "copy"})
    assert fresh(copy).pid != page.pid


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers():
    numbers: list[int] = []

    def allocate() -> None:
        numbers.append(PracticeIdentity.allocate().number)
        connections.close_all()

    threads = [threading.Thread(target=allocate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 8))


# The sections


def test_the_sections_have_the_headings_of_the_source_in_its_order(index):
    headings = [
        "Charakterystyka lokalnego systemu",
        "Problem, który był powodem wdrożenia innowacji",
        "Na czym polega zastosowane rozwiązanie?",
        "Kto, kiedy i co zrobił?",
        "Jakie efekty osiągnięto?",
        "Ile to kosztowało?",
        "Dlaczego warto promować to rozwiązanie?",
        "Zalecenia dotyczące replikacji",
    ]
    with translation.override("pl"):
        sections = make_practice(index).sections
    assert [section.heading for section in sections] == headings
    assert [section.number for section in sections] == list(range(1, 9))


# Rows


@pytest.mark.parametrize(
    ("rows", "band"),
    [
        ([], "not_stated"),
        ([("0.00", "PLN", "whole")], "none"),
        ([("50000.00", "PLN", "whole")], "up_to_50k"),
        ([("50000.01", "PLN", "whole")], "50k_250k"),
        ([("200000", "PLN", "whole"), ("50000.01", "PLN", "whole")], "250k_1m"),
        ([("1000000.01", "PLN", "whole")], "over_1m"),
        ([("100", "EUR", "whole")], "not_stated"),
        ([("100", "PLN", "school")], "not_stated"),
        ([("900000", "EUR", "whole"), ("100", "PLN", "whole")], "up_to_50k"),
        ([(None, "PLN", "whole")], "not_stated"),
    ],
)
def test_the_cost_band_counts_only_what_the_whole_cost_in_zloty(rows, band):
    page = PracticePage(title="Koszt")
    for amount, currency, per in rows:
        value = None if amount is None else Decimal(amount)
        page.cost_items.add(CostItem(amount=value, currency=currency, per=per))
    assert page.cost_band == band


def test_the_kind_of_a_unit_stays_what_it_was_at_the_time(index):
    unit = make_unit(kind="rural")
    page = make_practice(index, unit=unit, live=True)
    today = date.today()
    UnitKindPeriod.objects.update(valid_to=today)
    UnitKindPeriod.objects.create(unit=unit, kind="urban_rural", valid_from=today)
    unit = LocalGovernmentUnit.objects.get(pk=unit.pk)
    fresh(page).get_latest_revision_as_object().save_revision().publish()
    assert fresh(page).practice_units.get().kind_at_time == "rural"
    assert make_practice(index, unit=unit).practice_units.get().kind_at_time == "urban_rural"


def test_the_kind_is_that_of_the_day_the_draft_was_written(index):
    unit = make_unit(kind="rural")
    page = make_practice(index, live=True)
    draft = fresh(page).get_latest_revision_as_object()
    draft.practice_units.set([PracticeUnit(unit=unit)])
    revision = draft.save_revision()
    today = date.today()
    UnitKindPeriod.objects.filter(unit=unit).update(valid_to=today)
    UnitKindPeriod.objects.create(unit=unit, kind="urban_rural", valid_from=today)
    revision.publish()
    assert fresh(page).practice_units.get().kind_at_time == "rural"


def test_a_page_with_everything_comes_back_from_a_version_unchanged(index):
    page = make_practice(index)
    add_rows(page)
    document = Document.objects.create(title="Regulamin", file="regulamin.pdf")
    page.documents.add(
        PracticeDocument(
            document=document, description="Wzór", licence=Licence.CC0, is_accessible=True
        )
    )
    page.practice_units.add(PracticeUnit(unit=make_unit(), kind_at_time="powiat"))
    page.competences.set(KeyCompetence.objects.all()[:2])
    page.school_types.set(SchoolType.objects.all()[:3])
    page.contact = ContactPerson.objects.create(name="Jan Próbny", published_until=date(2030, 1, 1))
    page.main_image = Image.objects.create(title="Autobus", file=get_test_image_file())
    page.image_alt, page.image_credit = "Autobus przed szkołą", "Fot. A. Próbna"
    page.film_url = "https://film.example/1"
    page.source_url = "https://zrodlo.example/1"
    page.original_date = date(2019, 5, 21)
    before = page.serializable_data()
    revision = page.save_revision()
    after = fresh(page).get_latest_revision_as_object().serializable_data()
    own = [f.name for f in PracticePage._meta.local_fields] + [
        "practice_units", "steps", "measured_effects", "cost_items", "pitfalls", "authors",
        "documents", "distinctions", "areas", "competences", "school_types",
    ]  # fmt: skip
    assert {name: after[name] for name in own if name != "page_ptr"} == {
        name: before[name] for name in own if name != "page_ptr"
    }
    revision.publish()
    live = fresh(page)
    assert live.live
    assert live.documents.get().document == document
    assert live.areas.get() == ThematicArea.objects.get(slug="dowozenie")
    assert (live.competences.count(), live.school_types.count()) == (2, 3)
    assert {row.kind_at_time for row in live.practice_units.all()} == {"rural", "powiat"}


# The contact


def contact(until, **fields):
    return ContactPerson.objects.create(
        name="Maria Próbna", email="maria@gmina.example", published_until=until, **fields
    )


def test_a_contact_person_is_shown_through_the_last_day_of_consent(index):
    day = date(2026, 6, 30)
    unit = make_unit(office_email="urzad@gmina.example")
    page = make_practice(index, unit=unit, contact=contact(day))
    assert page.public_contact(day).name == "Maria Próbna"
    afterwards = page.public_contact(day + timedelta(days=1))
    assert (afterwards.email, afterwards.name, afterwards.is_person) == (
        "urzad@gmina.example",
        "",
        False,
    )


def test_the_office_of_the_contacts_own_unit_comes_first(index):
    theirs = make_unit("Powiat", office_email="starostwo@powiat.example")
    page = make_practice(index, contact=contact(date(2020, 1, 1), unit=theirs))
    assert page.public_contact(date(2026, 1, 1)).email == "starostwo@powiat.example"


def test_ended_consent_or_a_deleted_person_never_stops_a_correction(index):
    person = contact(date(2020, 1, 1))
    page = make_practice(index, contact=person, live=True)
    moderator = make_user("moderator")
    person.delete()
    draft = fresh(page).get_latest_revision_as_object()
    draft.lead = "Poprawiony lead."
    draft.publication_note = "Literówka"
    draft.save_revision(user=moderator).publish(user=moderator)
    page = fresh(page)
    assert page.lead == "Poprawiony lead."
    assert page.contact is None
    assert page.public_contact(date(2026, 1, 1)).is_person is False


def test_nobody_to_write_to_is_no_contact(index):
    page = make_practice(index, unit=make_unit(office_email=""))
    assert page.public_contact(date(2026, 1, 1)) is None


# Queries


def test_publishing_costs_a_bounded_number_of_queries(index, django_assert_max_num_queries):
    page = make_practice(index)
    for _number in range(30):
        page.steps.add(page.steps.model(who="Referat", what="Krok"))
    page.save_revision()
    with django_assert_max_num_queries(215):
        fresh(page).get_latest_revision().publish()
    assert fresh(page).live


def test_another_unit_in_a_row_brings_its_own_kind(index, client):
    page = make_practice(index, unit=make_unit(), owner=None)
    city = make_unit("Miasto", kind="urban")
    client.force_login(make_user("editor"))
    form = edit_form(page)
    form["practice_units-0-unit"] = city.pk
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    (row,) = fresh(page).get_latest_revision_as_object().practice_units.all()
    assert (row.unit, row.kind_at_time) == (city, "urban")

    form |= {"practice_units-0-kind_at_time": "powiat", "practice_units-0-unit": row.unit_id}
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    (row,) = fresh(page).get_latest_revision_as_object().practice_units.all()
    assert row.kind_at_time == "powiat"
