"""A file is what it contains, not what it is called."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return content.getvalue()


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user("administrator"))
    return client


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", zipped()),
        ("photo.png", b"<svg onload=alert(1)>"),
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("photo.webp", b""),
    ],
    ids=["a zip", "markup", "an svg", "nothing"],
)
def test_what_is_no_image_is_refused_in_words(
    administrator: Client, name: str, content: bytes
) -> None:
    answer = administrator.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Zdjęcie", "files[]": SimpleUploadedFile(name, content, "image/jpeg")},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code == 200
    assert not get_image_model().objects.exists()
    assert answer.json()["success"] is False
    assert answer.json()["error_message"]


def test_a_document_of_a_kind_we_do_not_serve_is_refused(administrator: Client) -> None:
    upload = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html")
    answer = administrator.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "Strona", "files[]": upload},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert answer.status_code in {200, 400}
    assert not get_document_model().objects.exists()
