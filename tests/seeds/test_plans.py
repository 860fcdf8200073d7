"""Document 004: thirty plans by type of unit and by scope, and how they came about."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from practices_pages.models import PlanCollectionPage, PlanIndexPage, PlanPage, UnitKind
from tests.practices_pages.plan_world import make_plan_unit
from tests.seeds.facts import (
    FOOT,
    Fact,
    a_document,
    a_project,
    always,
    check,
    complete,
    dd,
    look,
    notice,
    open_site,
    publish,
    tell,
    updated,
)
from tests.seeds.reading import found, html, month, paragraphs, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TEAM, MONITORING = dd("Liczba osób"), dd("Zaplanowany monitoring")
COUNT = found(r"(?:dla|prezentujemy) (\d+) ")
GROUPS = found(r"^(Plany (?:gmin|powiatów).*)$")
COLLECTION = [
    updated("plans"),
    Fact("plans.title", found(r"\A(.+)$"), "h1"),
    Fact("plans.project", found(r"„(.+?) – I etap”"), dd("Projekt") + " a", a_project),
    Fact("plans.stage", found(r"– (I etap)”"), dd("Projekt") + " span"),
    Fact(
        "plans.support_from",
        found(r"od (kwietnia \d{4}) do"),
        dd("Wsparcie"),
        month,
        "kwiecień 2016",
    ),
    Fact("plans.support_to", found(r"do (marca \d{4}) r\."), dd("Wsparcie"), month, "marzec 2018"),
    Fact(
        "plans.support",
        paragraphs("W projekcie", "Wsparcie szkoleniowo"),
        "[aria-labelledby=h-support] .prose",
        html,
    ),
    Fact("plans.team_from", found(r"do (dwu)-,"), TEAM, {"dwu": 2}.__getitem__, "2–3"),
    Fact(
        "plans.team_to",
        found(r"dwu-, (trzy)osobowych"),
        TEAM,
        {"trzy": 3}.__getitem__,
        "2–3",
    ),
    Fact("", COUNT, ".band .eyebrow", shown="30 planów"),
    Fact(
        "plans.how_made",
        paragraphs("Lokalne plany rozwoju oświaty oraz wspomagania szkół zostały", "Integralną"),
        "[aria-labelledby=h-made] .prose",
        html,
    ),
    Fact(
        "plans.preceded_by_debates",
        found(r"zostały (poprzedzone debatami oświatowymi)"),
        dd("Debaty lokalne"),
        always(True),
        "debata",
    ),
    Fact(
        "plans.documents.1.document",
        paragraphs("Wzór planu"),
        "[aria-labelledby=h-documents] .document > a",
        a_document,
    ),
    Fact(
        "plans.documents.1.kind",
        found(r"^(Wzór) planu"),
        "[aria-labelledby=h-documents] .tag",
        always("template"),
        "wzór",
    ),
    Fact(
        "plans.introduction",
        paragraphs("Powstały dwa rodzaje", "Poniżej prezentujemy"),
        ".page-body > .prose",
        html,
    ),
    Fact(
        "plans.broad_scope",
        paragraphs("plany o szerokim"),
        ".plan-scopes > div:nth-child(1) .prose",
        html,
    ),
    Fact(
        "plans.narrow_scope",
        paragraphs("plany o węższym"),
        ".plan-scopes > div:nth-child(2) .prose",
        html,
    ),
    Fact("", GROUPS, ".plan-group > h2"),
    Fact(
        "plans.school_year",
        found(r"roku szkolnego (\d{4}/\d{4})"),
        dd("roku szkolnego"),
    ),
    Fact(
        "plans.monitoring_from",
        found(r"roku (\d{4}) \(w (listopad)zie – "),
        MONITORING,
        lambda year, name: month(f"{name} {year}"),
    ),
    Fact(
        "plans.monitoring_to",
        found(r"roku (\d{4}) \(w listopadzie – (grud)niu"),
        MONITORING,
        lambda year, name: month(f"{name} {year}"),
    ),
    Fact(
        "plans.planned_monitoring",
        paragraphs("Lokalne plany strategiczne", "Pod koniec"),
        "[aria-labelledby=h-monitoring] .prose",
        html,
    ),
]
PLAN = [
    Fact(
        "plan.implementation_start",
        found(r"od (września) roku szkolnego (\d{4})/"),
        dd("Realizacja"),
        lambda _month, year: date(int(year), 9, 1),
        {"września": "1 września", "2018": "2018"}.__getitem__,
    ),
    Fact(
        "plan.documents.1.document",
        found(r"są (harmonogramy działań)"),
        ".document > a",
        a_document,
    ),
    Fact(
        "plan.documents.1.kind",
        found(r"są (harmonogramy) działań"),
        ".document .tag",
        always("schedule"),
        "harmonogram",
    ),
]
FACTS = [*FOOT, *COLLECTION, *PLAN]
KINDS = [UnitKind.RURAL, UnitKind.URBAN_RURAL, UnitKind.URBAN, UnitKind.POWIAT]


def test_every_fact_of_the_plans_has_its_field_and_its_place(client: Client) -> None:
    document = read("004")
    open_site()
    plans, plan = PlanCollectionPage(), PlanPage(title="Plan z harmonogramem")
    pages: dict[str, Any] = {"plans": plans, "plan": plan, "notice": notice()}
    told = tell(document, FACTS, pages)
    pages["notice"].save()
    complete(plans.documents)
    complete(plan.documents)
    publish(PlanIndexPage.objects.get(), plans)
    [(start, end), *_again] = COUNT(document)
    others = [PlanPage(title=f"Plan {number}") for number in range(1, int(document[start:end]))]
    for number, page in enumerate([plan, *others]):
        page.unit = make_plan_unit(f"Jednostka {number}", kind=KINDS[number % 4])
        page.scope = ("broad", "narrow")[number % 2]
        page.school_year, page.files_note = plans.school_year, "Pliki zostaną dołączone."
        publish(plans, page)
    check(client, document, told, pages)
    _check_groups(client, plans, total=int(document[start:end]))


def _check_groups(client: Client, plans: PlanCollectionPage, *, total: int) -> None:
    """Every plan is in one of the four groups, and in one of the two kinds."""
    groups = ("gminy-wiejskie", "gminy-miejsko-wiejskie", "gminy-miejskie", "powiaty")
    scopes = ("zakres-szeroki", "zakres-wezszy")
    for parts in (groups, scopes):
        counts = [len(look(client, f"{plans.url}{part}/").select("li.plan")) for part in parts]
        assert all(counts)
        assert sum(counts) == total
