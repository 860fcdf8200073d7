"""A preview link shows one revision to whoever has it, and to nobody else, until it ends."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from practices_pages import previews
from practices_pages.models import PracticeIndexPage, PracticePage, PreviewGrant
from tests.factories import PASSWORD, make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db
DRAFT = "Wstęp, którego nikt jeszcze nie widział."


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def editor() -> Any:
    return make_user("editor")


@pytest.fixture
def page(index: PracticeIndexPage) -> PracticePage:
    return make_practice(index, lead=DRAFT)


@pytest.fixture
def panel(editor: Any) -> Client:
    client = Client()
    assert client.login(username=editor.username, password=PASSWORD)
    return client


def make_link(page: PracticePage, by: Any, days: int = 7) -> tuple[PreviewGrant, str]:
    grant, token = previews.create_grant(page, by=by, label="Urząd w Testowie", days=days)
    return grant, f"/preview/{token}/"


def test_the_link_shows_the_draft_with_a_banner_and_stays_private(page, editor, client) -> None:
    _grant, url = make_link(page, editor)

    response = client.get(url)
    html = response.content.decode()

    assert response.status_code == 200
    assert DRAFT in html
    assert "Wersja robocza, nieopublikowana." in html
    assert "Urząd w Testowie" in html
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/en{url}").status_code == 200
    assert client.get(page.url).status_code == 404


def test_the_link_shows_that_one_revision_for_ever(page, editor, client) -> None:
    _grant, url = make_link(page, editor)
    page.lead = "Późniejszy wstęp."
    page.save_revision()

    html = client.get(url).content.decode()

    assert DRAFT in html
    assert "Późniejszy wstęp." not in html


def test_a_published_page_looks_the_same_in_its_preview_but_for_the_banner(
    index, editor, client
) -> None:
    page = make_practice(index, live=True)
    _grant, url = make_link(page, editor)

    preview = client.get(url).content.decode()
    published = client.get(page.url).content.decode()

    body = re.compile(r'<article class="practice">.*</article>', re.DOTALL)
    assert body.search(preview).group() == body.search(published).group()
    assert "preview-banner" not in published


def test_looking_changes_nothing(page, editor, client) -> None:
    grant, url = make_link(page, editor)
    before = (PreviewGrant.objects.values().get(), page.get_latest_revision().pk)

    for _ in range(2):
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405

    assert (PreviewGrant.objects.values().get(), page.get_latest_revision().pk) == before
    assert grant.revoked_at is None


def test_an_expired_link_says_so_and_shows_nothing(page, editor, client) -> None:
    grant, url = make_link(page, editor)
    PreviewGrant.objects.update(
        created_at=timezone.now() - timedelta(days=8), expires_at=timezone.now()
    )

    response = client.get(url)

    assert response.status_code == 410
    assert "wygasł lub został wycofany" in response.content.decode()
    assert DRAFT not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert grant.label not in response.content.decode()


def test_a_revoked_link_opens_nothing_and_other_links_stay(page, editor, client) -> None:
    grant, url = make_link(page, editor)
    _other, other_url = make_link(page, editor)

    previews.revoke(grant, by=editor)
    first_end = PreviewGrant.objects.get(pk=grant.pk).revoked_at
    previews.revoke(grant, by=editor)

    assert client.get(url).status_code == 410
    assert client.get(other_url).status_code == 200
    assert PreviewGrant.objects.get(pk=grant.pk).revoked_at == first_end
    assert PageLogEntry.objects.filter(action="practices_pages.preview_revoke").count() == 1


@pytest.mark.parametrize("wrong", ["x", "A" * 43, "..", "%00", "ż" * 43, "a" * 3000])
def test_a_wrong_link_is_a_friendly_404(wrong: str, page, editor, client) -> None:
    make_link(page, editor)

    response = client.get(f"/preview/{wrong}/")

    assert response.status_code == 404
    assert DRAFT not in response.content.decode()


def test_the_hash_in_the_database_opens_nothing(page, editor, client) -> None:
    grant, _url = make_link(page, editor)

    assert client.get(f"/preview/{grant.token_hash}/").status_code == 404


def test_a_link_ends_with_its_page(page, editor, client) -> None:
    _grant, url = make_link(page, editor)
    PracticePage.objects.get(pk=page.pk).delete()

    assert client.get(url).status_code == 404


def test_the_token_is_long_and_stored_only_as_a_hash(page, editor) -> None:
    grant, token = previews.create_grant(page, by=editor, label="Urząd", days=1)

    assert len(token) >= 43
    assert grant.token_hash == hashlib.sha256(token.encode()).hexdigest()
    stored = str(list(PreviewGrant.objects.values()))
    stored += str(list(PageLogEntry.objects.values())) + str(list(ModelLogEntry.objects.values()))
    assert token not in stored
    entry = PageLogEntry.objects.get(action="practices_pages.preview_create")
    assert (entry.user, entry.page_id) == (editor, page.pk)


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_link_lasts_from_one_to_sixty_days(days: int, page, editor) -> None:
    with pytest.raises(ValueError, match="from 1 to 60"):
        make_link(page, editor, days=days)

    assert not PreviewGrant.objects.exists()


def test_an_editor_makes_a_link_sees_it_once_and_withdraws_it(page, panel, client) -> None:
    url = f"/panel/practices/{page.pk}/previews/"

    made = panel.post(url, {"label": "Urząd w Testowie", "days": 3})
    link = re.search(r'readonly value="http://testserver(/preview/[^"]+)"', made.content.decode())

    assert "no-store" in made["Cache-Control"]
    assert client.get(link.group(1)).status_code == 200
    later = panel.get(url).content.decode()
    assert link.group(1) not in later
    assert "Urząd w Testowie" in later

    revoke = re.search(r'action="([^"]+/revoke/)"', later).group(1)
    assert panel.get(revoke).status_code == 405
    assert client.get(link.group(1)).status_code == 200
    assert panel.post(revoke).status_code == 302
    assert client.get(link.group(1)).status_code == 410


def test_the_page_in_the_panel_has_a_button_to_its_links(page, panel) -> None:
    url = f"/panel/practices/{page.pk}/previews/"

    assert url in panel.get(f"/panel/pages/{page.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"label": "", "days": 3},
        {"label": "x", "days": 0},
        {"label": "x", "days": "abc"},
        {"label": "x" * 201, "days": 1},
        {"label": "x", "days": 10**30},
    ],
)
def test_a_wrong_form_is_shown_again_and_makes_no_link(data: dict[str, Any], page, panel) -> None:
    response = panel.post(f"/panel/practices/{page.pk}/previews/", data)

    assert response.status_code == 200
    assert "readonly value" not in response.content.decode()
    assert not PreviewGrant.objects.exists()


def test_who_may_not_edit_the_page_gets_no_link_and_withdraws_none(page, editor) -> None:
    grant, url = make_link(page, editor)
    client = Client()
    stranger = make_user("newsletter_manager")
    assert client.login(username=stranger.username, password=PASSWORD)
    admin_url = f"/panel/practices/{page.pk}/previews/"

    for who in (client, Client()):
        for response in (
            who.get(admin_url),
            who.post(admin_url, {"label": "x", "days": 1}),
            who.post(f"{admin_url}{grant.pk}/revoke/"),
        ):
            assert response.status_code in {302, 404}
            assert "Urząd w Testowie" not in response.content.decode()

    assert PreviewGrant.objects.count() == 1
    assert Client().get(url).status_code == 200


def test_a_link_of_another_page_cannot_be_withdrawn_here(page, index, editor, panel) -> None:
    grant, url = make_link(make_practice(index), editor)

    response = panel.post(f"/panel/practices/{page.pk}/previews/{grant.pk}/revoke/")

    assert response.status_code == 404
    assert Client().get(url).status_code == 200


def test_the_label_is_shown_as_text(page, editor, client, panel) -> None:
    _grant, token = previews.create_grant(
        page, by=editor, label="<script>alert(1)</script>", days=1
    )

    for html in (
        client.get(f"/preview/{token}/").content.decode(),
        panel.get(f"/panel/practices/{page.pk}/previews/").content.decode(),
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
