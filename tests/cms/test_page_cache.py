"""Whole pages are kept for anonymous visitors, and never a moment longer than they are right."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    get_page_models,
)

from cms.page_cache import WholePages
from newsletter.clauses import approve_clause, new_clause_version
from practices_pages import public_changes, search_index, visibility
from practices_pages.catalogue import PRACTICES, indexing
from practices_pages.meeting_dates import WARSAW
from practices_pages.models import (
    ContactPerson,
    FormerUnitName,
    FundingLogo,
    FundingNotice,
    KeyCompetence,
    LocalGovernmentUnit,
    PracticeIndexPage,
    PracticePage,
    PublicChange,
    SchoolType,
    SiteLinks,
    SynonymGroup,
    ThematicArea,
    UnitRegister,
)
from practices_pages.public_changes import EVERYTHING, FAMILIES, NOT_SHOWN, SHOWN_ON
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.isolation_world import make_contact, make_document, make_image
from tests.practices_pages.meetings_world import make_meeting, make_network, make_network_index
from tests.practices_pages.project_world import make_news

pytestmark = pytest.mark.django_db
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')


@pytest.fixture(autouse=True)
def _cache(settings: Any) -> Iterator[None]:
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def practice(index: PracticeIndexPage) -> PracticePage:
    return make_practice(index, live=True, title="Wspólny dowóz")


def is_hit(address: str, client: Client | None = None) -> bool:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    return "hit" in answer.get("Cache-Status", "")


def republish(page: Page, **fields: Any) -> None:
    page = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_the_second_visitor_gets_the_same_bytes_for_one_statement(practice: PracticePage) -> None:
    first = Client().get(practice.url)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(practice.url)

    assert second.content == first.content
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert (first["Cache-Status"], second["Cache-Status"]) == (
        "dobre-praktyki; fwd=miss",
        "dobre-praktyki; hit",
    )
    assert len(queries) == 1


def test_a_browser_that_has_the_page_is_told_so(practice: PracticePage) -> None:
    first = Client().get(practice.url)
    again = Client().get(practice.url, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"

    republish(practice, lead="Inny lead, bo coś się zmieniło w gminie.")

    after = Client().get(practice.url, headers={"if-none-match": first["ETag"]})
    assert after.status_code == 200
    assert "Inny lead" in after.content.decode()


def test_what_nobody_sees_makes_nothing_anew(
    practice: PracticePage, index: PracticeIndexPage
) -> None:
    addresses = [practice.url, index.url, "/", f"{index.url}?area=dowozenie"]
    unit = make_unit()
    for address in addresses:
        is_hit(address)

    draft = make_practice(index, unit=unit, title="Szkic")
    draft.save_revision()
    changed = practice.get_latest_revision_as_object()
    changed.title = "Jeszcze nie"
    changed.save_revision()
    make_user("author")
    PracticePage.objects.get(pk=draft.pk).delete()

    assert [is_hit(address) for address in addresses] == [True] * 4


def test_a_search_in_somebodys_own_words_takes_no_page_its_place(
    practice: PracticePage, index: PracticeIndexPage
) -> None:
    for asked, is_kept in (("?q=", True), ("?q=dowóz", False), ("?area=dowozenie&q=a", False)):
        answers = [is_hit(index.url + asked) for _visitor in range(2)]
        assert answers == [False, is_kept], asked


def test_news_leave_practices_alone_and_reach_their_own_list(practice: PracticePage) -> None:
    news = make_news()
    parent = news.get_parent().url
    for address in (practice.url, parent, "/"):
        is_hit(address)

    republish(news, title="Zmieniony tytuł")

    assert is_hit(practice.url)
    assert not is_hit(parent)
    assert "Zmieniony tytuł" in Client().get(parent).content.decode()
    assert not is_hit("/")


def test_a_page_that_names_another_in_its_text_follows_it(
    practice: PracticePage, index: PracticeIndexPage
) -> None:
    news = make_news()
    call = make_practice(index, live=True, title="Przedtem")
    republish(call, solution=f'<p><a linktype="page" id="{news.pk}">aktualność</a></p>')
    assert f'href="{news.url}"' in Client().get(call.url).content.decode()
    is_hit(call.url)

    republish(news, slug="pod-nowym-adresem")

    assert "pod-nowym-adresem" in Client().get(call.url).content.decode()


def test_a_new_wording_of_the_consent_stands_on_the_page_at_once(index: PracticeIndexPage) -> None:
    assert "Zgadzam się inaczej" not in Client().get("/").content.decode()
    clause = new_clause_version("pl", consent="Zgadzam się inaczej.", information="Po nowemu.")
    is_hit("/")

    approve_clause(clause, by=make_user("administrator"))

    assert "Zgadzam się inaczej" in Client().get("/").content.decode()


@pytest.mark.parametrize("ask", ["signed in", "told something", "posted", "private", "long"])
def test_who_is_known_and_what_is_not_for_everybody_is_never_kept(
    ask: str, practice: PracticePage
) -> None:
    client, address = Client(), practice.url
    if ask == "signed in":
        client.force_login(make_user("editor"))
    if ask == "told something":
        client.cookies["messages"] = "something"
    if ask == "private":
        PageViewRestriction.objects.create(
            page=practice, restriction_type=PageViewRestriction.PASSWORD, password="tajne"
        )
    if ask == "long":
        address += f"?q={'a' * 500}"
    for _number in range(2):
        answer = client.post(address) if ask == "posted" else client.get(address)
        assert "Cache-Status" not in answer
    if ask == "signed in":
        # And what is kept for others is not for them: they see where to edit.
        is_hit(practice.url)
        assert "Cache-Status" not in client.get(practice.url)


def test_languages_and_filters_are_kept_apart(
    practice: PracticePage, index: PracticeIndexPage
) -> None:
    addresses = [practice.url, f"/en{practice.url}", index.url, f"{index.url}?area=cyfryzacja"]
    answers = [Client().get(address).content for address in addresses]
    assert len(set(answers)) == 4
    assert [Client().get(address).content for address in addresses] == answers
    assert all(is_hit(address) for address in addresses)


def test_what_changes_while_a_page_is_made_makes_it_old(practice: PracticePage) -> None:
    def slowly(request: Any) -> HttpResponse:
        request.served_page = practice
        answer = HttpResponse("przed zmianą")
        public_changes.tell("PracticePage")  # Somebody publishes meanwhile.
        return answer

    middleware = WholePages(slowly)
    for _number in range(2):
        answer = middleware(RequestFactory().get(practice.url))
        assert answer["Cache-Status"] == "dobre-praktyki; fwd=miss"


def test_a_page_is_kept_no_longer_than_what_ends_by_itself(
    practice: PracticePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    ends = now + timedelta(seconds=40)
    Page.objects.filter(pk=practice.pk).update(expire_at=ends)
    assert public_changes.next_by_itself(now) == ends
    is_hit("/")
    assert is_hit("/")

    monkeypatch.setattr(timezone, "now", lambda: ends)

    assert not is_hit("/")
    assert "Wspólny dowóz" not in Client().get("/").content.decode()


def test_a_meeting_is_no_longer_announced_when_it_has_ended(
    index: PracticeIndexPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning, afternoon = (datetime(2026, 11, 3, hour, 30, tzinfo=WARSAW) for hour in (9, 14))
    monkeypatch.setattr(timezone, "now", lambda: morning)
    network = make_network(make_network_index(index))
    day = {"starts_on": date(2026, 11, 3), "start_time": time(10), "end_time": time(14)}
    make_meeting(network, title="Dzisiejsze", **day)
    assert public_changes.next_by_itself(morning) == datetime(2026, 11, 3, 14, tzinfo=WARSAW)
    before = Client().get(network.url).content.decode()
    assert is_hit(network.url)

    monkeypatch.setattr(timezone, "now", lambda: afternoon)

    assert not is_hit(network.url)
    assert Client().get(network.url).content.decode() != before


def test_a_kept_page_has_the_headers_of_the_page_itself(practice: PracticePage) -> None:
    anew, kept = Client().get(practice.url), Client().get(practice.url)
    assert "hit" in kept["Cache-Status"]
    assert kept["X-Frame-Options"] == "DENY"
    assert {**anew.headers, "Cache-Status": ""} == {**kept.headers, "Cache-Status": ""}


def test_what_the_operator_rebuilds_is_seen(practice: PracticePage) -> None:
    for rebuild in (partial(indexing.rebuild, PRACTICES), search_index.rebuild):
        is_hit("/")
        rebuild()
        assert not is_hit("/"), rebuild


def test_a_contact_person_is_gone_with_the_day_of_their_consent(
    index: PracticeIndexPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make_unit()
    contact = make_contact("Ewa Znikająca", unit)
    ContactPerson.objects.filter(pk=contact.pk).update(published_until=timezone.localdate())
    page = make_practice(index, live=True, unit=unit, contact=contact)
    is_hit(page.url)
    assert "Ewa Znikająca" in Client().get(page.url).content.decode()

    midnight = public_changes.next_by_itself(timezone.now())
    assert timezone.localtime(midnight).date() == timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: midnight)

    assert "Ewa Znikająca" not in Client().get(page.url).content.decode()


def test_what_the_clock_mends_is_seen(practice: PracticePage, index: PracticeIndexPage) -> None:
    address = f"{index.url}?area=cyfryzacja"
    assert "Wspólny dowóz" not in Client().get(address).content.decode()
    # Past every signal, as a restored or imported row might be.
    practice.areas.through.objects.create(
        practicepage_id=practice.pk, thematicarea=ThematicArea.objects.get(slug="cyfryzacja")
    )
    indexing.touch_everything()

    assert indexing.repair() > 0

    assert "Wspólny dowóz" in Client().get(address).content.decode()
    is_hit(address)
    indexing.touch_everything()
    indexing.repair()
    assert is_hit(address), "Nothing was wrong, so nothing changed."
    assert indexing.rebuild(PRACTICES) == 1


def test_pages_are_there_when_the_cache_is_not(
    practice: PracticePage, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    redis = "django.core.cache.backends.redis.RedisCache"
    nowhere = {"BACKEND": redis, "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES=settings.CACHES | {"pages": nowhere}):
        assert Client().get(practice.url).status_code == 200
    assert "pages.cache_failed" in caplog.text


def test_few_rows_are_kept_and_no_standing_comes_back() -> None:
    seen = set()
    for _number in range(public_changes.MOST_ROWS + 1):
        public_changes.tell("NewsPage")
        seen.add(public_changes.standing()["NewsPage"])
    public_changes.tell()
    before = public_changes.standing()

    assert public_changes.prune(1000) > 0

    after = public_changes.standing()
    assert PublicChange.objects.filter(family="NewsPage").count() == 1
    assert after["NewsPage"] not in seen
    assert after[EVERYTHING] == before[EVERYTHING]


def test_every_model_is_either_shown_or_known_not_to_be() -> None:
    """Who adds a model that visitors see need do nothing: only what is not shown is listed."""
    labels = {model._meta.label for model in apps.get_models()}
    assert labels >= NOT_SHOWN
    types = {model.__name__ for model in get_page_models()}
    assert types >= FAMILIES | SHOWN_ON.keys()
    # A type of which others show the newest, the related or all must show its own, too.
    assert {name for name in FAMILIES if name not in SHOWN_ON.get(name, FAMILIES)} == set()


# What pages show of rows that are not theirs.
NAMED: dict[Any, str] = {
    ThematicArea: "name",
    KeyCompetence: "name",
    SchoolType: "name",
    ContactPerson: "name",
    FundingNotice: "text",
    FundingLogo: "alt",
    SiteLinks: "channel_name",
    get_image_model(): "title",
    get_document_model(): "title",
}


def shown_rows(practice: PracticePage) -> list[Any]:
    """A row of each model, other than page types, that visitors see."""
    site, unit = Site.objects.get(), practice.practice_units.get().unit
    image, private = make_image("Zdjęcie", "zdjecie", None), Collection(name="Zastrzeżone")
    Collection.get_first_root_node().add_child(instance=private)
    notice = FundingNotice.for_site(site)
    return [
        *Locale.objects.all(),
        *(model.objects.first() for model in (ThematicArea, KeyCompetence, SchoolType)),
        site,
        unit,
        unit.kind_periods.get(),
        notice,
        SiteLinks.for_site(site),
        image,
        FormerUnitName(unit=unit, name="Gmina Dawna", valid_to=date(2001, 1, 1)),
        UnitRegister(state_on=date(2026, 1, 1)),
        make_contact("Ewa Zmienna", unit),
        SynonymGroup(words="dowóz\ntransport"),
        FundingLogo(notice=notice, image=image, alt="Fundusz"),
        make_document("Wzór", "wzor", None),
        CollectionViewRestriction(collection=private, restriction_type="login"),
        PageViewRestriction(page=practice, restriction_type="login"),
    ]


def test_every_row_that_visitors_see_makes_every_page_anew(
    practice: PracticePage, index: PracticeIndexPage
) -> None:
    rows = shown_rows(practice)
    shown = {model for model in apps.get_models() if public_changes.is_shown(model)}
    assert {type(row) for row in rows} == {m for m in shown if not issubclass(m, Page)}
    kept = []
    for row in rows:
        for address in ("/", index.url):
            is_hit(address)
        row.save()
        kept += [f"{address}: {row!r}" for address in ("/", index.url) if is_hit(address)]
    assert kept == []


def changes() -> Iterator[str]:
    """Each kind of change that the public notices, once; says what it did."""
    types = [model for model in get_page_models() if model.__name__ in FAMILIES]
    for model in sorted(types, key=lambda model: str(model.__name__)):
        page = visibility.public(model.objects.filter(alias_of=None)).order_by("path").first()
        republish(page, title=f"{page.title} (zmiana)")
        yield f"a {model.__name__} was corrected"
        page = visibility.public(model.objects.filter(alias_of=None)).order_by("path").last()
        page.unpublish()
        yield f"a {model.__name__} was withdrawn"
        page.get_latest_revision().publish()
        yield f"a {model.__name__} was published"
    for unit in LocalGovernmentUnit.objects.filter(name__startswith="Gmina")[:1]:
        unit.name = "Gmina Przemianowana"
        unit.save()
        yield "a unit was renamed"
    for model, field in NAMED.items():
        rows = list(model.objects.all())
        for row in rows:
            setattr(row, field, f"{getattr(row, field)} (zmiana)")
            row.save()
        if rows:
            yield f"each {model.__name__} was changed"
    PageViewRestriction.objects.create(
        page=PracticePage.objects.live().order_by("path").last(), restriction_type="login"
    )
    yield "a practice became private"
    practice = PracticePage.objects.live().order_by("path").first()
    assert practice is not None
    practice.move(practice.get_parent(), pos="last-child")
    yield "a practice was moved"
    practice.refresh_from_db()
    practice.delete()
    yield "a practice was deleted"


@pytest.mark.audit
def test_no_page_of_the_demo_is_ever_given_as_it_was_before_a_change(demo_content: None) -> None:
    addresses = sorted({page.url for page in one_of_each_type()} | {"/en/"})
    stale, kept, asked = [], 0, 0
    for change in changes():
        for address in addresses:
            answer = Client().get(address)
            asked += 1
            if "hit" not in answer.get("Cache-Status", ""):
                continue
            kept += 1
            with override_settings(PAGE_CACHE=False):
                anew = Client().get(address)
            if answer.content != anew.content:
                stale.append(f"{address} after {change}")
    assert stale == []
    # Families keep most pages from being made anew without need.
    assert kept > asked / 3, (kept, asked)


@pytest.mark.audit
def test_what_a_page_reads_is_what_it_is_said_to_show(demo_content: None) -> None:
    types = {model._meta.db_table: model.__name__ for model in get_page_models()}
    unsaid = set()
    for page in visibility.public(Page.objects.filter(depth__gt=2)).specific():
        shown = SHOWN_ON.get(type(page).__name__, FAMILIES)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(page.url).status_code == 200
        for query in queries.captured_queries:
            read = {types[name] for name in TABLE.findall(query["sql"]) if name in types}
            unsaid |= {(type(page).__name__, name) for name in (read & FAMILIES) - shown}
    assert unsaid == set()


def one_of_each_type() -> Iterator[Page]:
    for model in get_page_models():
        page = visibility.public(model.objects.filter(alias_of=None)).order_by("path").first()
        if model is not Page and page is not None:
            yield page
