"""Document 002: a project with its partners, money, stages, events, publications and news."""

from typing import Any

import pytest
from django.test import Client
from django.utils.text import slugify

from newsletter.clauses import approve_clause
from newsletter.models import Clause
from practices_pages.models import (
    DocumentKind,
    NewsIndexPage,
    NewsPage,
    ProjectIndexPage,
    ProjectPage,
)
from tests.factories import make_practice, make_user
from tests.practices_pages.isolation_world import make_image
from tests.seeds.facts import (
    Fact,
    a_document,
    always,
    check,
    complete,
    dd,
    look,
    open_site,
    publish,
    tell,
)
from tests.seeds.reading import (
    amount,
    between,
    found,
    html,
    month,
    nth,
    paragraphs,
    read,
    whole,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PARTNER = ".partners > li:nth-child({}) {}"
STAGE = "ol.course > li:nth-child({}) {}"
PLANNED_COUNT = "table.indicators tbody tr:nth-child({}) td:nth-of-type(1)"
EVENT = "[aria-labelledby=events] > ul > li"
PUBLICATION = "ul.planned > li:nth-child({}) {}"
QUALIFIERS = {"ponad": "over", "co najmniej": "at_least", "ok.": "about"}
KINDS = {
    "Raport z diagnozy": "diagnosis",
    "Recenzje": "review",
    "Ocena pilotażu": "pilot_evaluation",
    "Analizy tematyczne": "thematic_analysis",
}
EVENTS = between("Wydarzenia", "Dokumenty i publikacje")
PUBLICATIONS = between("Dokumenty i publikacje", "Więcej informacji")
NEWS = found(r"^Thumb .+\n(.+)$")
THUMBNAILS = found(r"^(Thumb .+)$")


def kind_of(title: str) -> str:
    return next((kind for words, kind in KINDS.items() if title.startswith(words)), "other")


def kind_label(title: str) -> str:
    return str(DocumentKind(kind_of(title)).label)


ABOUT = [
    Fact("project.title", found(r"\A(.+)$"), "h1"),
    Fact("project.full_name", found(r"projekt „(.+?)” realizowany"), dd("Pełna nazwa")),
    Fact(
        "project.procedure",
        found(r"^(Pozakonkursowy) projekt"),
        dd("Rodzaj projektu"),
        always("non_competitive"),
        "pozakonkursowy",
    ),
    Fact(
        "project.programmes.1.programme",
        found(r"Działania \S+ (POWER)"),
        dd("Program") + ":nth-of-type(1)",
    ),
    Fact(
        "project.programmes.1.action",
        found(r"w ramach Działania ([\d.]+) POWER"),
        dd("Program") + ":nth-of-type(2)",
        "Działanie {}".format,
    ),
    Fact("project.starts", found(r"Okres realizacji: (\S+ \d+) –"), dd("Okres"), month),
    Fact("project.ends", found(r"Okres realizacji: .+ – (\S+ \d+)$"), dd("Okres"), month),
    Fact("project.value", found(r"projektu: ponad ([\d,]+ mln) zł"), dd("Wartość"), amount),
    Fact(
        "project.value_qualifier",
        found(r"projektu: (ponad) "),
        dd("Wartość"),
        QUALIFIERS.__getitem__,
    ),
    Fact("project.general_aim", paragraphs("Ogólnym celem"), ".aim", html),
    Fact("", found(r"^(Cel projektu:)$"), "#aims", shown="Po co jest ten projekt"),
    Fact(
        "project.description",
        paragraphs("Pozakonkursowy", "Niniejszy"),
        "[aria-labelledby=aims] > .prose:not(.aim)",
        html,
    ),
    Fact(
        "project.external_url",
        found(r"na stronie projektu - (http\S+?)\.*$"),
        "[aria-labelledby=team] a @href",
    ),
    Fact(
        "project.external_title",
        found(r"^(Więcej informacji i aktualności na stronie projektu)"),
        "[aria-labelledby=team] a",
    ),
]
PARTNERS = [
    Fact("project.partners.1.name", found(r"^Partnerzy: (.+?) –"), PARTNER.format(1, "h3")),
    Fact(
        "project.partners.1.role",
        found(r"^Partnerzy: .+ – (\w+),"),
        PARTNER.format(1, ".badge"),
        {"lider": "leader"}.__getitem__,
    ),
    Fact(
        "project.partners.1.description",
        found(r"\(ORE, jednostkę (Ministerstwa .+?)\)"),
        PARTNER.format(1, "p.soft"),
        "jednostka {}".format,
    ),
    Fact("project.partners.2.name", found(r"^Partnerzy: .+, (.+)$"), PARTNER.format(2, "h3")),
    Fact(
        "project.partners.2.role",
        found(r"jako (partner) ORE"),
        PARTNER.format(2, ".badge"),
    ),
    Fact(
        "project.partners.2.task",
        found(r"ma zapewnić (.+ samorządowych)"),
        PARTNER.format(2, ".prose"),
    ),
    Fact(
        "project.partners.2.amount",
        found(r"komponent ZMP to ponad (\d+ tys) zł"),
        PARTNER.format(2, "strong"),
        amount,
    ),
    Fact(
        "project.partners.2.qualifier",
        found(r"komponent ZMP to (ponad) "),
        PARTNER.format(2, "strong"),
        QUALIFIERS.__getitem__,
    ),
]
STAGES = [
    Fact(
        "project.stages.1.name",
        found(r"realizację (pierwszego) etapu"),
        STAGE.format(1, "h3"),
        {"pierwszego": "etap I"}.__getitem__,
        "etap I",
    ),
    Fact("project.stages.1.starts", found(r"(\d{4})-2018"), STAGE.format(1, ".when")),
    Fact("project.stages.1.ends", found(r"2016-(\d{4})"), STAGE.format(1, ".when")),
    Fact("project.stages.1.aims", found(r"\(1\) (.+?) \(\d"), STAGE.format(1, "div")),
    Fact("project.stages.2.starts", found(r"(\d{4})-2020"), STAGE.format(2, ".when")),
    Fact("project.stages.2.ends", found(r"2018-(\d{4})"), STAGE.format(2, ".when")),
    Fact(
        "project.stages.2.aims",
        found(r"\(2\) (.+?) \(\d"),
        STAGE.format(2, "div:not(.table-scroll)"),
    ),
    Fact(
        "project.indicators.1.planned",
        found(r"w (\d+) samorządach"),
        PLANNED_COUNT.format(1),
        whole,
    ),
    Fact(
        "project.indicators.2.planned",
        found(r"najmniej ([\d ]+) osób"),
        PLANNED_COUNT.format(2),
        whole,
        lambda said: said.replace(" ", ""),
    ),
    Fact(
        "project.indicators.2.planned_qualifier",
        found(r"(co najmniej) [\d ]+ osób"),
        PLANNED_COUNT.format(2),
        QUALIFIERS.__getitem__,
    ),
    Fact(
        "project.indicators.2.unit_of_measure",
        found(r"najmniej [\d ]+ (osób)"),
        PLANNED_COUNT.format(2),
    ),
]
WORK = [
    Fact("", found(r"^(Wydarzenia)$"), "#events"),
    Fact("project.events.1+.title", EVENTS, f"{EVENT} h3"),
    Fact("project.events.2.times", found(r"^(\d+) dwudniowych"), f"{EVENT} p.soft", whole),
    Fact("project.events.2.times_of", found(r"^\d+ (dwudniowych sesji)"), f"{EVENT} p.soft"),
    Fact("project.events.2.size_from", found(r"– (\d+)-\d+ JST"), f"{EVENT} p.soft", whole),
    Fact("project.events.2.size_to", found(r"– \d+-(\d+) JST"), f"{EVENT} p.soft", whole),
    Fact("project.events.2.size_of", found(r"– \d+-\d+ (JST)"), f"{EVENT} p.soft"),
    Fact("", found(r"^(Dokumenty i publikacje)$"), "#documents"),
    Fact("project.documents.1.document", found(r"^(Załączniki)$"), ".document > a", a_document),
    Fact(
        "project.planned_publications.1+.title",
        PUBLICATIONS,
        "ul.planned > li:not(:last-child) > span:first-child",
    ),
    Fact(
        "project.planned_publications.1+.kind",
        PUBLICATIONS,
        "ul.planned > li:not(:last-child) .tag",
        kind_of,
        kind_label,
    ),
    Fact(
        "project.planned_publications.1.purpose",
        found(r"– (jako wkład .+ ORE)"),
        PUBLICATION.format(1, ".soft"),
    ),
    Fact(
        "project.planned_publications.4+.count",
        found(r" \(ok\. (\d+)\)"),
        "ul.planned strong",
        whole,
        "około {}".format,
    ),
    Fact(
        "project.planned_publications.4+.count_qualifier",
        found(r" \((ok\.) \d+\)"),
        "ul.planned strong",
        QUALIFIERS.__getitem__,
        "około",
    ),
    Fact(
        "project.planned_publications.7.title",
        found(r"przetestowanie .+ (programów szkoleniowo-doradczych dla przedstawicieli JST) odp"),
        PUBLICATION.format(7, "span:first-child"),
        always("Programy szkoleniowo-doradcze"),
        "Programy szkoleniowo-doradcze",
    ),
    Fact(
        "project.planned_publications.7.due",
        found(r"przetestowanie do (\w+ \d+) r\."),
        PUBLICATION.format(7, ".soft"),
        month,
        "marzec 2018",
    ),
    Fact("", found(r"^(Dobre Praktyki)$"), "#related-practicepage", shown="Dobre praktyki"),
]
NEWSLETTER = [
    Fact("", found(r"^(Aktualności) - "), "#project-news", shown="Aktualności projektu"),
    Fact("", found(r"^(Zapisz się) do newslettera"), ".newsletter-form button", shown="Zapisz"),
    Fact(
        "clause.information",
        paragraphs("Administratorem danych"),
        ".newsletter-consent details",
    ),
]


NEWS_COUNT = 9
NEWS_FACTS = [
    fact
    for number in range(NEWS_COUNT)
    for fact in (
        Fact(f"news{number}.lead", nth(NEWS, number), ".band p.lead"),
        Fact(
            f"news{number}.main_image",
            nth(THUMBNAILS, number),
            ".band img @src",
            lambda said: make_image(said, slugify(said), None),
            # A long name of a file is cut.
            lambda said: slugify(said)[:16],
        ),
    )
]
FACTS = [*ABOUT, *PARTNERS, *STAGES, *WORK, *NEWSLETTER, *NEWS_FACTS]


def test_every_fact_of_the_project_has_its_field_and_its_place(client: Client) -> None:
    document, site = read("002"), open_site()
    project = ProjectPage(lead="Projekt dwóch partnerów dla kadry samorządów.")
    clause = Clause(version=1, locale="pl", consent="Zgadzam się na listy o nowych praktykach.")
    news = {f"news{number}": NewsPage(title=f"Wiadomość {number}") for number in range(NEWS_COUNT)}
    pages: dict[str, Any] = {"project": project, "clause": clause, **news}
    told = tell(document, FACTS, pages)
    clause.save()
    approve_clause(clause, make_user("administrator"))
    later = project.stages.all()[1]
    later.name, later.is_elsewhere = "etap II", True
    for row, what in zip(project.indicators.all(), ("samorządy", "przeszkoleni"), strict=True):
        row.what, row.stage_number = what, 2
    complete(project.documents)
    publish(ProjectIndexPage.objects.get(), project)
    make_practice(site.practices, live=True, project=project)
    for page in news.values():
        page.projects, page.image_alt = [project], "Szkoła, o której mowa na spotkaniu"
        page.image_credit = "Związek Miast Polskich"
        publish(NewsIndexPage.objects.get(), page)
    check(client, document, told, pages)
    cards = look(client, project.url).select("[aria-labelledby=project-news] .card")
    assert cards
    assert all(card.select("img") for card in cards)
    listed = look(client, f"{NewsIndexPage.objects.get().url}?project={project.slug}")
    assert len(listed.select(".cards > li img")) == NEWS_COUNT
