"""Document 003: the first meeting of a network, with agenda, participants and gallery."""

from typing import Any

import pytest
from django.test import Client

from practices_pages.models import (
    LocalGovernmentUnit,
    MeetingPage,
    NetworkIndexPage,
    NetworkPage,
    PlanCollectionPage,
    PlanIndexPage,
    PlanPage,
    ProjectIndexPage,
    ProjectPage,
    UnitKind,
)
from tests.practices_pages.isolation_world import make_image
from tests.practices_pages.plan_world import make_plan_unit
from tests.seeds.facts import (
    FOOT,
    Fact,
    always,
    check,
    dd,
    notice,
    open_site,
    publish,
    tell,
    updated,
)
from tests.seeds.reading import (
    between,
    day,
    first_of_month,
    found,
    html,
    nth,
    paragraphs,
    read,
    split,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

POWIATS = {"Krapkowice": "powiat krapkowicki", "Wołomin": "powiat wołomiński"}
CITIES = split(found(r"z gmin miejskich – (.+?) oraz powiatów"), r"[^ ,][^,]+")
AGENDA = between("W ramach spotkania", "W spotkaniu sieci")
TOPICS = split(AGENDA, r".+:$")
POINTS = ":$\n((?:.+[^:]\n)+)"
ANSWER = "[aria-labelledby=evaluation] tbody tr:nth-child({}) {}"


def city(name: str) -> LocalGovernmentUnit:
    return make_plan_unit(name, kind=UnitKind.URBAN)


def powiat(seat: str) -> LocalGovernmentUnit:
    return make_plan_unit(POWIATS[seat], kind=UnitKind.POWIAT)


def group(name: str) -> str:
    return f'.units > div:has(> dt:-soup-contains("{name}")) > dd li'


def points(number: int) -> list[Fact]:
    # The first list of the document is that of the aims.
    lines = split(nth(found(POINTS), number + 1), r".+")
    place = f"ol.agenda > li:nth-child({number + 1}) li"
    field = f"meeting.agenda.{number + 1}.points"
    return [Fact(field, lines, place, lambda *said: "\n".join(said))]


MEETING = [
    Fact("meeting.title", found(r"\A(.+)$"), "h1"),
    Fact(
        "meeting.number",
        found(r"odbyło się (pierwsze) spotkanie"),
        dd("Sieć") + ":nth-of-type(2)",
        {"pierwsze": 1}.__getitem__,
        "Spotkanie nr 1",
    ),
    Fact(
        "meeting.starts_on",
        found(r"W dniach (\d+)–\d+ (\w+ \d{4})"),
        dd("Kiedy"),
        day,
    ),
    Fact("meeting.ends_on", found(r"W dniach \d+–(\d+ \w+ \d{4})"), dd("Kiedy"), day),
    Fact(
        "meeting.place_name",
        found(r"w (Centrum Szkoleniowym ORE)"),
        dd("Gdzie"),
        always("Centrum Szkoleniowe ORE"),
        "Centrum Szkoleniowe ORE",
    ),
    Fact("meeting.town", found(r"–(Sulejówek) -"), dd("Gdzie")),
    Fact(
        "meeting.body",
        paragraphs("W dniach", "W ramach spotkania", "W spotkaniu sieci"),
        "[aria-labelledby=report] .prose",
        html,
    ),
    Fact("meeting.aims.1+.text", between("Celem spotkania", "W ramach"), "ol.aims > li"),
    Fact("", found(r"^(Cel)em spotkania było:$"), "#aims"),
    Fact(
        "meeting.agenda.1+.title",
        TOPICS,
        "ol.agenda > li > strong",
        lambda said: said.removesuffix(":"),
    ),
    *(fact for number in range(5) for fact in points(number)),
    Fact("meeting.participants.1+.unit", CITIES, group("miejskie"), city),
    Fact(
        "meeting.participants.7+.unit",
        found(r"oraz powiatów – (\S+) i (\S+)\."),
        group("owiaty"),
        powiat,
        POWIATS.__getitem__,
    ),
    Fact(
        "meeting.evaluation",
        found(r"(Samorządowcy podsumowali .+ były bardzo wysokie)\."),
        "[aria-labelledby=evaluation] .prose",
        html,
    ),
    Fact(
        "meeting.answers.1.question",
        found(r"oceny dotyczące (prowadzącego spotkanie)"),
        ANSWER.format(1, "th"),
    ),
    Fact(
        "meeting.answers.1.answer",
        found(r"były (bardzo wysokie)"),
        ANSWER.format(1, "td:nth-of-type(1)"),
    ),
    Fact(
        "meeting.answers.2.question",
        found(r"oraz (realizacji oczekiwań uczestników)"),
        ANSWER.format(2, "th"),
    ),
    Fact(
        "meeting.answers.2.answer",
        found(r"były (bardzo wysokie)"),
        ANSWER.format(2, "td:nth-of-type(1)"),
    ),
    Fact(
        "meeting.next_month",
        found(r"planowane jest w (\w+ \d{4})"),
        ".next time",
        first_of_month,
        "styczeń 2019",
    ),
    Fact(
        "meeting.gallery.1+.caption",
        between("Spotkanie organizowane", "Ostatnia"),
        ".gallery .caption",
    ),
    Fact(
        "meeting.leaders.1.name",
        found(r"^Prowadząca zajęcia (.+)$"),
        dd("Osoba prowadząca") + " strong",
    ),
    Fact("meeting.leaders.1.role", found(r"^(Prowadząca zajęcia) "), dd("Osoba prowadząca")),
    updated("meeting"),
]
NETWORK = [
    Fact(
        "network.title",
        found(r"spotkanie sieci (współpracy i samokształcenia .+ gmin miejskich)\."),
        "h1",
        "Sieć {}".format,
    ),
    Fact(
        "network.kind",
        found(r"spotkanie (sieci) współpracy"),
        ".band .eyebrow",
        {"sieci": "network"}.__getitem__,
        "sieć współpracy i samokształcenia",
    ),
    Fact(
        "network.for_powiat",
        found(r"dla samorządowców z (powiatów) i"),
        dd("Dla kogo"),
        always(True),
        "powiaty",
    ),
    Fact(
        "network.for_urban",
        found(r"dla samorządowców z powiatów i (gmin miejskich)"),
        dd("Dla kogo"),
        always(True),
        "gminy miejskie",
    ),
    Fact("network.rhythm", found(r"(co dwa miesiące) uczestniczą"), dd("Częstotliwość")),
    Fact(
        "network.every_months",
        found(r"co (dwa) miesiące"),
        dd("Częstotliwość"),
        {"dwa": 2}.__getitem__,
    ),
    Fact("network.platform_title", found(r"na platformie (\S+?),"), dd("Praca") + " a"),
    Fact(
        "network.platform_url",
        found(r"na platformie (\S+?),"),
        dd("Praca") + " a @href",
        "https://{}/".format,
    ),
]
PROJECT = [
    Fact("project.title", found(r"w ramach projektu „(.+?)”"), "h1"),
    Fact(
        "project.procedure",
        found(r"Projekt (pozakonkursowy)"),
        dd("Rodzaj projektu") + ":nth-of-type(1)",
        always("non_competitive"),
    ),
    Fact(
        "project.character",
        found(r"o charakterze (koncepcyjn)ym"),
        dd("Rodzaj projektu") + ":nth-of-type(2)",
        "{}y".format,
    ),
    Fact(
        "project.partners.1.name",
        found(r"^(Ośrodek Rozwoju Edukacji)"),
        ".partners > li:nth-child(1) h3",
    ),
    Fact(
        "project.partners.2.name",
        found(r"ze (Związkiem Miast Polskich)"),
        ".partners > li:nth-child(2) h3",
        always("Związek Miast Polskich"),
        "Związek Miast Polskich",
    ),
    Fact(
        "project.partners.2.role",
        found(r"w (partner)stwie"),
        ".partners > li:nth-child(2) .badge",
    ),
    Fact(
        "project.partners.3.name",
        found(r"w ramach środków (Europejskiego Funduszu Społecznego)"),
        ".partners > li:nth-child(3) h3",
        always("Europejski Fundusz Społeczny"),
        "Europejski Fundusz Społeczny",
    ),
    Fact(
        "project.partners.3.role",
        found(r"(współfinansowany)"),
        ".partners > li:nth-child(3) .badge",
        always("funder"),
        "finans",
    ),
    Fact(
        "project.partners.3.description",
        found(r"przez (Unię Europejską)"),
        ".partners > li:nth-child(3) p.soft",
        always("Unia Europejska"),
        "Unia Europejska",
    ),
    Fact(
        "project.programmes.1.programme",
        found(r"(Program Operacyjny WIEDZA .+? na lata \d{4}–\d{4})"),
        dd("Program") + ":nth-of-type(1)",
    ),
    Fact(
        "project.programmes.1.axis",
        found(r"w ramach (Osi Priorytetowej \w+)"),
        dd("Program") + ":nth-of-type(2)",
        lambda said: said.replace("Osi Priorytetowej", "Oś Priorytetowa"),
        "Oś Priorytetowa II",
    ),
    Fact(
        "project.programmes.1.action",
        found(r"Działania ([\d.]+),"),
        dd("Program") + ":nth-of-type(3)",
        "Działanie {}".format,
    ),
    Fact(
        "project.funding_text",
        paragraphs("Spotkanie organizowane"),
        ".foot .funding:first-child",
        html,
        page="meeting",
    ),
]
PLAN = [
    Fact(
        "plan.implementation_start",
        found(r"od (\d+ września \d{4}) r\. rozpoczęli"),
        dd("Realizacja"),
        day,
    ),
]
FACTS = [*FOOT, *MEETING, *NETWORK, *PROJECT, *PLAN]


def test_every_fact_of_the_meeting_has_its_field_and_its_place(client: Client) -> None:
    document = read("003")
    open_site()
    meeting, network = MeetingPage(lead="Pierwsze spotkanie sieci."), NetworkPage(lead="Sieć.")
    project, plan = ProjectPage(lead="Drugi etap projektu.", starts="2018"), PlanPage(title="Plan")
    pages: dict[str, Any] = {"meeting": meeting, "network": network, "project": project}
    pages |= {"plan": plan, "notice": notice()}
    told = tell(document, FACTS, pages)
    pages["notice"].save()
    project.partners.all()[0].role = "leader"
    publish(ProjectIndexPage.objects.get(), project)
    network.project = meeting.project = project
    publish(NetworkIndexPage.objects.get(), network)
    meeting.leaders.all()[0].consented_to_be_named = True
    for row in meeting.gallery.all():
        row.image = make_image("Zdjęcie", "zdjecie", None)
        row.alt, row.credit = "Uczestnicy w sali szkoleniowej", "ORE"
        row.has_consent, row.consent_note = True, "zgody podpisane przy rejestracji"
    publish(network, meeting)
    _publish_plan(plan, meeting)
    check(client, document, told, pages)
    _check_date_in_caption(document, meeting)


def _publish_plan(plan: PlanPage, meeting: MeetingPage) -> None:
    plan.unit = meeting.participants.first().unit
    plan.scope, plan.files_note = "unknown", "Pliki zostaną dołączone."
    plan.dated_on = plan.implementation_start
    collection = PlanCollectionPage(title="Plany pilotażu")
    publish(publish(PlanIndexPage.objects.get(), collection), plan)


def _check_date_in_caption(document: str, meeting: MeetingPage) -> None:
    """One caption names another month than the text: the editor is asked which is right."""
    [(start, end)] = found(r"^(\d+-\d+ listopada \d{4})")(document)
    [warning] = meeting.publication_warnings()
    assert warning.field == "gallery"
    assert document[start:end].replace("-", "–") in warning.message.replace("-", "–")
    assert meeting.dates is not None
    assert meeting.dates.shown in warning.message
    assert f"{meeting.gallery.count()}" in warning.message
