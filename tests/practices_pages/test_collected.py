"""Collections: the chosen order, only what is public, and what stands around it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from practices_pages import collected
from practices_pages.gate import PublicationRefused, problems
from practices_pages.models import (
    CollectionEditor,
    CollectionIndexPage,
    CollectionItem,
    CollectionPage,
    CollectionSource,
    PracticeIndexPage,
    SiteLinks,
)
from practices_pages.workflows import STAFF, install_editorial_workflow
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.filming import make_collection, make_collection_index
from tests.practices_pages.test_pages import HEADINGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def index(practices: PracticeIndexPage) -> CollectionIndexPage:
    index = make_collection_index()
    install_editorial_workflow(index, open_to=STAFF)
    return index


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def fields_named(page: CollectionPage) -> set[str]:
    return {problem.field for problem in problems(page)}


def test_practices_stand_in_the_order_of_the_editors(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    first, second, third = (make_practice(practices, live=True, title=f"Nr {n}") for n in "123")
    page = make_collection(index, third, first, second, live=True)
    html = read(client, page.url)
    places = [html.index(practice.title) for practice in (third, first, second)]
    assert places == sorted(places)
    assert "3 praktyki" in html


def test_only_public_practices_are_shown_and_counted_and_editors_see_which_are_not(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    shown = make_practice(practices, live=True)
    draft = make_practice(practices, title="Tajny szkic")
    page = make_collection(index, shown, draft, live=True)
    selection = collected.selection(page)
    assert [item.practice_id for item in selection.shown] == [shown.pk]
    assert [item.practice_id for item in selection.hidden] == [draft.pk]
    for address in (page.url, index.url):
        html = read(client, address)
        assert "Tajny szkic" not in html
        assert "1 praktyka" in html
    client.force_login(make_user("author"))
    assert "Tajny szkic" not in read(client, page.url)
    client.force_login(make_user("editor"))
    assert "Tajny szkic" in read(client, page.url)
    editing = read(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "Odwiedzający widzą 1 praktykę." in editing
    shown.unpublish()
    client.logout()
    html = read(client, page.url)
    assert shown.title not in html
    assert "0 praktyk" in html


def test_a_practice_names_the_public_collections_it_is_in(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    practice, other = (make_practice(practices, live=True) for _ in range(2))
    page = make_collection(index, practice, live=True, title="Zbiór o dowozie")
    make_collection(index, practice, title="Zbiór w szkicu")
    html = read(client, practice.url)
    assert page.url in html
    assert "Zbiór w szkicu" not in html
    assert page.url not in read(client, other.url)
    page.unpublish()
    assert "Zbiór o dowozie" not in read(client, practice.url)


def test_publishing_needs_a_lead_and_each_practice_once(
    practices: PracticeIndexPage, index: CollectionIndexPage
) -> None:
    practice = make_practice(practices, live=True)
    assert problems(make_collection(index, practice)) == []
    assert fields_named(make_collection(index, lead="")) == {"lead", "items"}
    assert fields_named(make_collection(index, practice, practice)) == {"items"}
    page = make_collection(index, practice)
    page.items.add(CollectionItem())
    page.editors.add(CollectionEditor(role="redaktorka"))
    page.sources.add(CollectionSource(title=" ", url="javascript:alert(1)"))
    assert fields_named(page) == {"items", "editors", "sources"}
    assert sum(problem.field == "sources" for problem in problems(page)) >= 2
    with pytest.raises(PublicationRefused):
        page.save_revision().publish()


def test_who_chose_is_named_only_with_consent_and_a_team_always(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    page = make_collection(index, make_practice(practices, live=True))
    page.editors = [
        CollectionEditor(name="Ewa Jawna", role="ekspertka", consented_to_be_named=True),
        CollectionEditor(name="Jan Skryty", role="doradca", organisation="Zespół doradców"),
        CollectionEditor(name="Ola Ukryta"),
    ]
    page.save_revision().publish()
    html = read(client, page.url)
    assert "Ewa Jawna, ekspertka; Zespół doradców" in html
    for hidden in ("Skryty", "doradca<", "Ukryta"):
        assert hidden not in html


def test_sources_the_outline_and_the_call_stand_beside_the_practices(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    practice = make_practice(practices, live=True)
    page = make_collection(
        index,
        practice,
        introduction="<p>Wstęp <b>redakcji</b>.</p>",
        call="<p>Zachęcamy do opisania.</p>",
        team_name="Zespół projektu",
        team_email="zespol@biuro.example",
        team_phone="22 000 00 00",
        sources_introduction="Warto zapoznać się także z innymi.",
    )
    page.items = [CollectionItem(practice=practice, note="Bo nie wymaga pieniędzy.")]
    page.sources = [
        CollectionSource(
            title="Związek", kind="website", url="https://zwiazek.example/", description="Baza."
        )
    ]
    page.save_revision().publish()
    SiteLinks.objects.create(
        site_id=page.get_site().pk, channel_url="https://kanal.example/", channel_name="Kanał"
    )
    html = read(client, page.url)
    for text in (
        "Wstęp <b>redakcji</b>", "Zachęcamy", "Zespół projektu", "zespol@biuro.example",
        "tel:220000000", "Warto zapoznać się", 'href="https://zwiazek.example/"', "Baza.",
        'href="https://kanal.example/"', "strona internetowa", "Bo nie wymaga pieniędzy.",
    ):  # fmt: skip
        assert text in html, text
    for heading in HEADINGS:
        assert heading in html
    page.shows_outline = False
    page.save_revision().publish()
    assert HEADINGS[0] not in read(client, page.url)


def test_hostile_words_and_addresses_stay_harmless(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client
) -> None:
    evil = '"><script>alert(1)</script>'
    practice = make_practice(practices, live=True, title=evil)
    page = make_collection(index, practice, live=True, title=evil, lead=evil, team_name=evil)
    source = CollectionSource(page=page, title=evil, url="https://a.example/", description=evil)
    source.save()
    CollectionSource.objects.update(url="javascript:alert(1)")
    CollectionItem.objects.update(note=evil)
    for address in (page.url, index.url, practice.url):
        html = read(client, address)
        assert "<script>alert" not in html
        assert "javascript:" not in html


def test_a_deleted_practice_leaves_the_collection_and_its_later_versions(
    practices: PracticeIndexPage, index: CollectionIndexPage
) -> None:
    kept, gone = (make_practice(practices, live=True) for _ in range(2))
    page = make_collection(index, kept, gone, live=True)
    gone.delete()
    draft = CollectionPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [item.practice_id for item in draft.items.all()] == [kept.pk]


def test_queries_do_not_grow_with_the_practices(
    practices: PracticeIndexPage, index: CollectionIndexPage, client: Client,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    units = [make_unit() for _ in range(8)]
    made = [make_practice(practices, live=True, unit=unit) for unit in units]
    page = make_collection(index, *made[:2], live=True)
    client.get(page.url)
    with django_assert_max_num_queries(40) as few:
        client.get(page.url)
    page.items = [CollectionItem(practice=practice) for practice in made]
    page.save_revision().publish()
    with django_assert_max_num_queries(len(few)):
        client.get(page.url)
    with django_assert_max_num_queries(40) as one:
        client.get(index.url)
    for _ in range(3):
        make_collection(index, *made, live=True)
    with django_assert_max_num_queries(len(one)):
        client.get(index.url)
