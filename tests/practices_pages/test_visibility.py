"""What the public may not see must not be on any page, list or API answer."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from practices_pages import visibility
from practices_pages.models import PracticeIndexPage, PracticePage
from tests.factories import make_practice, make_site_tree

pytestmark = pytest.mark.django_db
CANARY = "Kanarek nie dla wszystkich"


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def practice(index: PracticeIndexPage) -> PracticePage:
    return make_practice(index, live=True, title=CANARY)


def never_published(page: PracticePage) -> None:
    Page.objects.filter(pk=page.pk).update(live=False, first_published_at=None)


def unpublished(page: PracticePage) -> None:
    page.unpublish()


def expired(page: PracticePage) -> None:
    # Its time is over, but the clock that unpublishes it has not run yet.
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))


def below_an_unpublished_page(page: PracticePage) -> None:
    Page.objects.filter(pk=page.get_parent().pk).update(live=False)


def below_an_expired_page(page: PracticePage) -> None:
    above = Page.objects.filter(pk=page.get_parent().pk)
    above.update(expire_at=timezone.now() - timedelta(minutes=1))


def for_logged_in_people(page: PracticePage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def behind_a_password(page: PracticePage) -> None:
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="tajne"
    )


def below_a_private_page(page: PracticePage) -> None:
    for_logged_in_people(page.get_parent())


def outside_every_site(page: PracticePage) -> None:
    page.get_parent().move(Page.get_first_root_node(), pos="last-child")


GONE = [
    never_published,
    unpublished,
    expired,
    below_an_unpublished_page,
    below_an_expired_page,
    outside_every_site,
]
PRIVATE = [for_logged_in_people, behind_a_password, below_a_private_page]


@pytest.mark.parametrize("hide", [*GONE, *PRIVATE])
def test_a_hidden_practice_is_in_no_list_and_no_api_answer(
    hide: Callable[[PracticePage], None], practice: PracticePage, index: PracticeIndexPage, client
) -> None:
    address = f"/api/v1/practices/{practice.pid}"
    assert CANARY in client.get(address).content.decode()
    hide(PracticePage.objects.get(pk=practice.pk))

    assert not visibility.is_public(practice)
    assert client.get(address).status_code == 404
    for url in ("/", index.url, "/api/v1/practices", address):
        assert CANARY not in client.get(url).content.decode("utf-8"), url


@pytest.mark.parametrize("hide", GONE)
def test_the_page_of_a_practice_that_is_gone_answers_that_it_is(
    hide: Callable[[PracticePage], None], practice: PracticePage, client
) -> None:
    assert CANARY in client.get(practice.url).content.decode()
    hide(PracticePage.objects.get(pk=practice.pk))

    response = client.get(practice.url)

    # Who took a page back tells search engines so.
    assert response.status_code == (410 if hide is unpublished else 404)
    assert CANARY not in response.content.decode()


@pytest.mark.parametrize("hide", PRIVATE)
def test_a_private_practice_asks_for_a_login_or_a_password_and_tells_nothing(
    hide: Callable[[PracticePage], None], practice: PracticePage, client
) -> None:
    hide(PracticePage.objects.get(pk=practice.pk))

    response = client.get(practice.url)

    assert response.status_code == 302 or 'type="password"' in response.content.decode()
    assert practice.lead not in response.content.decode()
    assert visibility.is_reachable(practice)


def test_a_practice_comes_back_when_what_hid_it_ends(practice: PracticePage, client) -> None:
    below_an_unpublished_page(practice)
    Page.objects.filter(pk=practice.get_parent().pk).update(live=True)

    assert visibility.is_public(practice)
    assert CANARY in client.get(practice.url).content.decode()


def test_a_time_of_expiry_still_ahead_hides_nothing(practice: PracticePage) -> None:
    Page.objects.filter(pk=practice.pk).update(expire_at=timezone.now() + timedelta(days=1))

    assert visibility.is_public(practice)


def test_a_hidden_neighbour_hides_nothing(practice: PracticePage, index: PracticeIndexPage) -> None:
    neighbour = make_practice(index, live=True)
    for_logged_in_people(neighbour)
    never_published(make_practice(index))

    assert visibility.is_public(practice)
    assert set(visibility.public(PracticePage.objects.all())) == {practice}


@pytest.mark.parametrize("number", [1, 15])
def test_asking_what_is_public_is_two_queries_whatever_the_number(
    number: int, index: PracticeIndexPage, django_assert_num_queries: CaptureQueriesContext
) -> None:
    for _ in range(number):
        make_practice(index, live=True)

    with django_assert_num_queries(2):
        assert len(visibility.public(PracticePage.objects.all())) == number


def random_tree(index: PracticeIndexPage, chance: Random) -> None:
    """A few levels of pages, of which some are hidden, expired, private or outside of the site."""
    pages: list[Page] = [index.get_parent(), Page.get_first_root_node()]
    for number in range(40):
        pages.append(
            chance.choice(pages).add_child(
                title=f"Strona {number}", slug=f"strona-{number}", locale=index.locale
            )
        )
        state = chance.random()
        if state < 0.1:
            Page.objects.filter(pk=pages[-1].pk).update(live=False)
        elif state < 0.2:
            past = timezone.now() - timedelta(days=1)
            Page.objects.filter(pk=pages[-1].pk).update(expire_at=past)
        elif state < 0.25:
            for_logged_in_people(pages[-1])


@pytest.mark.parametrize("seed", range(1, 7))
def test_the_rule_says_the_same_in_each_of_its_forms(seed: int, index: PracticeIndexPage) -> None:
    random_tree(index, Random(seed))
    barriers = visibility.read_barriers()
    everything = Page.objects.all()

    public = set(visibility.public(everything).values_list("pk", flat=True))
    reachable = set(visibility.reachable(everything).values_list("pk", flat=True))

    assert 0 < len(public) < len(everything)
    assert public <= reachable
    for page in everything:
        assert barriers.show_to_all(page) == (page.pk in public) == visibility.is_public(page)
        assert barriers.let_through(page) == (page.pk in reachable) == visibility.is_reachable(page)


def test_without_a_site_nothing_is_public(practice: PracticePage) -> None:
    Site.objects.all().delete()

    barriers = visibility.read_barriers()

    assert not visibility.public(Page.objects.all()).exists()
    assert not barriers.let_through(Page.objects.get(pk=practice.pk))


def asked_barriers(queries: CaptureQueriesContext) -> int:
    return sum(
        "wagtailcore_pageviewrestriction" in query["sql"] for query in queries.captured_queries
    )


def test_a_request_that_reads_asks_once_and_keeps_nothing_for_the_next(
    practice: PracticePage, client
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert CANARY in client.get("/").content.decode()
    assert asked_barriers(queries) == 1

    below_a_private_page(practice)

    assert CANARY not in client.get("/").content.decode()


def test_a_request_that_writes_looks_anew_after_what_it_wrote(practice: PracticePage) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        before = visibility.is_public(practice)
        for_logged_in_people(practice)
        return HttpResponse(f"{before} {visibility.is_public(practice)}")

    answer = visibility.BarriersAreReadOnce(view)(RequestFactory().post("/"))

    assert answer.content == b"True False"
