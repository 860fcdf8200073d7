"""Feeds as a feed reader meets them."""

from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from practices_pages.languages import key_of
from practices_pages.models import NewsIndexPage, PracticeIndexPage, PracticePage, ThematicArea
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.filming import make_film, make_film_index
from tests.practices_pages.project_world import make_index, make_news, make_project

pytestmark = pytest.mark.django_db
FEED = "/feeds/praktyki.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def read(client, query: str = "") -> Element:
    response = client.get(FEED + query)
    assert response.status_code == 200, response.content.decode()
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"a:{name}", namespaces=ATOM)
    return feed


def texts(feed: Element, name: str) -> list[str]:
    return [str(found.text) for found in feed.findall(f"a:entry/a:{name}", ATOM)]


def test_the_newest_practices_stand_first_with_their_permanent_ids(index, client) -> None:
    old, new = (make_practice(index, live=True, title=title) for title in ("Dawna", "Nowa <b>"))

    feed = read(client)

    assert texts(feed, "title") == ["Nowa <b>", "Dawna"]
    assert texts(feed, "id") == [f"tag:testserver,2026:practices/{p.pid}" for p in (new, old)]
    assert texts(feed, "summary") == [new.lead, old.lead]
    entry = feed.find("a:entry", ATOM)
    assert entry.find("a:link", ATOM).get("href") == f"http://testserver{new.url}"
    assert entry.find("a:category", ATOM).get("term") == "Dowożenie uczniów"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "pl"


def test_a_control_character_breaks_no_feed(index, client) -> None:
    page = make_practice(index, live=True)
    ThematicArea.objects.update(name="Dowożenie\x0b uczniów")
    PracticePage.objects.filter(pk=page.pk).update(title="Bus\x0c szkolny", lead="Raz\x08 dziennie")

    feed = read(client)

    assert (texts(feed, "title"), texts(feed, "summary")) == (["Bus szkolny"], ["Raz dziennie"])


def test_a_feed_takes_the_filters_of_the_catalogue(index, client) -> None:
    make_practice(index, live=True, title="Bus", areas=["dowozenie"])
    make_practice(index, live=True, title="Komputer", areas=["cyfryzacja"])

    feed = read(client, "?area=dowozenie")

    assert texts(feed, "title") == ["Bus"]
    assert feed.findtext("a:title", namespaces=ATOM) == "Dobre praktyki: Dowożenie uczniów"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links["alternate"] == "http://testserver/praktyki/?area=dowozenie"
    assert links["self"] == f"http://testserver{FEED}?area=dowozenie"
    assert texts(read(client, "?q=komputer"), "title") == ["Komputer"]


@pytest.mark.parametrize(
    "query", ["?aera=x", "?area=nie-ma", "?group=x", "?sort=title", "?page=2", "?area="]
)
def test_what_means_nothing_is_refused_and_named(query: str, index, client) -> None:
    response = client.get(FEED + query)

    assert response.status_code == 400
    assert query[1:].partition("=")[0] in response.content.decode()


def test_an_unchanged_feed_is_304_and_a_changed_one_is_not(index, client) -> None:
    page = make_practice(index, live=True)
    first = client.get(FEED)

    again = client.get(FEED, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    after = client.get(
        FEED,
        headers={"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]},
    )
    assert after.status_code == 200
    assert page.title not in after.content.decode()


def test_a_republished_practice_is_the_same_entry_updated(index, client) -> None:
    page = make_practice(index, live=True)
    before = read(client)
    PracticePage.objects.filter(pk=page.pk).update(
        first_published_at=timezone.now() - timedelta(days=9)
    )
    page = PracticePage.objects.get(pk=page.pk)
    page.title, page.slug = "Inny tytuł", "inny-adres"
    page.save_revision().publish()

    after = read(client)

    assert texts(after, "id") == texts(before, "id")
    assert texts(after, "updated")[0] > texts(after, "published")[0]
    assert texts(after, "title") == ["Inny tytuł"]


def test_a_translation_is_no_further_entry(index, client) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    page = make_practice(index, live=True)
    page.copy_for_translation(english, copy_parents=True).save_revision().publish()

    assert len(texts(read(client), "id")) == 1


def test_drafts_are_in_no_feed(index, client) -> None:
    make_practice(index, title="Szkic")
    hidden = make_practice(index, live=True, title="Wycofana")
    Page.objects.filter(pk=hidden.pk).update(live=False)

    assert texts(read(client), "title") == []


def test_pages_lead_to_the_feed_with_their_filters(index, client) -> None:
    make_practice(index, live=True)

    html = client.get(f"{index.url}?group=rural&area=dowozenie&sort=title&page=1").content.decode()

    address = f"{FEED}?area=dowozenie&amp;group=rural"
    assert f'title="Nowości na tej liście" href="{address}">' in html
    assert f'<a href="{address}" type="application/atom+xml">' in html


def test_the_language_switch_keeps_the_filters(index, client) -> None:
    make_practice(index, live=True)

    html = client.get(f"{index.url}?area=dowozenie").content.decode()

    assert f'href="/en{index.url}?area=dowozenie" hreflang="en"' in html


def test_films_have_a_feed_of_their_own_with_their_filters(index, client) -> None:
    films = make_film_index()
    film = make_film(films, live=True, title="Film o dowozie", filmed_on=date(2018, 1, 1))
    make_film(films, live=True, title="Nowszy film")
    make_film(films, title="Szkic filmu")

    answer = client.get("/feeds/filmy.atom")
    feed = ElementTree.fromstring(answer.content)

    assert texts(feed, "title") == ["Nowszy film", "Film o dowozie"]
    assert feed.findtext("a:title", namespaces=ATOM) == "Filmy"
    chosen = ElementTree.fromstring(client.get("/feeds/filmy.atom?year=2018").content)
    assert texts(chosen, "id") == [f"tag:testserver,2026:films/{film.translation_key}"]
    assert client.get("/feeds/filmy.atom?cost=none").status_code == 400
    assert 'href="/feeds/filmy.atom"' in client.get(films.url).content.decode()


def test_news_have_a_feed_of_their_own_by_the_dates_on_them(index, client) -> None:
    dowozy, tajny = make_project(title="Dowozy"), make_project(title="Tajny")
    news = make_news(dowozy, tajny, title="Nowe autobusy", dated_on=date(2025, 3, 14))
    make_news(title="Dawna rada", dated_on=date(2024, 5, 1))
    make_news(title="Szkic", live=False)
    PageViewRestriction.objects.create(page=tajny, restriction_type=PageViewRestriction.LOGIN)

    feed = ElementTree.fromstring(client.get("/feeds/aktualnosci.atom").content)

    assert feed.findtext("a:title", namespaces=ATOM) == "Aktualności"
    assert texts(feed, "title") == ["Nowe autobusy", "Dawna rada"]
    assert texts(feed, "summary")[0] == news.lead
    assert texts(feed, "id")[0] == f"tag:testserver,2026:news/{news.translation_key}"
    assert [found.get("term") for found in feed.findall("a:entry/a:category", ATOM)] == ["Dowozy"]


def test_the_list_of_news_leads_to_its_feed_with_its_filters(index, client) -> None:
    news = make_index(NewsIndexPage)
    project = make_project()
    make_news(project, title="O projekcie")
    make_news(title="O czymś innym")

    html = client.get(f"{news.url}?project={key_of(project)}").content.decode()
    address = f"/feeds/aktualnosci.atom?project={key_of(project)}"

    assert f'title="Nowości na tej liście" href="{address}">' in html
    assert texts(ElementTree.fromstring(client.get(address).content), "title") == ["O projekcie"]
    assert client.get("/feeds/aktualnosci.atom?area=dowozenie").status_code == 400
