"""Calls for authors: open while they are, closed by their date, with the template's outline."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.models import PageViewRestriction

from practices_pages.calls import call_groups, open_call, outline
from practices_pages.gate import problems
from practices_pages.models import (
    CallDeadline,
    CallDocument,
    CallIndexPage,
    CallPage,
    CallState,
    ContactPerson,
    ThematicArea,
)
from tests.factories import make_site_tree, make_unit
from tests.practices_pages.project_world import make_call, make_document, make_index, publish

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 10)


@pytest.fixture(autouse=True)
def _site() -> None:
    make_site_tree()


def read(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("opens_on", "deadlines", "state"),
    [
        (None, [DAY], CallState.OPEN),
        (None, [DAY - timedelta(days=1)], CallState.CLOSED),
        (None, [DAY - timedelta(days=9), DAY + timedelta(days=1)], CallState.OPEN),
        (DAY, [], CallState.OPEN),
        (DAY + timedelta(days=1), [DAY + timedelta(days=9)], CallState.AHEAD),
        (None, [], CallState.OPEN),
    ],
)
def test_a_call_is_open_until_the_end_of_its_last_day(opens_on, deadlines, state) -> None:
    call = make_call(*deadlines, opens_on=opens_on, live=False)

    assert call.state_on(DAY) == state


def test_the_list_groups_calls_and_closes_them_by_themselves(client) -> None:
    today = timezone.localdate()
    make_call(today + timedelta(days=3), title="Trwa")
    make_call(today - timedelta(days=1), title="Minął")
    make_call(title="Ruszy", opens_on=today + timedelta(days=8))
    make_call(today + timedelta(days=3), title="Szkic", live=False)
    index = make_index(CallIndexPage)

    groups = call_groups(index, today)

    assert [(group.state, [call.title for call in group.calls]) for group in groups] == [
        (CallState.OPEN, ["Trwa"]),
        (CallState.AHEAD, ["Ruszy"]),
        (CallState.CLOSED, ["Minął"]),
    ]
    later = {group.state: group.calls for group in call_groups(index, today + timedelta(days=9))}
    assert [call.title for call in later[CallState.CLOSED]] == ["Minął", "Trwa"]
    html = read(client, index.url)
    assert "Trwające nabory" in html
    assert "Zakończone nabory" in html
    assert "Szkic" not in html


def test_a_call_shows_its_facts(client) -> None:
    area = ThematicArea.objects.get(slug="dowozenie")
    call = make_call(
        live=False,
        opens_on=date(2026, 1, 5),
        purpose="<p>Do zbioru praktyk.</p>",
        criteria="<p>Trwałość rozwiązania.</p>",
    )
    call.areas.add(area)
    call.deadlines.add(
        CallDeadline(day=date(2099, 2, 1), what="pierwsza tura"),
        CallDeadline(day=date(2099, 9, 1), what="druga tura"),
    )
    call.documents.add(
        CallDocument(
            document=make_document("Formularz opisu"),
            kind="form",
            description="Do wypełnienia",
            licence="cc0-1.0",
        )
    )

    html = read(client, publish(call).url)

    for text in (
        "Szukamy opisów z małych gmin.",
        "Samorządy, które coś wypróbowały.",
        "Do zbioru praktyk.",
        "Trwałość rozwiązania.",
        "Listem do redakcji.",
        area.name,
        "5 stycznia 2026",
        "1 lutego 2099",
        "pierwsza tura",
        "1 września 2099",
        "Formularz opisu",
        "formularz",
        "redakcja@praktyki.example",
        '<span class="badge badge-strong">trwa</span>',
    ):
        assert text in html, text


def test_the_outline_is_the_template_with_its_advice(client) -> None:
    sections = outline()
    html = read(client, make_call().url)

    assert [section.number for section in sections] == list(range(1, 9))
    assert "Charakterystyka lokalnego systemu" in html
    assert "Przebieg prac." in html
    assert "w wierszach poniżej" not in html
    assert "Zalecenia dotyczące replikacji" in html
    assert "Zalecenia dotyczące replikacji" not in read(client, make_call(shows_outline=False).url)


def test_when_consent_ends_the_office_takes_the_persons_place() -> None:
    person = ContactPerson.objects.create(
        name="Ewa Próbna", email="ewa@x.example", unit=make_unit(), published_until=DAY
    )
    call = make_call(live=False, contact=person)
    alone = make_call(live=False, contact=person, office_email="")

    assert call.public_contact(DAY).name == "Ewa Próbna"
    assert call.public_contact(DAY + timedelta(days=1)).email == "redakcja@praktyki.example"
    assert alone.public_contact(DAY + timedelta(days=1)).email == person.unit.office_email
    assert CallPage(title="x").public_contact(DAY) is None


def test_the_page_shows_nobody_whose_consent_ended(client) -> None:
    person = ContactPerson.objects.create(
        name="Ewa Próbna",
        email="ewa@x.example",
        published_until=timezone.localdate() - timedelta(days=1),
    )

    html = read(client, make_call(contact=person).url)

    assert "Ewa Próbna" not in html
    assert "ewa@x.example" not in html
    assert "redakcja@praktyki.example" in html


def test_the_teaser_offers_the_open_call_that_ends_first() -> None:
    make_call(DAY + timedelta(days=30), title="Późniejszy")
    first = make_call(DAY + timedelta(days=3), title="Bliższy")
    make_call(DAY - timedelta(days=1), title="Miniony")
    make_call(DAY + timedelta(days=1), opens_on=DAY + timedelta(days=1), title="Przyszły")
    private = make_call(DAY + timedelta(days=1), title="Prywatny")
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    assert open_call(DAY) == first
    assert open_call(DAY + timedelta(days=99)) is None


def test_without_an_open_call_there_is_no_teaser() -> None:
    assert render_to_string("practices_pages/call_teaser.html").strip() == ""
    make_call(title="Opiszcie dowozy")
    assert "Opiszcie dowozy" in render_to_string("practices_pages/call_teaser.html")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"who": ""}, "who"),
        ({"how_to_submit": ""}, "how_to_submit"),
        ({"office_email": ""}, "contact"),
    ],
)
def test_what_is_missing_is_named(fields, field) -> None:
    assert [problem.field for problem in problems(make_call(live=False, **fields))] == [field]


def test_deadlines_need_a_day_that_is_not_before_the_opening() -> None:
    call = make_call(date(2026, 1, 1), opens_on=date(2026, 2, 1), live=False)
    call.deadlines.add(CallDeadline(what="druga tura"))

    assert [problem.field for problem in problems(call)] == ["deadlines", "deadlines"]


def test_the_list_costs_the_same_for_5_and_for_15_calls(client, django_assert_num_queries) -> None:
    index = make_index(CallIndexPage)
    for _number in range(5):
        make_call(date(2099, 1, 1))
    with django_assert_num_queries(3):
        call_groups(index, DAY)
    for _number in range(10):
        make_call(date(2099, 1, 1))
    with django_assert_num_queries(3):
        call_groups(index, DAY)


def test_hostile_text_stays_text(client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    call = make_call(title=evil, lead=evil, who=f"<p>{evil}</p>", office_name=evil, slug="wrogi")

    for url in (call.url, call.get_parent().url):
        html = read(client, url)
        assert "<script>" not in html
        assert "<img src=x" not in html
