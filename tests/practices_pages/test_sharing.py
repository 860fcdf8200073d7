"""How pages are found and passed on: one address, languages, Open Graph, linked data."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Locale, Page, PageViewRestriction

from practices_pages.models import HomePage, PracticeIndexPage, StandardPage
from tests.factories import add_rows, make_practice, make_site_tree
from tests.practices_pages.pictures import make_image
from tests.practices_pages.project_world import make_news

pytestmark = pytest.mark.django_db
ROOT = "http://testserver"


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def english(index: PracticeIndexPage) -> HomePage:
    """The home page has an English version."""
    locale, _created = Locale.objects.get_or_create(language_code="en")
    home = index.get_parent().specific.copy_for_translation(locale)
    home.title = "Good practices"
    home.save_revision().publish()
    return home


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def canonical(html: str) -> list[str]:
    return re.findall(r'<link rel="canonical" href="([^"]+)">', html)


def alternates(html: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))


def open_graph(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', html))


def graph(html: str) -> list[dict[str, Any]]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)["@graph"]


def plain_page(home: Page, **fields: Any) -> StandardPage:
    page = StandardPage(**({"title": "O nas", "slug": "o-nas", "locale": home.locale} | fields))
    home.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def test_a_page_names_its_one_address_and_the_interfaces_it_is_read_in(index, client) -> None:
    page = make_practice(index, live=True)

    polish = read(client, page.url)
    english = read(client, f"/en{page.url}")

    both = {"pl": ROOT + page.url, "en": f"{ROOT}/en{page.url}", "x-default": ROOT + page.url}
    assert canonical(polish) == [ROOT + page.url]
    assert canonical(english) == [f"{ROOT}/en{page.url}"]
    assert alternates(polish) == alternates(english) == both


def test_a_view_of_a_list_has_the_address_that_the_catalogue_gives_it(index, client) -> None:
    make_practice(index, live=True)

    html = read(client, f"{index.url}?nonsense=1&area=dowozenie")

    assert canonical(html) == [f"{ROOT}{index.url}?area=dowozenie"]
    assert alternates(html)["en"] == f"{ROOT}/en{index.url}?area=dowozenie"
    assert canonical(read(client, f"{index.url}?page=zły")) == [ROOT + index.url]


def test_a_translated_page_is_the_only_english_one(index, english, client) -> None:
    page = plain_page(index.get_parent())
    version = page.copy_for_translation(english.locale)
    version.title, version.slug = "About us", "about"
    version.save_revision().publish()

    polish = read(client, page.url)
    translated = read(client, "/en/about/")
    assert alternates(polish) == {
        "pl": f"{ROOT}/o-nas/",
        "en": f"{ROOT}/en/about/",
        "x-default": f"{ROOT}/o-nas/",
    }
    assert alternates(translated) == alternates(polish)
    assert canonical(translated) == [f"{ROOT}/en/about/"]
    # The Polish text in the English interface is still there, and says where it belongs.
    assert canonical(read(client, "/en/o-nas/")) == [f"{ROOT}/o-nas/"]
    assert '<a href="/en/about/" hreflang="en"' in polish
    # Whoever speaks to the computer says what is to be seen.
    assert re.search(r'hreflang="en"[^>]*><span>EN</span><span class="unseen"> English<', polish)
    assert '<a href="/o-nas/" hreflang="pl"' in translated
    assert '<a href="/en/about/" lang="en">About us</a>' in translated


def test_what_has_no_english_version_is_read_in_the_english_interface(
    index, english, client
) -> None:
    page = make_practice(index, live=True)

    assert page.title in read(client, f"/en{page.url}")
    assert read(client, "/en/nope/", 404)


def test_a_page_that_is_english_alone_has_no_polish_address(index, english, client) -> None:
    plain_page(english, title="For visitors", slug="visitors")

    html = read(client, "/en/visitors/")

    assert alternates(html) == {"en": f"{ROOT}/en/visitors/"}
    assert '<a href="/" hreflang="pl"' in html


def test_a_draft_translation_is_nobodys_alternative(index, english, client) -> None:
    page = plain_page(index.get_parent())
    page.copy_for_translation(english.locale)

    assert alternates(read(client, page.url))["en"] == f"{ROOT}/en/o-nas/"


def test_a_shared_practice_shows_its_title_lead_and_picture(index, client) -> None:
    page = make_practice(
        index,
        live=True,
        main_image=make_image(1600, 1000),
        image_alt="Autobus pod szkołą",
        image_credit="Foto: J. Próbna",
    )

    shared = open_graph(read(client, page.url))

    assert shared["og:title"] == page.title
    assert shared["og:description"] == page.lead
    assert shared["og:url"] == ROOT + page.url
    assert shared["og:type"] == "article"
    assert shared["og:locale"] == "pl_PL"
    assert (shared["og:image:width"], shared["og:image:height"]) == ("1200", "630")
    assert shared["og:image:alt"] == "Autobus pod szkołą"
    assert shared["og:image"].startswith(f"{ROOT}/media/")
    picture = client.get(shared["og:image"].removeprefix(ROOT))
    assert picture.status_code == 200
    assert picture["Content-Type"] == "image/jpeg"


def test_a_page_without_a_picture_shares_that_of_the_site(index, client) -> None:
    shared = open_graph(read(client, "/"))

    assert shared["og:image"] == f"{ROOT}/static/practices_pages/share.png"
    assert shared["og:type"] == "website"


def test_a_practice_is_an_article_for_machines(index, client) -> None:
    page = make_practice(index)
    add_rows(page)
    page.save_revision().publish()

    trail, article = graph(read(client, page.url))

    assert trail["@type"] == "BreadcrumbList"
    assert [step["item"] for step in trail["itemListElement"]] == [
        f"{ROOT}/",
        ROOT + index.url,
        ROOT + page.url,
    ]
    assert article["@type"] == "Article"
    assert article["headline"] == page.title
    assert article["identifier"] == page.pid
    assert article["author"] == [{"@type": "Person", "name": "Ewa Próbna", "jobTitle": "inspektor"}]
    assert article["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert article["dateModified"] == "2026-03-02"
    assert article["inLanguage"] == "pl"


def test_nobody_is_named_to_machines_without_consent(index, client) -> None:
    page = make_practice(index)
    add_rows(page)
    for author in page.authors.all():
        author.consented_to_be_named = False
    page.save_revision().publish()

    assert "Ewa Próbna" not in read(client, page.url)


def test_a_news_item_is_a_news_article_for_machines(index, client) -> None:
    item = make_news(
        dated_on=date(2025, 3, 14),
        updated_on=date(2025, 4, 2),
        main_image=make_image(1600, 1000),
        image_alt="Autobus pod szkołą",
        image_credit="Foto: J. Próbna",
    )

    html = read(client, item.url)
    article = graph(html)[1]

    assert article["@type"] == "NewsArticle"
    assert article["headline"] == item.title
    assert article["description"] == item.lead
    assert (article["datePublished"], article["dateModified"]) == ("2025-03-14", "2025-04-02")
    assert article["image"].startswith(f"{ROOT}/media/")
    assert article["publisher"]["url"] == f"{ROOT}/"
    assert open_graph(html)["og:type"] == "article"


def test_the_home_page_tells_machines_where_to_search(index, client) -> None:
    (site,) = graph(read(client, "/"))

    assert site["@type"] == "WebSite"
    target = site["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{ROOT}{index.url}?q={{search_term_string}}"


def test_no_title_ends_the_element_of_the_linked_data(index, client) -> None:
    title = "</script><script>alert(1)</script> & <!-- \u2028"
    page = make_practice(index, live=True, title=title)

    html = read(client, page.url)

    assert "<script>alert" not in html
    # Line ends of any kind become spaces when a title is saved.
    assert graph(html)[1]["headline"] == page.title
    assert graph(html)[0]["itemListElement"][-1]["name"] == page.title


def test_a_preview_is_not_to_be_passed_on(index, admin_client) -> None:
    page = make_practice(index)

    html = admin_client.get(f"/panel/pages/{page.pk}/view_draft/").content.decode()

    assert page.title in html
    assert not canonical(html)
    assert not open_graph(html)
    assert "ld+json" not in html


def sitemap(client: Client, url: str = "/sitemap.xml") -> list[str]:
    response = client.get(url)
    assert response["Content-Type"] == "application/xml"
    return re.findall(r"<loc>([^<]+)</loc>", response.content.decode())


def test_the_sitemap_lists_what_is_public_in_each_language_and_nothing_else(index, client) -> None:
    home = index.get_parent()
    page = make_practice(index, live=True)
    draft = make_practice(index)
    withdrawn = make_practice(index, live=True)
    withdrawn.unpublish()
    private = plain_page(home, title="Poufne", slug="poufne")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    below = plain_page(private, title="Niżej", slug="nizej")

    listed = sitemap(client)

    public = [home.url, index.url, page.url]
    assert sorted(listed) == sorted(
        [f"{ROOT}{url}" for url in public] + [f"{ROOT}/en{url}" for url in public]
    )
    for hidden in (draft, withdrawn, private, below):
        assert not [url for url in listed if hidden.slug in url]


def test_the_sitemap_tells_when_a_page_changed_and_its_other_language(
    index, english, client
) -> None:
    page = plain_page(index.get_parent())
    version = page.copy_for_translation(english.locale)
    version.slug = "about"
    version.save_revision().publish()

    text = client.get("/sitemap.xml").content.decode()

    (entry,) = re.findall(rf"<url><loc>{ROOT}/o-nas/</loc>.*?</url>", text)
    assert f"<lastmod>{page.last_published_at:%Y-}" in entry
    assert f'hreflang="en" href="{ROOT}/en/about/"' in entry
    assert f'hreflang="x-default" href="{ROOT}/o-nas/"' in entry
    assert f"<loc>{ROOT}/en/o-nas/</loc>" not in text
    assert text.count(f"<loc>{ROOT}/en/about/</loc>") == 1


def test_a_long_sitemap_is_a_list_of_files(index, client, monkeypatch) -> None:
    monkeypatch.setattr("practices_pages.sitemap.PublicPages.limit", 2)

    files = sitemap(client)

    assert files == [f"{ROOT}/sitemap.xml?p=1", f"{ROOT}/sitemap.xml?p=2"]
    assert len([url for file in files for url in sitemap(client, file)]) == 4
    assert client.get("/sitemap.xml?p=9").status_code == 404


def test_the_sitemap_makes_each_address_once(index, client, monkeypatch) -> None:
    for _number in range(3):
        make_practice(index, live=True)
    made: list[tuple[int, str]] = []
    get_url = Page.get_url
    monkeypatch.setattr(
        Page, "get_url", lambda page, *given: made.append(page.pk) or get_url(page, *given)
    )

    listed = sitemap(client)

    languages = len(settings.LANGUAGES)
    # The beginning of all addresses is asked for once more.
    assert len(made) == len(listed) + 1 == languages * (2 + 3) + 1


def test_the_sitemap_asks_a_fixed_number_of_questions(
    index, client, django_assert_max_num_queries
) -> None:
    for _number in range(8):
        make_practice(index, live=True)

    with django_assert_max_num_queries(8):
        assert len(sitemap(client)) == 20


def test_robots_are_told_where_the_sitemap_is_and_what_is_nobodys_business(client) -> None:
    text = read(client, "/robots.txt")

    assert f"Sitemap: {ROOT}/sitemap.xml" in text
    assert "Disallow: /panel/" in text
    assert "Disallow: /en/preview/" in text
