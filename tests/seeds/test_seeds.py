"""The five source documents could be published again on this site: every fact has its field.

Nothing of their text is kept here: the documents are read at test time, and what a visitor of the
built page reads is compared with them line by line.
"""

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from practices_pages.models import PracticePage
from practices_pages.models.news import NewsPage
from practices_pages.models.plan import PlanPage
from tests.seeds import building
from tests.seeds.reading import plain, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Headings of empty lists, captions of buttons, and names of files that stood in for descriptions.
LAYOUT = re.compile(
    r"^(Filmy|Załączniki|Dobre Praktyki|Wydarzenia|Dokumenty i publikacje|Cel projektu:|"
    r"Opis dobrej praktyki|Celem spotkania było:|fot\.|Thumb|Wzór planu|Plany (gmin|powiat)|"
    r"Aktualności -|Zapisz się|Administratorem)"
)
SENTENCE = re.compile(r"(?<=[a-ząćęłńóśźż]{3}\.) (?=[A-ZŁŚŻŹĆ])")
# What fields say in a form of their own; `says` looks for it.
FIELDS = re.compile(r"^(Ostatnia aktualizacja|Partnerzy:|Wartość projektu|Okres realizacji)")


@pytest.fixture
def site() -> SimpleNamespace:
    return building.make_site()


def words(client: Client, page: Any) -> str:
    """What a visitor reads: the text alone, quotation marks and dashes as one sort."""
    answer = client.get(page.url)
    assert answer.status_code == 200
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", answer.content.decode())
    return alike(unescape(strip_tags(body.replace("<", " <"))))


def alike(text: str) -> str:
    text = plain(text.replace("\u00ad", ""))
    text = re.sub(r"\s+([,.;:?!)”])", r"\1", re.sub(r"[–—-]", "-", text))
    return " ".join(text.split())


def unsaid(lines: list[str], shown: str) -> list[str]:
    """Lines of the document that no visitor reads."""
    wanted = (line for line in lines if not LAYOUT.match(line) and not FIELDS.match(line))
    sentences = (sentence for line in wanted for sentence in SENTENCE.split(alike(line)))
    return [sentence for sentence in sentences if sentence.rstrip(".;:") not in shown]


def says(shown: str, *facts: str) -> None:
    missing = [fact for fact in facts if alike(fact) not in shown]
    assert missing == []


def test_the_collection_of_practices(client: Client, site: SimpleNamespace) -> None:
    lines = read("000")
    page = building.build_collection(site, lines)
    shown = words(client, page)
    assert unsaid(lines, shown) == []
    says(shown, "21 maja 2021", "kanał YouTube", "Związek Miast Polskich")
    assert page.items.count() == PracticePage.objects.live().count() == 13
    says(words(client, PracticePage.objects.live().first()), lines[0])


def test_the_series_of_films(client: Client, site: SimpleNamespace) -> None:
    lines = read("001")
    page = building.build_films(site, lines)
    shown = words(client, page)
    prose = [line for line in lines if not line.startswith("Jak wspomagać")]
    assert unsaid(building.whole_paragraphs(prose), shown) == []
    assert page.questions.count() == 6
    says(shown, *(row.question for row in page.questions.all()))
    says(shown, "Fotolia.com", "7 lutego 2018", "Samorządowe przykłady dobrych praktyk")


def test_the_project(client: Client, site: SimpleNamespace) -> None:
    lines = read("002")
    page = building.build_project(site, lines)
    shown = words(client, page)
    news = " ".join(words(client, item) for item in NewsPage.objects.live())
    named = [line for line in lines if not line.startswith("Więcej informacji")]
    assert unsaid(named, f"{shown} {news}") == []
    says(shown, "Ośrodek Rozwoju Edukacji", "lider", "ponad 2,8 mln zł", "ponad 800 tys. zł")
    says(shown, "kwiecień 2016 - marzec 2018", "Działanie 2.18", "500", "co najmniej 2000 osób")
    says(shown, "9 dwudniowych sesji", "6-8 JST", "około 20", "około 10")
    assert page.external_url in client.get(page.url).content.decode()
    assert NewsPage.objects.live().count() == 9
    assert "newsletter" in shown.lower()


def test_the_meeting_of_a_network(client: Client, site: SimpleNamespace) -> None:
    lines = read("003")
    page = building.build_meeting(site, lines)
    shown = words(client, page)
    assert unsaid(lines, shown) == []
    says(shown, "23-24 października 2018", "Sulejówek", "Centrum Szkoleniowe ORE")
    says(shown, "styczeń 2019", "Agnieszka Szwejkowska", "5 listopada 2018")
    says(shown, *building.CITIES, "powiat krapkowicki", "powiat wołomiński")
    assert page.agenda.first().point_list[0].startswith("monitorowanie")
    assert len(page.agenda.all()) == 5
    assert sum(len(topic.point_list) for topic in page.agenda.all()) == 15
    network = words(client, page.get_parent().specific)
    says(network, "co dwa miesiące", "www.doskonaleniewsieci.pl")
    warnings = [problem.message for problem in page.publication_warnings()]
    assert any("listopada" in warning or "2018" in warning for warning in warnings)


def test_the_plans(client: Client, site: SimpleNamespace) -> None:
    lines = read("004")
    page = building.build_plans(site, lines)
    shown = words(client, page)
    assert unsaid(lines, shown) == []
    says(shown, "30", "6 czerwca 2018", "2016", "2018", "2018/2019")
    assert PlanPage.objects.live().count() == 30
    for slug in ("gminy-wiejskie", "gminy-miejsko-wiejskie", "gminy-miejskie", "powiaty"):
        assert client.get(f"{page.url}{slug}/").status_code == 200
    plan = words(client, PlanPage.objects.live().first())
    says(plan, "1 września 2018", "2018/2019")
