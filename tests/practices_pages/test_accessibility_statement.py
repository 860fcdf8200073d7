"""The accessibility statement: complete before it is public, and reviewed every year."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from practices_pages.accessibility_review import ReviewState, review_state
from practices_pages.models import AccessibilityStatementPage, PracticeIndexPage, StatementBarrier
from tests.factories import make_site_tree

pytestmark = pytest.mark.django_db
COMPLETE: dict[str, Any] = {
    "entity": "Biuro Testowe",
    "site_name": "Serwis testowy",
    "site_url": "https://testowo.example/",
    "published_on": date(2026, 1, 10),
    "changed_on": date(2026, 2, 1),
    "conformity": "partial",
    "prepared_on": date(2026, 2, 2),
    "method": "self",
    "contact_name": "Ewa Próbna",
    "contact_email": "dostepnosc@testowo.example",
    "contact_phone": "+48 000 000 000",
    "complaints_to": "Dyrekcja Biura Testowego",
    "architecture": "<p>Wejście bez progów.</p>",
    "communication": "<p>Tłumacz po zgłoszeniu.</p>",
}
IDS = (
    "wstep",
    "podmiot",
    "zakres",
    "url",
    "data-publikacja",
    "data-aktualizacja",
    "status",
    "kontakt",
    "email",
    "telefon",
    "procedura",
    "data-sporzadzenie",
    "architektura",
    "komunikacja",
)


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def statement(index: PracticeIndexPage, **fields: Any) -> AccessibilityStatementPage:
    home = index.get_parent()
    page = AccessibilityStatementPage(
        title="Deklaracja dostępności", live=False, locale=home.locale, **(COMPLETE | fields)
    )
    if fields.get("conformity") != "full":
        page.barriers.add(StatementBarrier(kind="non_conformity", what="Część plików PDF"))
    home.add_child(instance=page)
    return page


def problems(page: AccessibilityStatementPage) -> set[str]:
    return {problem.field for problem in page.publication_problems()}


def test_a_statement_has_every_identifier_once_in_the_language_of_the_law(index, client) -> None:
    page = statement(index, reviewed_on=date(2026, 3, 1))
    page.save_revision().publish(skip_permission_checks=True)

    for url in (page.url, f"/en{page.url}"):
        html = client.get(url).content.decode()
        for name in (*IDS, "data-przeglad"):
            assert html.count(f'id="a11y-{name}"') == 1, name
        assert "częściowo zgodna" in html
        assert '<time id="a11y-data-publikacja" datetime="2026-01-10">' in html
        assert 'href="mailto:dostepnosc@testowo.example"' in html
    assert f'<a href="{page.url}" lang="pl">{page.title}</a>' in client.get("/").content.decode()


@pytest.mark.parametrize("name", [*COMPLETE, "ombudsman_url"])
def test_nothing_the_law_asks_for_may_be_missing(name: str, index, client: Client) -> None:
    page = statement(index)
    empty = None if name.endswith("_on") else ""
    setattr(page, name, empty)

    assert name in problems(page)
    with pytest.raises(ValidationError):
        page.save_revision().publish(skip_permission_checks=True)


def test_a_statement_does_not_contradict_itself(index) -> None:
    page = statement(index)
    assert problems(page) == set()

    page.conformity = "full"
    page.method = "third_party"
    page.changed_on = date(2025, 1, 1)
    page.reviewed_on = date(2026, 1, 1)
    page.barriers.add(StatementBarrier(kind="excessive_cost", what="Audiodeskrypcja"))

    assert problems(page) == {
        "conformity",
        "assessor",
        "changed_on",
        "reviewed_on",
        "assessment_url",
    }
    page.barriers = []
    page.conformity = "none"
    assert "barriers" in problems(page)


@pytest.mark.parametrize(
    ("reviewed", "today", "state"),
    [
        (date(2026, 5, 1), date(2027, 2, 28), ReviewState.DONE),
        (date(2026, 5, 1), date(2027, 3, 1), ReviewState.DUE),
        (date(2026, 5, 1), date(2027, 3, 31), ReviewState.DUE),
        (date(2026, 5, 1), date(2027, 4, 1), ReviewState.OVERDUE),
        (date(2025, 5, 1), date(2027, 1, 2), ReviewState.OVERDUE),
        (date(2027, 1, 5), date(2027, 12, 31), ReviewState.DONE),
    ],
)
def test_the_review_is_due_each_year_by_the_end_of_march(reviewed, today, state) -> None:
    page = AccessibilityStatementPage(prepared_on=date(2024, 1, 1), reviewed_on=reviewed)

    assert review_state(page, today) is state


def test_a_change_of_the_site_asks_for_a_review_and_a_missing_statement_for_one() -> None:
    page = AccessibilityStatementPage(prepared_on=date(2026, 1, 1), changed_on=date(2026, 6, 1))

    assert review_state(page, date(2026, 6, 2)) is ReviewState.SITE_CHANGED
    assert review_state(None, date(2026, 6, 2)) is ReviewState.MISSING


def test_whoever_publishes_is_reminded_on_the_dashboard(index, admin_client) -> None:
    html = admin_client.get("/panel/").content.decode()

    assert re.search(r'id="accessibility-statement[^"]*"', html)
