"""How a file is answered: inert, under its own name, kept only where it may be kept."""

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import path
from django.views.static import serve
from wagtail.users.models import UserProfile

from practices_pages.models import PracticeIndexPage, PracticePage
from practices_pages.storage import ServedByView
from tests.factories import make_practice, make_site_tree, make_user
from tests.practices_pages import hostile
from tests.practices_pages.test_file_privacy import SPEC, Files, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def files() -> Files:
    return Files.make("zdjęcie łódki")


@pytest.fixture
def page(index: PracticeIndexPage, files: Files) -> PracticePage:
    page = make_practice(index)
    files.put_on(page)
    page.save_revision().publish()
    return PracticePage.objects.get(pk=page.pk)


def test_nothing_in_a_file_runs(page: PracticePage, files: Files, client: Client) -> None:
    for address in files.addresses:
        answer = get(client, address)
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "ETag" in answer


def test_an_image_may_be_shown_elsewhere_and_a_document_is_saved(
    page: PracticePage, files: Files, client: Client
) -> None:
    image, _original, document, _linked = (get(client, address) for address in files.addresses)

    assert image["Content-Type"] == "image/webp"
    assert image["Content-Disposition"].startswith("inline")
    assert image["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert document["Content-Type"] == "text/plain"
    assert document["Content-Disposition"].startswith("attachment")
    assert re.search(
        r"filename\*=utf-8''zdj%C4%99cie_%C5%82%C3%B3dki-a\w*\.txt", document["Content-Disposition"]
    )
    assert document["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.pdf", "application/pdf"), ("a.html", "application/octet-stream")],
)
def test_a_type_comes_from_a_closed_list_and_is_always_saved(
    name: str, kind: str, files: Files, client: Client
) -> None:
    files.attached.file.save(name, ContentFile(b"<script>alert(1)</script>"))
    client.force_login(make_user("administrator"))
    answer = get(client, files.attached.url)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_is_public_is_kept_for_minutes_and_asked_for_again(
    page: PracticePage, files: Files, client: Client, settings: Any
) -> None:
    settings.PRACTICES_FILE_CACHE_SECONDS = 60
    for address in files.addresses:
        first = get(client, address)
        assert first["Cache-Control"] == "public, max-age=60, must-revalidate"
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == first["Cache-Control"]
        other = get(client, address + "?x=1")
        assert other.status_code == 200


def test_head_answers_as_get_does_without_the_file(
    page: PracticePage, files: Files, client: Client
) -> None:
    for address in files.addresses:
        head, whole = client.head(address), client.get(address)
        size = len(b"".join(whole))  # type: ignore[arg-type]
        assert (head.status_code, b"".join(head)) == (200, b"")  # type: ignore[arg-type]
        assert head["Content-Length"] == whole["Content-Length"] == str(size)
        assert client.post(address).status_code == 405


def test_who_knows_the_content_of_a_private_file_learns_nothing(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    """The same bytes for a file that is there and one that is not, whatever one guesses."""
    client.force_login(make_user("administrator"))
    tags = {address: get(client, address)["ETag"] for address in files.addresses}
    client.logout()
    hashes = [f'"{file.file_hash}"' for file in (files.image, files.attached)]
    for address in files.addresses:
        missing = re.sub(r"(plik|zdj)", "inny", address).replace("/documents/", "/documents/9")
        bodies = set()
        for where in (address, missing):
            for tag in (tags[address], *hashes, "*"):
                answer = client.get(where, headers={"If-None-Match": tag})
                assert answer.status_code == 404
                # The page of an error links to itself in the other language.
                bodies.add(answer.content.replace(where.encode(), b""))
        assert len(bodies) == 1
    for tag in tags.values():
        assert files.image.file_hash not in tag


def test_what_is_not_there_yet_is_kept_by_nobody(files: Files, client: Client) -> None:
    assert client.get(files.addresses[0])["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["../settings.py", "%2e%2e/x", "images/", "a%00b", "documents/plik.txt", "x" * 3000]
)
def test_a_made_up_name_finds_nothing(name: str, client: Client) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_document_has_one_address_and_not_a_second_one_in_the_storage(
    page: PracticePage, files: Files, client: Client
) -> None:
    assert client.get(files.attached.file.url).status_code == 404


def test_a_lost_file_is_not_there(page: PracticePage, files: Files, client: Client) -> None:
    addresses = files.addresses
    for file in (files.image, files.attached):
        file.file.storage.delete(file.file.name)
    assert client.get(addresses[1]).status_code == 404
    assert client.get(addresses[2]).status_code == 404


def test_a_portrait_is_seen_in_the_panel_only(client: Client) -> None:
    editor = make_user("editor")
    profile = UserProfile.get_for_user(editor)
    profile.avatar.save("ja.png", ContentFile(hostile.image("PNG")))
    assert client.get(profile.avatar.url).status_code == 404
    client.force_login(make_user("author"))
    assert get(client, profile.avatar.url)["Content-Type"] == "image/png"


def test_the_server_in_front_may_send_the_bytes(
    page: PracticePage, files: Files, client: Client, settings: Any
) -> None:
    settings.PRACTICES_FILE_ACCEL_PREFIX = "/protected-media/"
    answer = client.get(files.attached.url)
    assert answer["X-Accel-Redirect"].startswith("/protected-media/documents/zdj%C4%99cie_")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == b""
    page.unpublish()
    assert "X-Accel-Redirect" not in client.get(files.attached.url)


def test_addresses_of_the_api_lead_to_the_files(
    page: PracticePage, files: Files, client: Client
) -> None:
    answer = client.get(f"/api/v1/practices/{page.pid}").json()
    found = [answer["image"]["url"], *(row["url"] for row in answer["documents"])]
    assert len(found) == 2
    for address in found:
        assert address.startswith("http://testserver/")
        assert get(client, address).status_code == 200
    assert answer["image"]["url"].endswith(".webp")


def test_a_page_shows_pictures_that_everybody_can_fetch(page: PracticePage, client: Client) -> None:
    html = client.get(page.url).content.decode()
    addresses = set(re.findall(r"/media/[^\"\s,]+", html))
    assert addresses
    assert {get(client, address).status_code for address in addresses} == {200}


# What a careless site would have.
careless_urls = [path("media/<path:path>", serve, {"document_root": django_settings.MEDIA_ROOT})]


def test_a_site_that_serves_stored_files_directly_is_warned(settings: Any) -> None:
    assert "practices_pages.W001" not in {found.id for found in run_checks()}
    settings.ROOT_URLCONF = type("careless", (), {"urlpatterns": careless_urls})
    assert "practices_pages.W001" in {found.id for found in run_checks()}


def test_a_remote_storage_leads_to_the_view_as_well() -> None:
    class Remote(ServedByView, InMemoryStorage):
        base_url = "https://bucket.example/"

    assert Remote().url("images/łódka 1.png") == "/media/images/%C5%82%C3%B3dka%201.png"


def test_an_editor_sees_thumbnails_in_the_panel(files: Files, client: Client) -> None:
    client.force_login(make_user("editor"))
    html = client.get("/panel/images/").content.decode()
    (thumbnail,) = set(re.findall(r"/media/images/[^\"\s,]+", html))
    assert get(client, thumbnail).status_code == 200


def test_a_rendition_keeps_its_address(files: Files) -> None:
    before = files.image.get_rendition(SPEC).url
    assert re.fullmatch(r"/media/images/[\w.-]+\.webp", before)
    assert files.image.get_rendition(SPEC).url == before
