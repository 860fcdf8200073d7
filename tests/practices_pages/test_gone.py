"""Old addresses: redirected when a page moved, 410 when it was withdrawn, 404 when it never was."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from practices_pages.models import GoneAddress, PracticeIndexPage, PracticePage, StandardPage
from tests.factories import make_practice, make_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def practice(index: PracticeIndexPage) -> PracticePage:
    return make_practice(index, live=True, slug="dowoz")


def plain(parent: Page, slug: str) -> StandardPage:
    page = StandardPage(title=slug.title(), slug=slug, locale=parent.locale)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def statuses(client: Client, *urls: str) -> list[int]:
    return [client.get(url).status_code for url in urls]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Wagtail writes redirects after the commit, which a test never reaches by itself."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def target(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 301, url
    return response["Location"]


def test_an_unpublished_page_is_gone_in_every_language_and_back_when_published(
    practice, client
) -> None:
    practice.unpublish()

    assert statuses(client, practice.url, f"/en{practice.url}") == [410, 410]
    html = client.get(practice.url).content.decode()
    assert "Ta strona została wycofana" in html
    assert 'role="search"' in html
    assert practice.title not in html

    practice.get_latest_revision().publish(skip_permission_checks=True)
    assert statuses(client, practice.url, f"/en{practice.url}") == [200, 200]


def test_a_deleted_page_is_gone_and_a_draft_never_was(index, practice, client) -> None:
    draft = make_practice(index, slug="szkic")
    draft_url = draft.url
    draft.delete()
    practice.delete()

    assert statuses(client, practice.url, draft_url, "/praktyki/nigdy/") == [410, 404, 404]


def test_what_stood_below_a_withdrawn_page_is_gone_with_it(index, client) -> None:
    above = plain(index.get_parent(), "dzial")
    below = plain(above, "strona")
    hidden = plain(above, "poufna")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    plain(hidden, "nizej")
    draft = plain(above, "szkic")
    draft.unpublish()
    GoneAddress.objects.all().delete()

    Page.objects.get(pk=above.pk).specific.unpublish()

    assert statuses(client, above.url, below.url) == [410, 410]
    assert set(GoneAddress.objects.values_list("path", flat=True)) == {above.url, below.url}


def test_nothing_tells_that_there_was_a_private_page(index, client) -> None:
    private = plain(index.get_parent(), "poufne")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    private.delete()

    assert statuses(client, private.url) == [404]


def test_a_site_that_is_deleted_with_all_its_pages_leaves_no_address(practice) -> None:
    home = Page.objects.get(depth=2, path=practice.path[: 2 * Page.steplen])
    home.delete()

    connection.check_constraints()
    assert not GoneAddress.objects.exists()


def test_what_is_withdrawn_twice_is_remembered_once(practice) -> None:
    practice.unpublish()
    practice.get_latest_revision().publish(skip_permission_checks=True)
    PracticePage.objects.get(pk=practice.pk).unpublish()

    assert GoneAddress.objects.filter(path=practice.url).count() == 1


def test_a_renamed_page_is_found_at_its_old_address_in_both_languages(
    practice, client, committed
) -> None:
    old = practice.url
    practice.slug = "dowozenie"
    with committed():
        practice.save_revision().publish(skip_permission_checks=True)

    assert target(client, old) == "/praktyki/dowozenie/"
    assert target(client, f"/en{old}") == "/en/praktyki/dowozenie/"


def test_pages_below_a_renamed_or_moved_one_are_found(index, practice, client, committed) -> None:
    index.slug = "dobre"
    with committed():
        index.save_revision().publish()
    assert target(client, "/praktyki/dowoz/") == "/dobre/dowoz/"
    assert target(client, "/en/praktyki/dowoz/") == "/en/dobre/dowoz/"

    home = index.get_parent()
    section = plain(home, "dzial")
    page = plain(plain(home, "stare"), "strona")
    with committed():
        page.get_parent().move(section, pos="last-child")
    assert target(client, "/stare/strona/") == "/dzial/stare/strona/"


def test_a_page_that_moved_twice_is_found_at_both_addresses(practice, client, committed) -> None:
    for slug in ("pierwszy", "drugi"):
        practice.slug = slug
        with committed():
            practice.save_revision().publish(skip_permission_checks=True)

    assert target(client, "/praktyki/dowoz/") == "/praktyki/drugi/"
    assert target(client, "/praktyki/pierwszy/") == "/praktyki/drugi/"


def test_views_of_a_moved_list_and_its_filters_are_found(
    index, practice, client, committed
) -> None:
    index.slug = "dobre"
    with committed():
        index.save_revision().publish()

    assert target(client, "/praktyki/mapa/") == "/dobre/mapa/"
    assert target(client, "/en/praktyki/mapa/") == "/en/dobre/mapa/"
    assert target(client, "/praktyki/porownanie/?id=DP-0001") == "/dobre/porownanie/?id=DP-0001"
    assert target(client, "/en/praktyki/?area=x&q=a") == "/en/dobre/?area=x&q=a"


def test_a_redirect_for_now_is_no_promise_in_either_language(practice, client) -> None:
    Redirect.add_redirect("/skrot", practice, is_permanent=False)
    Redirect.add_redirect("/stary?id=7", practice)

    assert statuses(client, "/skrot/", "/en/skrot/", "/en/stary/") == [302, 302, 404]
    assert target(client, "/stary/?id=7") == practice.url
    assert target(client, "/en/stary/?id=7") == f"/en{practice.url}"
    assert statuses(client, "/skr\0t/", "/en/skr\0t/", "/en/%00", "/en/x/?a=%00") == [404] * 4


def test_an_old_address_of_a_withdrawn_page_tells_no_new_one(practice, client, committed) -> None:
    old = practice.url
    practice.slug = "nowy"
    with committed():
        practice.save_revision().publish(skip_permission_checks=True)
    PracticePage.objects.get(pk=practice.pk).unpublish()

    assert statuses(client, old, f"/en{old}", "/praktyki/nowy/") == [404, 404, 410]


def test_an_expired_page_is_gone(practice, client) -> None:
    PracticePage.objects.filter(pk=practice.pk).update(expire_at=timezone.now())
    PracticePage.objects.get(pk=practice.pk).unpublish(set_expired=True)

    assert statuses(client, practice.url) == [410]


def test_only_questions_are_answered_with_gone(practice, client) -> None:
    practice.unpublish()

    assert client.head(practice.url).status_code == 410
    assert client.post(practice.url).status_code in {403, 404}
    assert client.get("/praktyki/\0/").status_code == 404
