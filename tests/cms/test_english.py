"""English versions: made by editors in the panel, published, found, and listed each once."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction

from cms.english import ensure_english
from cms.site_setup import SiteTree, ensure_site
from practices_pages import plans, similar
from practices_pages.models import (
    FilmIndexPage,
    FilmIndexQuestion,
    PlanCollectionPage,
    PlanIndexPage,
    PracticeIndexPage,
    PracticePage,
)
from practices_pages.workflows import EDITORS, MODERATORS
from tests.factories import make_practice, make_user
from tests.practices_pages.isolation_world import make_image
from tests.practices_pages.plan_world import make_collection, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> SiteTree:
    tree = ensure_site("http://testserver")
    ensure_english(tree.home)
    return tree


@pytest.fixture
def english(tree) -> Locale:
    return Locale.objects.get(language_code="en")


def member_of(group: str, role: str) -> Client:
    user = make_user(role)
    user.groups.set([Group.objects.get(name=group)])
    client = Client()
    client.force_login(user)
    return client


def translate(client: Client, page: Page, english: Locale, **data: object):
    address = reverse("simple_translation:submit_page_translation", args=[page.pk])
    return client.post(address, {"locales": [english.pk]} | data)


def publish(page: Page, **changes: object) -> Page:
    version = page.specific.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(version, name, value)
    version.save_revision().publish()
    return Page.objects.get(pk=page.pk).specific


def translated(page: Page, english: Locale, **changes: object) -> Page:
    return publish(page.specific.copy_for_translation(english), **changes)


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def cards(html: str) -> list[str]:
    return re.findall(r'class="card-title"><a href="([^"]+)"', html)


def alternates(html: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))


def test_an_editor_translates_and_a_moderator_publishes(tree, english, client) -> None:
    practice = make_practice(tree.practices, live=True, title="Dowóz po nowemu", slug="dowoz")
    editor = member_of(EDITORS, "editor")

    answer = translate(editor, practice, english)

    version = PracticePage.objects.get(locale=english)
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[version.pk])
    assert editor.get(answer.url).status_code == 200
    assert not version.live
    assert version.pid == practice.pid
    assert not version.announce
    assert version.get_parent() == tree.practices.get_translation(english).page_ptr
    assert "Dowóz po nowemu" in read(client, "/en/dobre-praktyki/dowoz/")

    publish(version, title="School buses anew", slug="school-buses")

    assert '<h1 lang="en">School buses anew</h1>' in read(
        client, "/en/good-practices/school-buses/"
    )


def test_each_version_names_the_other_and_the_switch_leads_there(tree, english, client) -> None:
    practice = make_practice(tree.practices, live=True, title="Dowóz po nowemu", slug="dowoz")
    translated(practice, english, title="School buses anew", slug="school-buses")
    polish = "http://testserver/dobre-praktyki/dowoz/"
    own = "http://testserver/en/good-practices/school-buses/"

    for address in (polish, own):
        html = read(client, address)
        assert alternates(html) == {"pl": polish, "en": own, "x-default": polish}
        switch = re.findall(r'<a href="([^"]+)" hreflang="(..)"', html)
        assert [(f"http://testserver{url}", code) for url, code in switch] == [
            (polish, "pl"),
            (own, "en"),
        ]
    sitemap = read(client, "/sitemap.xml")
    assert f"<loc>{polish}</loc>" in sitemap
    assert f"<loc>{own}</loc>" in sitemap
    assert "/en/dobre-praktyki/dowoz/" not in sitemap


def test_editors_have_the_rights_of_the_polish_list_on_the_english_one(tree, english) -> None:
    version = tree.practices.get_translation(english)
    for group in (EDITORS, MODERATORS):
        user = make_user("editor")
        user.groups.set([Group.objects.get(name=group)])
        assert version.permissions_for_user(user).can_edit()
    assert version.get_workflow() == tree.practices.get_workflow()


def test_authors_translate_nothing(tree, english) -> None:
    author = make_user("author")
    practice = make_practice(tree.practices, live=True, owner=author)
    client = Client()
    client.force_login(author)

    answer = translate(client, practice, english)

    assert answer.status_code in (302, 403)
    assert not PracticePage.objects.filter(locale=english).exists()


def test_a_list_has_each_practice_once_in_the_best_language(tree, english, client) -> None:
    first = make_practice(tree.practices, live=True, title="Pierwsza", slug="pierwsza")
    make_practice(tree.practices, live=True, title="Druga", slug="druga")
    translated(first, english, title="The first", slug="the-first")

    polish, own = read(client, "/dobre-praktyki/"), read(client, "/en/good-practices/")

    assert sorted(cards(polish)) == ["/dobre-praktyki/druga/", "/dobre-praktyki/pierwsza/"]
    assert sorted(cards(own)) == ["/en/dobre-praktyki/druga/", "/en/good-practices/the-first/"]
    assert "2 practices" in own
    assert read(client, "/en/dobre-praktyki/druga/")


def test_a_withdrawn_translation_gives_its_place_back(tree, english, client) -> None:
    practice = make_practice(tree.practices, live=True, slug="pierwsza")
    version = translated(practice, english, slug="the-first")
    version.unpublish()

    assert cards(read(client, "/en/good-practices/")) == ["/en/dobre-praktyki/pierwsza/"]
    assert set(alternates(read(client, "/dobre-praktyki/pierwsza/")).values()) == {
        "http://testserver/dobre-praktyki/pierwsza/",
        "http://testserver/en/dobre-praktyki/pierwsza/",
    }


def test_a_collection_of_plans_mixes_languages_and_counts_each_once(tree, english, client) -> None:
    index = PlanIndexPage.objects.get(locale__language_code="pl")
    collection = make_collection(index, title="Zbiór", slug="zbior")
    for number in range(3):
        plan = make_plan(collection, title=f"Plan {number}", slug=f"plan-{number}")
    whole = translated(collection, english, title="The collection", slug="the-collection")
    translated(plan, english, title="The plan", slug="the-plan")

    assert plans.overview(whole).count == 3
    html = read(client, "/en/plans/the-collection/")
    names = re.findall(r'<span class="plan-name">(.*?)</span>', html)
    assert sorted(names) == ["Plan 0", "Plan 1", "The plan"]
    (listed,) = plans.collections(index.get_translation(english))
    assert (listed.title, listed.plan_count) == ("The collection", 3)
    part = read(client, "/en/plans/the-collection/gminy-wiejskie/")
    assert alternates(part)["pl"] == "http://testserver/plany/zbior/gminy-wiejskie/"


def test_a_translation_of_what_is_private_is_private(tree, english, client) -> None:
    index = PlanIndexPage.objects.get(locale__language_code="pl")
    collection = make_collection(index, slug="zbior")
    PageViewRestriction.objects.create(
        page=collection, restriction_type="password", password="sezam"
    )

    version = translated(collection, english, slug="the-collection")

    (barrier,) = version.get_view_restrictions()
    assert (barrier.restriction_type, barrier.password) == ("password", "sezam")


def test_the_english_frame_is_made_once_and_says_nothing_polish(tree, english, client) -> None:
    assert ensure_english(tree.home) == []
    home = tree.home.get_translation(english)
    assert (home.title, home.lead) == ("Good practices", "")
    names = {page.title for page in home.get_children()}
    assert {"Good practices", "Plans", "Projects"} <= names
    assert PracticeIndexPage.objects.count() == 2
    assert not PlanCollectionPage.objects.exists()
    html = read(client, "/en/")
    assert '<html lang="en">' in html
    assert 'href="/en/plans/"' in html


def test_the_english_frame_takes_no_polish_text_and_no_picture_over() -> None:
    home = ensure_site("http://testserver").home
    picture = make_image("Kanarek", "ptak", None)
    films = FilmIndexPage.objects.get()
    films.series_name = films.image_credit = films.seo_title = "Kanarek"
    films.image_alt = "Kanarek siedzi na dachu szkoły."
    films.introduction = films.closing = "<p>Kanarek</p>"
    films.main_image = picture
    films.questions = [FilmIndexQuestion(question="Co widzi kanarek?")]
    films.save_revision().publish()
    home.hero_image, home.hero_image_alt, home.lead = picture, "Kanarek", "Kanarek"
    home.save_revision().publish()

    ensure_english(home)

    for page in Page.objects.filter(locale__language_code="en").specific():
        assert "anarek" not in str(page.serializable_data())
    assert FilmIndexPage.objects.get(locale__language_code="en").main_image is None
    assert FilmIndexPage.objects.get(locale__language_code="pl").questions.count() == 1


def test_the_home_page_shows_each_practice_once_in_each_language(tree, english, client) -> None:
    first = make_practice(tree.practices, live=True, title="Pierwsza")
    make_practice(tree.practices, live=True, title="Druga")
    translated(first, english, title="The first", slug="the-first")

    polish, own = read(client, "/"), read(client, "/en/")

    for title, in_polish, in_english in (
        ("Pierwsza", True, False),
        ("Druga", True, True),
        ("The first", False, True),
    ):
        assert (f">{title}<" in polish, f">{title}<" in own) == (in_polish, in_english), title


def test_similar_practices_are_found_across_the_languages(tree, english) -> None:
    area = {"areas": ["dowozenie"]}
    first = make_practice(tree.practices, live=True, **area)
    second = make_practice(tree.practices, live=True, **area)
    version = translated(first, english, slug="the-first")

    assert [found.practice.pk for found in similar.like(version, count=3)] == [second.pk]
    assert [found.practice.pk for found in similar.like(second, count=3)] == [first.pk]
