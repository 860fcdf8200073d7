"""The documents of a page as one ZIP: only public ones, under names that every system stores."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from practices_pages import bundle
from practices_pages.models import PracticeDocument, PracticeIndexPage, PracticePage
from tests.factories import make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def document(title: str, name: str = "plik.csv", content: bytes = b"a;b\n1;2\n") -> Any:
    return get_document_model().objects.create(title=title, file=ContentFile(content, name))


def with_documents(index: PracticeIndexPage, *documents: Any, **fields: Any) -> PracticePage:
    page = make_practice(index, **fields)
    for found in documents:
        page.documents.add(
            PracticeDocument(document=found, description="Do użycia", licence="cc-by-4.0")
        )
    page.save_revision().publish()
    return PracticePage.objects.get(pk=page.pk)


def address(page: PracticePage) -> str:
    return reverse("practices_pages_zip", args=[page.pid])


def fetch(client: Client, page: PracticePage, **headers: str) -> Any:
    return client.get(address(page), headers=headers)


def unpacked(response: Any) -> dict[str, bytes]:
    assert response.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_documents_come_with_a_list_of_what_they_are(index, client):
    page = with_documents(
        index,
        document("Regulamin dowożenia – wzór", "regulamin.docx", b"PK tresc"),
        document("Żółta lista", "lista.csv"),
        source_url="https://zrodlo.example/1",
    )
    response = fetch(client, page)
    assert response["Content-Type"] == "application/zip"
    found = unpacked(response)
    assert list(found) == ["CZYTAJ.txt", "Regulamin dowożenia – wzór.docx", "Żółta lista.csv"]
    assert found["Żółta lista.csv"] == b"a;b\n1;2\n"
    about = found["CZYTAJ.txt"].decode()
    for text in (
        page.title, page.pid, page.full_url, "https://zrodlo.example/1", "* Żółta lista.csv",
        "https://creativecommons.org/licenses/by/4.0/", "Do użycia",
    ):  # fmt: skip
        assert text in about, text


def test_the_name_of_the_file_says_which_practice(index, client):
    page = with_documents(index, document("Wzór"), title="Zażółć gęślą jaźń / 2024")
    disposition = fetch(client, page)["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "Za%C5%BC%C3%B3%C5%82%C4%87" in disposition
    assert "%2F" not in disposition


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "etc passwd.txt"),
        ("C:\\Windows\\cmd", "C Windows cmd.txt"),
        ("CON", "dokument CON.txt"),
        ("con.txt", "dokument con.txt"),
        ("lpt1", "dokument lpt1.txt"),
        ("...", "dokument.txt"),
        ("", "dokument.txt"),
        ("a\u202etxt.exe", "atxt.exe.txt"),
        ("koniec.txt", "koniec.txt"),
        ("dwa\nwiersze\x00", "dwa wiersze.txt"),
        ("z\u0301le", "źle.txt"),
        ("pytanie? \"tak\" | 'nie' *", "pytanie tak 'nie'.txt"),
    ],
)
def test_names_are_safe_everywhere_and_keep_polish_letters(title, name):
    assert bundle.safe_name(title, "txt") == name


def test_a_long_name_is_cut_between_letters():
    name = bundle.safe_name("ż" * 400, "xlsx")
    assert len(name.encode()) <= bundle.LONGEST_NAME
    assert set(name.removesuffix(".xlsx")) == {"ż"}


def test_equal_names_are_numbered_whatever_their_case(index, client):
    page = with_documents(
        index, document("Wzór"), document("WZÓR"), document("wzór"), document("Czytaj", "c.txt")
    )
    assert list(unpacked(fetch(client, page))) == [
        "CZYTAJ.txt", "Wzór.csv", "WZÓR (2).csv", "wzór (3).csv", "Czytaj (2).txt",
    ]  # fmt: skip


def test_a_document_of_a_private_collection_stays_out_even_for_an_administrator(index, client):
    private = Collection.get_first_root_node().add_child(name="Zastrzeżone")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    secret = document("Kanarek")
    secret.collection = private
    secret.save()
    page = with_documents(index, document("Wzór"), secret)
    client.force_login(make_user("administrator"))
    found = unpacked(fetch(client, page))
    assert "Wzór.csv" in found
    assert b"Kanarek" not in b"".join([*found.values(), *map(str.encode, found)])


def test_a_document_whose_file_is_lost_is_left_out(index, client):
    lost = document("Zgubiony")
    page = with_documents(index, document("Wzór"), lost)
    lost.file.storage.delete(lost.file.name)
    assert list(unpacked(fetch(client, page))) == ["CZYTAJ.txt", "Wzór.csv"]


def test_one_file_in_two_rows_comes_once(index, client):
    same = document("Wzór")
    page = with_documents(index, same, same)
    assert len(unpacked(fetch(client, page))) == 2


def test_nothing_to_take_is_not_found(index, client):
    assert fetch(client, with_documents(index)).status_code == 404
    assert client.get("/pliki/DP-9999.zip").status_code == 404
    assert client.get("/pliki/x.zip").status_code == 404


def test_drafts_withdrawn_and_private_pages_have_no_file(index, client):
    draft = make_practice(index)
    draft.documents.add(PracticeDocument(document=document("Wzór")))
    draft.save_revision()
    withdrawn = with_documents(index, document("Wzór"))
    assert fetch(client, withdrawn).status_code == 200
    withdrawn.unpublish()
    private = with_documents(index, document("Wzór"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    client.force_login(make_user("administrator"))
    for page in (draft, withdrawn, private):
        assert fetch(client, page).status_code == 404, page


def test_too_much_is_refused_with_a_page_that_says_so(index, client, settings):
    settings.PRACTICES_ZIP_MEGABYTES = 1
    page = with_documents(index, document("Duży", content=b"x" * (1024**2 + 1)))
    response = fetch(client, page)
    assert response.status_code == 404
    html = response.content.decode()
    assert "Mają w sumie ponad 1 MB" in html
    assert f'{page.url}#documents"' in html


def test_who_has_it_is_told_that_nothing_changed_until_something_does(index, client):
    page = with_documents(index, document("Wzór"))
    etag = fetch(client, page)["ETag"]
    again = fetch(client, page, **{"if-none-match": etag})
    assert (again.status_code, again["ETag"]) == (304, etag)
    document_row = page.documents.get()
    document_row.description = "Inny opis"
    page.documents.add(document_row)
    page.save_revision().publish()
    assert fetch(client, page, **{"if-none-match": etag}).status_code == 200
    page.unpublish()
    assert fetch(client, page, **{"if-none-match": etag}).status_code == 404


def test_the_same_documents_are_the_same_bytes(index, client):
    page = with_documents(index, document("Wzór"))
    first, second = (b"".join(fetch(client, page).streaming_content) for _ in range(2))
    assert first == second


def test_it_is_sent_in_parts_and_never_held_whole(index):
    part = bundle.CHUNK
    page = with_documents(index, document("Duży", "d.pdf", content=bytes(range(256)) * 8192))
    found = bundle.bundle_of(page, name=page.pid)
    assert found
    assert max(map(len, found.stream())) < part + 1024


def test_asking_about_it_sends_nothing_of_it(index, client):
    page = with_documents(index, document("Wzór"))
    response = client.head(address(page))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b""


def test_many_at_once_from_one_network_are_told_to_wait(index, client, settings):
    settings.FILES_MADE_PER_NETWORK_PER_HOUR = 2
    page = with_documents(index, document("Wzór"))
    answers = [fetch(client, page) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"
    etag = answers[0]["ETag"]
    assert fetch(client, page, **{"if-none-match": etag}).status_code == 304


def test_the_english_address_speaks_english(index, client):
    page = with_documents(index, document("Wzór"))
    response = client.get(f"/en{address(page)}")
    assert next(iter(unpacked(response))) == "READ-ME.txt"
