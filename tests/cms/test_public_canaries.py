"""Nothing that is not public is in any byte that a visitor without an account can fetch."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.practice_announcements import reconcile
from newsletter.models import Letter, Story
from practices_pages.models import PracticeDocument, PracticeIndexPage, PracticePage
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.importing import imported
from tests.practices_pages.isolation_world import (
    fresh,
    make_contact,
    make_document,
    make_image,
    sung,
)

pytestmark = pytest.mark.django_db
CANARY = "kanarzyca"
SLUG = "skryty-ptak"
LINK = re.compile(r'(?:href|src|action|content)="([^"#]+)"|"(?:\w*url)": ?"([^"]+)"')
SRCSET = re.compile(r"/media/[^\s\",]+")
HOST = re.compile(r"^https?://testserver(?=/)")
MOST_ADDRESSES = 500


def draft(index: PracticeIndexPage, **fields: Any) -> PracticePage:
    return make_practice(
        index, **{"slug": f"{SLUG}-1", "announce": True, **sung("draft"), **fields}
    )


def change_of_a_live_page(index: PracticeIndexPage) -> PracticePage:
    page = make_practice(index, live=True, slug="publiczna", title="Publiczna")
    later = fresh(page)
    for name, text in (sung("change") | {"slug": f"{SLUG}-2"}).items():
        setattr(later, name, text)
    later.save_revision()
    return page


def unpublished(index: PracticeIndexPage) -> PracticePage:
    page = _live(index, "unpublished", 3)
    page.unpublish()
    return page


def behind_a_password(index: PracticeIndexPage) -> PracticePage:
    return _restricted(index, 4, restriction_type="password", password="tajne")


def for_signed_in_people(index: PracticeIndexPage) -> PracticePage:
    return _restricted(index, 5, restriction_type="login")


def for_a_group(index: PracticeIndexPage) -> PracticePage:
    page = _restricted(index, 6, restriction_type="groups")
    page.view_restrictions.get().groups.add(Group.objects.get(name="Moderatorzy"))
    return page


def below_an_unpublished_list(index: PracticeIndexPage) -> PracticePage:
    above = index.add_sibling(
        instance=PracticeIndexPage(title=f"{CANARY}-lista", slug=f"{SLUG}-lista")
    )
    page = _live(above, "below", 7)
    Page.objects.filter(pk=above.pk).update(live=False)
    return page


def scheduled(index: PracticeIndexPage) -> PracticePage:
    page = draft(index, slug=f"{SLUG}-8", go_live_at=timezone.now() + timedelta(days=1))
    page.get_latest_revision().publish()
    return fresh(page)


def expired(index: PracticeIndexPage) -> PracticePage:
    page = _live(index, "expired", 9)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return page


def with_a_restricted_document(index: PracticeIndexPage) -> PracticePage:
    private = Collection.get_first_root_node().add_child(name=f"{CANARY}-zbior")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = make_document(f"{CANARY}-restricted", "zwykla-nazwa", None)
    get_document_model().objects.filter(pk=document.pk).update(title="Zastrzeżony wzór")
    document = get_document_model().objects.get(pk=document.pk)
    document.collection = private
    document.save()
    page = make_practice(index, live=True, slug="z-plikiem", title="Z plikiem")
    page.documents.add(PracticeDocument(document=document, description="Wzór", licence="cc-by-4.0"))
    page.save_revision().publish()
    return page


def with_an_image(index: PracticeIndexPage) -> PracticePage:
    image = make_image(f"{CANARY}-image", f"{SLUG}-obraz", None)
    image.get_rendition("width-20")
    return draft(index, slug=f"{SLUG}-11", main_image=image, image_credit=f"{CANARY}-credit")


def alias_of_a_draft(index: PracticeIndexPage) -> PracticePage:
    return draft(index, slug=f"{SLUG}-12").create_alias(update_slug=f"{SLUG}-alias")


def with_a_contact_whose_consent_ended(index: PracticeIndexPage) -> PracticePage:
    unit = make_unit()
    contact = make_contact(f"Osoba {CANARY}-kontakt", unit)
    contact.published_until = timezone.localdate() - timedelta(days=1)
    contact.save()
    return make_practice(
        index, live=True, unit=unit, slug="z-osoba", title="Z osobą", contact=contact
    )


def _live(index: PracticeIndexPage, place: str, number: int) -> PracticePage:
    fields = sung(place) | {"slug": f"{SLUG}-{number}", "announce": True}
    return make_practice(index, live=True, **fields)


def _restricted(index: PracticeIndexPage, number: int, **restriction: Any) -> PracticePage:
    page = _live(index, "private", number)
    PageViewRestriction.objects.create(page=page, **restriction)
    return page


HIDDEN: list[Callable[[PracticeIndexPage], PracticePage]] = [
    draft,
    unpublished,
    behind_a_password,
    for_signed_in_people,
    for_a_group,
    below_an_unpublished_list,
    scheduled,
    expired,
    with_an_image,
    alias_of_a_draft,
]
ON_PUBLIC_PAGES = [
    change_of_a_live_page,
    with_a_restricted_document,
    with_a_contact_whose_consent_ended,
]
# A private page says that it is there, and asks for a password or a login.
SAYS_IT_IS_THERE = {behind_a_password, for_signed_in_people, for_a_group}


@pytest.fixture
def world(tmp_path: Any) -> SimpleNamespace:
    index = make_site_tree()
    make_user("moderator", username=f"{CANARY}-moderator")
    record = {"id": "k-1", "title": f"{CANARY}-imported", "source_url": "https://zrodlo.example/k"}
    imported(tmp_path, [record])
    page = PracticePage.objects.get()
    page.slug = f"{SLUG}-13"
    page.save()
    pages: dict[Any, PracticePage] = {imported: page}
    pages |= {make: make(index) for make in [*HIDDEN, *ON_PUBLIC_PAGES]}
    return SimpleNamespace(index=index, pages=pages)


def answer_of(client: Client, address: str, **headers: str) -> tuple[int, str]:
    """Status, and everything in an answer: headers, cookies, body."""
    response = client.get(address, headers=headers or None)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if response.streaming:
        response.close()
    headers_told = sorted(pair for pair in response.items() if pair[0] != "Date")
    told = f"{headers_told}{response.cookies.output()}\n{body.decode('utf-8', 'replace')}"
    return response.status_code, told


def addresses_of(page: PracticePage) -> list[str]:
    """Where somebody would look who knows that the page is there."""
    path = page.url or "/"
    found = [path, f"/en{path}", path.rstrip("/")]
    found += [f"/pliki/{page.pid}.pdf", f"/pliki/{page.pid}.zip", f"/en/pliki/{page.pid}.pdf"]
    found += [f"/praktyki/porownanie/?id={page.pid}"]
    found += [f"/api/v1/practices/{page.pid}", f"/api/v1/practices/{page.pid.lower()}"]
    found += [f"/panel/pages/{page.pk}/edit/", f"/panel/pages/{page.pk}/view_draft/"]
    found += [f"/panel/api/main/pages/{page.pk}/", f"/preview/{page.pk}/"]
    for restriction in page.view_restrictions.all():
        found.append(f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/")
    if page.main_image:
        found.append(f"/media/{page.main_image.file.name}")
        found += [f"/media/{rendition.file.name}" for rendition in page.main_image.renditions.all()]
    found += [row.document.url for row in page.documents.all()]
    return found


def test_no_byte_that_a_visitor_can_fetch_holds_a_canary(world) -> None:
    client = Client(raise_request_exception=False)
    public = world.pages[change_of_a_live_page]
    similar = f"/praktyki/podobne-jst/?unit={public.practice_units.first().unit.code}"
    assert public.url in answer_of(client, similar)[1]
    waiting = [
        "/", "/en/", world.index.url, f"{world.index.url}?page=2", "/newsletter/", "/sitemap.xml",
        "/robots.txt", "/feeds/", "/search/?q=kanarzyc", "/nie-ma/", "/panel/", "/panel/login/",
        "/panel/api/main/pages/", "/panel/api/main/images/", "/panel/api/main/documents/",
        "/api/v1/", "/api/v1/openapi.json", "/api/v1/docs", "/api/v1/practices?limit=100",
        "/api/v1/practices?q=kanarzyc", "/api/v1/practices?fields=*", "/health/live",
        "/praktyki/mapa/", "/praktyki/porownanie/", similar,
        "/health/ready", "/metrics", "/_util/login/", "/panel/password_reset/",
    ]  # fmt: skip
    for page in world.pages.values():
        waiting += addresses_of(page)
    seen: set[str] = set()
    wrong: list[str] = []
    while waiting:
        address = HOST.sub("", waiting.pop(0).replace("&amp;", "&"))
        if address in seen or not address.startswith("/") or address.startswith("/static/"):
            continue
        seen.add(address)
        status, told = answer_of(client, address)
        # Whoever asks for an address is told nothing new by reading it again.
        told_anew = told.replace(address, "").replace(address.removeprefix("/en"), "")
        if status in {500, 502} or CANARY in told or (SLUG in told_anew and SLUG not in address):
            at = max(told.find(CANARY), told.find(SLUG))
            wrong.append(f"{status} {address}: …{told[max(0, at - 80) : at + 40]!r}")
        waiting += [link for pair in LINK.findall(told) for link in pair if link]
        waiting += SRCSET.findall(told)
        assert len(seen) < MOST_ADDRESSES
    assert not wrong, "\n".join(wrong)


def test_hidden_and_missing_are_answered_alike(world) -> None:
    """No oracle: neither status nor length nor a validator tells that something is there."""
    client = Client()
    ages = [
        {},
        {"if-modified-since": "Wed, 01 Jan 2020 00:00:00 GMT"},
        {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if-none-match": "*"},
    ]
    for make, page in world.pages.items():
        if make in SAYS_IT_IS_THERE or make in ON_PUBLIC_PAGES:
            continue
        missing = page.url.replace(SLUG, "nie-ma-tego")
        pairs = [(f"/api/v1/practices/{page.pid}", "/api/v1/practices/DP-9999")]
        if make is not unpublished:  # It was public, and says that it is gone.
            pairs += [(page.url, missing), (f"/en{page.url}", f"/en{missing}")]
        for kind in ("pdf", "zip"):
            pairs.append((f"/pliki/{page.pid}.{kind}", f"/pliki/DP-9999.{kind}"))
        if page.main_image:
            pairs += [(f"/media/{page.main_image.file.name}", "/media/original_images/nie-ma.png")]
        for (there, nowhere), age in ((pair, age) for pair in pairs for age in ages):
            answers = []
            for address in (there, nowhere):
                status, told = answer_of(client, address, **age)
                path = address.removeprefix("/en")
                answers.append((status, told.replace(path, "…").replace(page.pid, "DP-9999")))
            assert answers[0] == answers[1], (there, age)


def test_no_mail_to_subscribers_tells_of_what_is_not_public(world) -> None:
    reconcile()
    told = [
        f"{story.title} {story.lead} {story.url}"
        for story in Story.objects.filter(withdrawn_at=None)
    ]
    assert told == []
    for letter in Letter.objects.all():
        assert CANARY not in str(vars(letter)), letter.key


def test_no_redirect_leads_to_the_address_of_a_draft(world, client) -> None:
    page = world.pages[draft]
    redirects = reverse("wagtailredirects:add")
    client.force_login(make_user("administrator"))
    data = {"old_path": "/dawny/", "site": "", "is_permanent": "on", "redirect_page": page.pk}
    client.post(redirects, data | {"redirect_link": ""})
    status, told = answer_of(Client(), "/dawny/")
    assert status == 404
    assert SLUG not in told
