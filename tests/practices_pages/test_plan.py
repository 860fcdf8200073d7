"""A plan: of which kind its unit was on the plan's date, and what publication asks of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from practices_pages.gate import PublicationRefused
from practices_pages.models import (
    ContactPerson,
    KeyCompetence,
    PlanCollectionPage,
    PlanPage,
    PlanPartner,
    UnitGroup,
    UnitKind,
    UnitKindPeriod,
)
from tests.practices_pages.plan_world import make_collection, make_plan, make_plan_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection() -> PlanCollectionPage:
    return make_collection()


@pytest.fixture
def changed_unit():
    """Rural until the end of 2023, urban-rural since."""
    unit = make_plan_unit("Gmina Zmienna", kind=UnitKind.RURAL)
    unit.kind_periods.all()[0].delete()
    for kind, valid_from, valid_to in (
        (UnitKind.RURAL, date(1999, 1, 1), date(2024, 1, 1)),
        (UnitKind.URBAN_RURAL, date(2024, 1, 1), None),
    ):
        UnitKindPeriod.objects.create(
            unit=unit, kind=kind, valid_from=valid_from, valid_to=valid_to
        )
    return type(unit).objects.get(pk=unit.pk)


def read(client: Client, page: Page, prefix: str = "") -> str:
    response = client.get(prefix + page.url)
    assert response.status_code == 200
    return response.content.decode()


def problems_of(plan: PlanPage) -> set[str]:
    with pytest.raises(PublicationRefused) as refused:
        plan.save_revision().publish()
    return {problem.field for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("when", "kind", "group"),
    [
        ({"dated_on": date(2018, 5, 30)}, UnitKind.RURAL, UnitGroup.RURAL),
        ({"dated_on": date(2023, 12, 31)}, UnitKind.RURAL, UnitGroup.RURAL),
        ({"dated_on": date(2024, 1, 1)}, UnitKind.URBAN_RURAL, UnitGroup.URBAN_RURAL),
        ({"adopted_on": date(2024, 3, 1)}, UnitKind.URBAN_RURAL, UnitGroup.URBAN_RURAL),
        ({"school_year": "2023/2024"}, UnitKind.RURAL, UnitGroup.RURAL),
        ({"school_year": "2024/2025"}, UnitKind.URBAN_RURAL, UnitGroup.URBAN_RURAL),
    ],
)
def test_a_unit_that_changed_is_of_the_kind_it_was_on_the_plans_date(
    collection, changed_unit, when, kind, group
) -> None:
    plan = make_plan(collection, unit=changed_unit, **({"school_year": ""} | when))

    assert plan.kind_at_time == kind
    assert plan.group_at_time == group


def test_the_plans_own_date_counts_before_all_others(collection, changed_unit) -> None:
    plan = make_plan(
        collection,
        unit=changed_unit,
        dated_on=date(2023, 6, 1),
        adopted_on=date(2024, 2, 1),
        school_year="2024/2025",
    )

    assert plan.kind_at_time == UnitKind.RURAL


def test_a_corrected_date_moves_the_plan_to_the_other_group(collection, changed_unit) -> None:
    plan = make_plan(collection, unit=changed_unit, dated_on=date(2018, 5, 30))

    plan.dated_on = date(2025, 5, 30)
    plan.save_revision().publish()

    plan.refresh_from_db()
    assert plan.kind_at_time == UnitKind.URBAN_RURAL


def test_a_draft_of_a_live_plan_leaves_it_in_its_group(collection) -> None:
    plan = make_plan(collection)

    draft = PlanPage.objects.get(pk=plan.pk)
    draft.unit = make_plan_unit("Powiat", kind=UnitKind.POWIAT)
    draft.save_revision()

    assert PlanPage.objects.get(pk=plan.pk).kind_at_time == UnitKind.RURAL
    assert draft.get_latest_revision_as_object().kind_at_time == UnitKind.POWIAT


def test_cities_with_powiat_rights_stand_among_urban_communes(collection) -> None:
    plan = make_plan(collection, unit=make_plan_unit("Miasto", kind=UnitKind.CITY_POWIAT))

    assert plan.group_at_time == UnitGroup.URBAN


def test_where_the_register_is_silent_the_editor_says_the_kind(collection) -> None:
    unit = make_plan_unit()
    unit.kind_periods.all()[0].delete()
    UnitKindPeriod.objects.create(unit=unit, kind=UnitKind.URBAN, valid_from=date(2026, 1, 1))
    plan = make_plan(collection, unit=type(unit).objects.get(pk=unit.pk), live=False)
    assert problems_of(plan) == {"stated_kind"}

    plan.stated_kind = UnitKind.URBAN_RURAL
    plan.save_revision().publish()

    plan.refresh_from_db()
    assert plan.group_at_time == UnitGroup.URBAN_RURAL


def test_what_the_register_says_comes_before_what_the_editor_says(collection) -> None:
    plan = make_plan(collection, stated_kind=UnitKind.POWIAT)

    assert plan.kind_at_time == UnitKind.RURAL


def test_a_plan_needs_a_unit_a_date_a_chosen_scope_and_a_file(collection) -> None:
    plan = make_plan(collection, live=False, with_file=False, unit=None, school_year="", scope="")

    assert problems_of(plan) == {"unit", "dated_on", "scope", "documents"}


def test_without_a_file_the_page_says_why(collection, client) -> None:
    plan = make_plan(collection, with_file=False, files_note="Urząd udostępnia plan na miejscu.")

    assert "Urząd udostępnia plan na miejscu." in read(client, plan)


def test_an_unknown_scope_is_a_choice_that_the_page_says(collection, client) -> None:
    plan = make_plan(collection, scope="unknown")

    assert "nieznany: źródła go nie podają" in read(client, plan)


def test_a_voivodeship_has_no_plan_here(collection) -> None:
    unit = make_plan_unit("mazowieckie", kind=UnitKind.VOIVODESHIP, code="14")

    assert problems_of(make_plan(collection, unit=unit, live=False)) == {"stated_kind"}


def test_a_debate_with_a_date_was_held(collection) -> None:
    plan = make_plan(collection, live=False, debate="unknown", debate_on=date(2017, 11, 20))

    assert problems_of(plan) == {"debate"}


def test_a_school_year_that_is_none_is_refused(collection) -> None:
    plan = make_plan(collection, live=False)
    plan.school_year = "2018/2020"

    with pytest.raises(ValidationError) as refused:
        plan.save_revision()

    assert set(refused.value.message_dict) == {"school_year"}


def test_a_school_year_is_stored_in_one_form(collection) -> None:
    plan = make_plan(collection, school_year="2018/19")

    plan.refresh_from_db()
    assert plan.school_year == "2018/2019"


def test_a_plan_shows_every_fact_it_has(collection, client) -> None:
    plan = make_plan(
        collection,
        title="Plan rozwoju oświaty gminy Testowo",
        unit=make_plan_unit("Gmina Testowo", kind=UnitKind.URBAN_RURAL),
        lead="Trzy cele na cztery lata.",
        scope="narrow",
        dated_on=date(2018, 5, 30),
        adopted_on=date(2018, 6, 14),
        resolution="nr XII/85/2018",
        implementation_start=date(2018, 9, 3),
        debate="held",
        debate_on=date(2017, 11, 20),
        debate_note="Przyszło 80 osób.",
        team_size=3,
        aims="<h3>Pierwszy cel</h3><p>Matematyka w każdej szkole.</p>",
        other_competences="umiejętność uczenia się",
        source_url="https://gmina.example/plan",
    )
    plan.partners.add(PlanPartner(name="Biblioteka w Testowie", role="warsztaty dla rodziców"))
    plan.competences.set([KeyCompetence.objects.first()])
    plan.save_revision().publish()

    html = read(client, plan)

    for text in (
        "Plan rozwoju oświaty gminy Testowo",
        "Gmina Testowo",
        "gmina miejsko-wiejska",
        "Trzy cele na cztery lata.",
        "węższy: tylko wspomaganie szkół",
        "30 maja 2018",
        "14 czerwca 2018",
        "nr XII/85/2018",
        "od roku szkolnego 2018/2019",
        "od 3 września 2018",
        "Odbyła się 20 listopada 2017",
        "Przyszło 80 osób.",
        "Zespół jednostki: 3 osoby.",
        "Matematyka w każdej szkole.",
        "Biblioteka w Testowie",
        "warsztaty dla rodziców",
        KeyCompetence.objects.first().name,
        "W brzmieniu z planu:",
        "umiejętność uczenia się",
        "https://gmina.example/plan",
        "6 czerwca 2018",
    ):
        assert text in html, text
    assert html.count("<h1") == 1


def test_the_english_page_keeps_the_polish_content_and_says_so(collection, client) -> None:
    plan = make_plan(collection, scope="unknown")

    html = read(client, plan, "/en")

    assert "unknown: the sources do not say it" in html
    assert f'<h1 lang="pl">{plan.title}</h1>' in html


def test_a_contact_person_leaves_the_page_with_the_consent(collection, client) -> None:
    person = ContactPerson.objects.create(
        name="Jan Kontaktowy",
        email="jan@gmina.example",
        phone="+48 000 000 000",
        published_until=timezone.localdate(),
    )
    plan = make_plan(collection, contact=person)
    assert "Jan Kontaktowy" in read(client, plan)

    person.published_until = timezone.localdate() - timedelta(days=1)
    person.save()

    html = read(client, plan)
    assert not any(text in html for text in ("Kontaktowy", "jan@", "+48"))
    assert plan.unit.office_email in html


def test_a_page_of_a_plan_escapes_what_is_no_markup(collection, client) -> None:
    evil = "<script>alert(1)</script>"
    plan = make_plan(
        collection,
        title=evil,
        lead=evil,
        resolution=evil,
        debate="held",
        debate_note=evil,
        files_note=evil,
        other_competences=evil,
    )
    plan.partners.add(PlanPartner(name=evil, role=evil))
    plan.save_revision().publish()

    assert "<script>alert" not in read(client, plan)


def test_a_files_page_and_its_plan_become_public_together(collection, client) -> None:
    plan = make_plan(collection, live=False)
    document = plan.documents.all()[0].document
    assert client.get(document.url).status_code == 404

    plan.save_revision().publish()

    assert client.get(document.url).status_code == 200


def test_a_draft_of_a_plan_is_shown_to_nobody(collection, client) -> None:
    plan = make_plan(collection, live=False)

    assert client.get(f"{collection.url}{plan.slug}/").status_code == 404
