"""A practice as PDF: what stands on it, what it can never fetch, and when it is not to be had."""

import http.server
import io
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from pypdf import PdfReader
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.retention import forget_pdfs
from practices_pages.models import PracticeIndexPage, PracticePage
from practices_pages.printing import engine, shelf
from practices_pages.printing.sheet import PICTURE, Sheet, sheet_of
from tests.factories import add_rows, make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.isolation_world import make_contact, make_image
from tests.practices_pages.plan_world import make_collection, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEMPLATE = "practices_pages/pdf/practice.html"


@pytest.fixture(autouse=True)
def pdf_dir(tmp_path: Path, settings: Any) -> Path:
    settings.PRACTICES_PDF_DIR = str(tmp_path / "pdf")
    return tmp_path / "pdf"


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def page(index) -> PracticePage:
    practice = make_practice(
        index, title="Dowożenie i źdźbło", main_image=make_image("Autobus", "autobus", None),
        image_alt="Autobus przed szkołą", image_credit="Fot. A. Próbna",
    )  # fmt: skip
    add_rows(practice)
    practice.save_revision().publish()
    return PracticePage.objects.get(pk=practice.pk)


@pytest.fixture
def outside() -> Iterator[list[str]]:
    """A web server that writes down who asked it for what."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked.append(f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    server.server_close()


def address(page: PracticePage) -> str:
    return reverse("practices_pages_pdf", args=[page.pid])


def fetch(client: Client, page: PracticePage, **headers: str) -> Any:
    return client.get(address(page), headers=headers)


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, "\n".join(sheet.extract_text() for sheet in reader.pages)


def made(html: str, **fields: Any) -> bytes:
    return engine.make_pdf(Sheet("X", html, "", "https://site.example/", 0, **fields))


def sheet_now(page: PracticePage) -> Sheet:
    return sheet_of(page, name=page.pid, template=TEMPLATE, request=RequestFactory().get("/"))


def test_a_file_has_one_name(page, client):
    number = page.identity.number
    for extension in ("pdf", "zip"):
        assert client.get(f"/pliki/DP-{number:05d}.{extension}").status_code == 404
    assert fetch(client, page).status_code == 200


@pytest.mark.parametrize("is_archival", [True, False])
def test_only_an_archival_sheet_speaks_of_an_original(page, is_archival):
    PracticePage.objects.filter(pk=page.pk).update(why_promote="", is_archival=is_archival)

    html = sheet_now(PracticePage.objects.get(pk=page.pk)).html

    assert (gettext("The original description says nothing about this.") in html) is is_archival


def test_the_pdf_has_everything_that_the_page_says(page, client):
    response = fetch(client, page)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    reader, text = read(response.content)
    for part in (
        page.pid, page.full_url, page.title, "Charakterystyka lokalnego systemu",
        "Trzy szkoły podstawowe", "Zalecenia dotyczące replikacji", "Uzgodnienie kursów",
        "Czas oczekiwania", "Ferie w różnych terminach", "CC BY 4.0", "Fot. A. Próbna",
        f"1 / {len(reader.pages)}",
    ):  # fmt: skip
        assert part in text, part
    assert reader.pages[0].images


def test_the_pdf_is_tagged_and_says_its_language_title_and_sections(page, client):
    reader, _text = read(fetch(client, page).content)
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "pl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"{page.pid} {page.title}"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert "Autobus przed szkołą" in str(_alternatives(root["/StructTreeRoot"]))
    (top,) = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert top["/Title"] == page.title
    (sections,) = [entry for entry in reader.outline if isinstance(entry, list)]
    assert len([entry for entry in sections if not isinstance(entry, list)]) == 10


def _alternatives(node: Any) -> list[str]:
    node = node.get_object()
    found = [str(node["/Alt"])] if "/Alt" in node else []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if hasattr(kid.get_object(), "get"):
            found += _alternatives(kid)
    return found


def test_the_english_address_speaks_english_and_keeps_the_content(page, client):
    _reader, text = read(client.get(f"/en{address(page)}").content)
    assert "Description of the local system" in text
    assert "Trzy szkoły podstawowe" in text


def test_it_is_saved_under_the_name_of_the_practice_and_nothing_in_it_runs(page, client):
    response = fetch(client, page)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''DP-")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Link"] == f'<{page.full_url}>; rel="canonical"'
    assert "Set-Cookie" not in response
    assert b"/JavaScript" not in response.content
    assert b"/OpenAction" not in response.content


def test_it_is_made_once_and_again_when_something_on_it_changes(page, client, pdf_dir):
    first = fetch(client, page)
    assert fetch(client, page).content == first.content
    assert len(list(pdf_dir.iterdir())) == 1
    assert fetch(client, page, **{"if-none-match": first["ETag"]}).status_code == 304
    page.lead = "Całkiem nowy lead."
    page.save_revision().publish()
    second = fetch(client, page, **{"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert "Całkiem nowy lead." in read(second.content)[1]


def test_what_is_not_public_any_more_is_gone_at_once(page, client):
    etag = fetch(client, page)["ETag"]
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert fetch(client, page, **{"if-none-match": etag}).status_code == 404
    restriction.delete()
    assert fetch(client, page).status_code == 200
    page.unpublish()
    client.force_login(make_user("administrator"))
    assert fetch(client, page, **{"if-none-match": etag}).status_code == 404


def test_a_contact_person_leaves_the_pdf_with_the_consent(index, client):
    unit = make_unit(office_email="urzad@gmina.example")
    contact = make_contact("Osoba Kanarkowa", unit)
    page = make_practice(index, live=True, unit=unit, contact=contact)
    assert "Kanarkowa" in read(fetch(client, page).content)[1]
    contact.published_until = timezone.localdate() - timedelta(days=1)
    contact.save()
    text = read(fetch(client, page).content)[1]
    assert "Kanarkowa" not in text
    assert "urzad@gmina.example" in text


def test_a_picture_of_a_private_collection_is_not_on_it(page):
    assert PICTURE in sheet_now(page).files
    private = Collection.get_first_root_node().add_child(name="Zastrzeżone")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    page.main_image.collection = private
    page.main_image.save()
    sheet = sheet_now(PracticePage.objects.get(pk=page.pk))
    assert PICTURE not in sheet.files
    assert "<img" not in sheet.html


def test_a_lost_picture_does_not_cost_the_text(page, client):
    page.main_image.renditions.all().delete()
    page.main_image.file.storage.delete(page.main_image.file.name)
    assert fetch(client, page).status_code == 200


def test_nothing_is_fetched_from_anywhere(outside, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("KANAREK")
    url, asked = outside[0], outside
    addresses = [
        f"{url}/img.png", secret.as_uri(), str(secret), "file:///etc/passwd", "ftp://127.0.0.1/x",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>", "own:other", "//127.0.0.1/",
    ]  # fmt: skip
    named = "".join(
        f'<img src="{a}"><link rel="stylesheet" href="{a}"><object data="{a}"></object>'
        f'<embed src="{a}"><a rel="attachment" href="{a}">x</a>'
        f'<style>@import url("{a}"); @font-face {{ font-family: a; src: url("{a}") }}'
        f' p {{ background: url("{a}"); content: url("{a}"); font-family: a }}</style>'
        for a in addresses
    )
    base = f'<base href="{url}/"><link rel="attachment" href="{secret.as_uri()}">'
    pdf = made(f"<!doctype html><title>x</title>{base}{named}<p>tekst</p>")
    reader, text = read(pdf)
    assert asked == [url]
    assert "tekst" in text
    assert "KANAREK" not in text
    assert not reader.attachments
    assert b"KANAREK" not in pdf


def test_hostile_text_of_a_practice_stays_text(index, client, outside):
    url, asked = outside[0], outside
    evil = f'<img src="{url}/x.png"><style>@import url({url}/css)</style>'
    page = make_practice(
        index, live=True, title=evil, lead=evil, solution=f"<p>tekst {evil}</p>", image_credit=evil
    )
    _reader, text = read(fetch(client, page).content)
    assert asked == [url]
    assert "<img" in text


def test_equal_sheets_are_equal_bytes(page):
    sheet = sheet_now(page)
    assert engine.make_pdf(sheet) == engine.make_pdf(sheet)
    assert sheet.digest == sheet_now(page).digest


def test_a_page_that_takes_too_long_is_given_up(index, client, settings, page):
    settings.PRACTICES_PDF_SECONDS = 0
    response = fetch(client, page)
    assert response.status_code == 503
    assert "Proszę wydrukować stronę" in response.content.decode()


def test_a_page_that_takes_too_much_memory_is_given_up(settings):
    if sys.platform != "linux":
        pytest.skip("only Linux holds a process to its memory")
    settings.PRACTICES_PDF_MEGABYTES = 64
    with pytest.raises(engine.PdfError):
        made("<title>x</title><p>x</p>")


def test_without_the_program_the_page_is_offered_for_printing(page, client, monkeypatch):
    monkeypatch.setattr(engine, "PACKAGE", "nobody_has_this_package")
    engine.is_available.cache_clear()
    try:
        response = fetch(client, page)
    finally:
        engine.is_available.cache_clear()
    assert response.status_code == 404
    html = response.content.decode()
    assert "Ten serwis nie tworzy plików PDF" in html
    assert f'href="{page.url}"' in html


def test_a_library_that_is_missing_is_noticed():
    assert not engine._opens_any(("libnobody-has-this.so.0",))


def test_only_making_is_rationed(page, index, client, settings):
    settings.FILES_MADE_PER_NETWORK_PER_HOUR = 1
    assert [fetch(client, page).status_code for _number in range(3)] == [200, 200, 200]
    other = make_practice(index, live=True)
    refused = fetch(client, other)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")


def test_two_at_once_are_not_made_at_once(page, client, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0)
    assert engine._turn.acquire(blocking=False)
    try:
        response = fetch(client, page)
    finally:
        engine._turn.release()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert fetch(client, page).status_code == 200


def test_the_program_gets_no_secret_of_ours(page, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "kanarek")
    environment = engine._environment(sheet_now(page))
    assert "kanarek" not in str(environment)
    assert set(environment) == {"PATH", "LANG", "XDG_CACHE_HOME", "SOURCE_DATE_EPOCH"}


def test_pdfs_are_forgotten_after_their_days(page, client, pdf_dir, settings):
    fetch(client, page)
    assert forget_pdfs(1000) == 0
    settings.PRACTICES_PDF_KEPT_DAYS = -1
    assert forget_pdfs(1000) == 1
    assert list(pdf_dir.iterdir()) == []
    assert fetch(client, page).status_code == 200


def test_what_is_over_leaves_with_the_next_pdf_where_no_clock_is_wound(pdf_dir, settings):
    shelf.put("old", b"%PDF-")
    os.utime(pdf_dir / "old.pdf", (0, 0))
    shelf.put("new", b"%PDF-")
    assert [path.name for path in pdf_dir.iterdir()] == ["new.pdf"]


def test_the_shelf_holds_so_many_and_no_more(pdf_dir, monkeypatch):
    monkeypatch.setattr(shelf, "MOST_FILES", 3)
    for number in range(5):
        shelf.put(f"{number}", b"%PDF-")
    assert len(list(pdf_dir.iterdir())) == 3
    assert shelf.take("4") == b"%PDF-"
    assert shelf.take("nobody") is None


def test_without_a_shelf_each_is_made_anew(page, client, settings):
    settings.PRACTICES_PDF_DIR = ""
    assert fetch(client, page).content == fetch(client, page).content


@pytest.mark.parametrize("pid", ["DP-9999", "DP-1", "x", "dp-0001", "DP-00000000001"])
def test_an_unknown_number_is_not_found(index, client, pid):
    assert client.get(f"/pliki/{pid}.pdf").status_code == 404


def test_an_alias_and_its_source_have_one_pdf(page, client, pdf_dir):
    alias = page.create_alias(update_slug="alias")
    first = fetch(client, page).content
    assert fetch(client, alias).content == first
    assert address(alias) == address(page)
    assert len(list(pdf_dir.iterdir())) == 1


def test_the_head_of_it_has_no_body(page, client):
    response = client.head(address(page))
    assert (response.status_code, response.content) == (200, b"")


def test_the_page_leads_to_its_files_once_everybody_may_read_it(index, page, client):
    pdf = address(page)
    html = client.get(page.url).content.decode()
    assert f'href="{pdf}"' in html
    assert ".zip" not in html
    assert f"porownanie/?id={page.pid}" in html
    english = client.get(f"/en{page.url}").content.decode()
    assert f'href="/en{pdf}"' in english
    draft = make_practice(index)
    shown = draft.make_preview_request().content.decode()
    assert "/pliki/" not in shown


def test_a_change_that_waits_is_not_on_the_pdf(page):
    page.lead = "Kanarek w szkicu."
    page.save_revision()
    assert "Kanarek" not in sheet_now(PracticePage.objects.get(pk=page.pk)).html


def test_a_plan_is_a_pdf_and_a_zip_as_well(client):
    plan = make_plan(make_collection(), lead="Dwa zdania o planie.")
    html = client.get(plan.url).content.decode()
    assert f'href="/pliki/PL-{plan.pk}.pdf"' in html
    assert f'href="/pliki/PL-{plan.pk}.zip"' in html
    reader, text = read(client.get(f"/pliki/PL-{plan.pk}.pdf").content)
    assert reader.metadata.title == f"PL-{plan.pk} {plan.title}"
    for part in (plan.full_url, "Dwa zdania o planie.", "Tekst planu", "2018/2019"):
        assert part in text, part
    archive = b"".join(client.get(f"/pliki/PL-{plan.pk}.zip").streaming_content)
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert names[0] == "CZYTAJ.txt"
    assert len(names) == 2
    plan.unpublish()
    assert client.get(f"/pliki/PL-{plan.pk}.pdf").status_code == 404
    assert client.get(f"/pliki/PL-{plan.pk}.zip").status_code == 404
