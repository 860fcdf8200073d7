"""Every way into the panel judges a file by its content, and keeps nothing of a refused one."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from tests.factories import make_user
from tests.practices_pages import hostile
from tests.practices_pages.test_file_privacy import Files

pytestmark = pytest.mark.django_db
AJAX = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user("administrator"))
    return client


def one(client: Client, kind: str, name: str, content: bytes) -> Any:
    data = {"title": "Plik", "file": SimpleUploadedFile(name, content)}
    return client.post(reverse(f"wagtail{kind}:add"), data)


def many(client: Client, kind: str, name: str, content: bytes) -> Any:
    data = {"title": "Plik", "files[]": SimpleUploadedFile(name, content)}
    return client.post(reverse(f"wagtail{kind}:add_multiple"), data, headers=AJAX)


def chosen(client: Client, kind: str, name: str, content: bytes) -> Any:
    prefix = "image" if kind == "images" else "document"
    data = {
        f"{prefix}-chooser-upload-title": "Plik",
        f"{prefix}-chooser-upload-file": SimpleUploadedFile(name, content),
    }
    return client.post(reverse(f"wagtail{kind}_chooser:create"), data)


WAYS = [one, many, chosen]


def stored() -> set[str]:
    """The names of everything in the storage, below every folder."""
    names, folders = set(), [""]
    while folders:
        folder = folders.pop()
        inner, files = default_storage.listdir(folder)
        names |= {f"{folder}/{name}" for name in files}
        folders += [f"{folder}/{name}".strip("/") for name in inner]
    return names


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["skrypt.pdf", "makro.docx", "strona.html"])
def test_a_hostile_document_is_refused_in_words_and_nothing_of_it_is_kept(
    way: Any, name: str, administrator: Client
) -> None:
    default_storage.save("documents/x", io.BytesIO(b"x"))
    before = stored()
    answer = way(administrator, "docs", name, hostile.DOCUMENTS[name]())
    assert answer.status_code == 200
    text = answer.content.decode()
    words = {"skrypt.pdf": "skrypt", "makro.docx": "makra", "strona.html": "PPTX"}
    # JSON writes Polish letters as codes; these words have none.
    assert words[name] in text
    assert "dozwolone" not in text
    assert not get_document_model().objects.exists()
    assert not UploadedFile.objects.exists()
    assert stored() == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["obraz.svg", "gif jako.png", "powodz.png"])
def test_what_is_no_image_is_refused_in_words(way: Any, name: str, administrator: Client) -> None:
    default_storage.save("original_images/x", io.BytesIO(b"x"))
    before = stored()
    answer = way(administrator, "images", name, hostile.IMAGES[name]())
    assert answer.status_code == 200
    assert not get_image_model().objects.exists()
    assert stored() == before


@pytest.mark.parametrize("way", WAYS)
def test_a_photo_is_stored_without_place_and_under_an_honest_name(
    way: Any, administrator: Client
) -> None:
    way(administrator, "images", "\u202edwa.exe.jpg", hostile.DISGUISED["gps.jpg"]())
    image = get_image_model().objects.get()
    assert image.filename.startswith("dwa-exe")
    with image.open_file() as file:
        content = file.read()
    assert hostile.SECRET not in content
    assert image.file_size == len(content)
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.getexif().get(0x0112) == 6
    assert image.file_hash


def test_a_big_photo_that_django_keeps_on_the_disk_is_cleaned_as_well(
    administrator: Client, settings: Any
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    one(administrator, "images", "gps.jpg", hostile.DISGUISED["gps.jpg"]())
    with get_image_model().objects.get().open_file() as file:
        assert hostile.SECRET not in file.read()


def test_a_film_is_moved_to_where_it_is_kept_and_not_copied(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    upload = TemporaryUploadedFile("film.mp4", "video/mp4", 0, None)
    came_in_as = Path(upload.temporary_file_path()).stat().st_ino
    document = get_document_model().objects.create(title="Film", file=upload)
    upload.close()
    assert Path(document.file.path).stat().st_ino == came_in_as


def test_a_photo_that_waits_for_its_title_is_clean_already(administrator: Client) -> None:
    upload = SimpleUploadedFile("gps.jpg", hostile.DISGUISED["gps.jpg"]())
    data = {"title": "x" * 300, "files[]": upload}
    administrator.post(reverse("wagtailimages:add_multiple"), data, headers=AJAX)
    with UploadedFile.objects.get().file.open() as file:
        assert hostile.SECRET not in file.read()


@pytest.mark.parametrize("kind", ["docs", "images"])
def test_a_replaced_file_is_judged_and_a_refusal_leaves_the_old_one(
    kind: str, administrator: Client
) -> None:
    files = Files.make()
    old = files.attached if kind == "docs" else files.image
    made = hostile.DOCUMENTS["skrypt.pdf"] if kind == "docs" else hostile.IMAGES["html jako.jpg"]
    name = "nowy.pdf" if kind == "docs" else "nowy.jpg"
    answer = administrator.post(
        reverse(f"wagtail{kind}:edit", args=[old.pk]),
        {"title": "Plik", "file": SimpleUploadedFile(name, made())},
    )
    assert answer.status_code == 200
    new = type(old).objects.get(pk=old.pk)
    assert new.file.name == old.file.name
    assert default_storage.exists(old.file.name)


def test_a_title_changes_without_a_new_file(administrator: Client) -> None:
    document = Files.make().attached
    address = reverse("wagtaildocs:edit", args=[document.pk])
    assert administrator.post(address, {"title": "Nowy\u202e tytuł"}).status_code == 302
    document.refresh_from_db()
    assert document.title == "Nowy tytuł"


def test_a_day_has_so_many_files_for_one_person(client: Client, settings: Any) -> None:
    settings.PRACTICES_UPLOADS_PER_DAY = 2
    client.force_login(make_user("editor"))
    for number in range(4):
        answer = many(client, "docs", f"a{number}.txt", b"tekst")
    assert get_document_model().objects.count() == 2
    assert "(2)" in answer.json()["error_message"]
    # Somebody else still may, and the same person another day.
    get_document_model().objects.update(created_at="2020-01-01T00:00Z")
    many(client, "docs", "b.txt", b"tekst")
    assert get_document_model().objects.count() == 3
    client.force_login(make_user("editor"))
    many(client, "docs", "c.txt", b"tekst")
    assert get_document_model().objects.count() == 4


def test_a_day_has_so_many_bytes_for_one_person(client: Client, settings: Any) -> None:
    settings.PRACTICES_UPLOAD_BYTES_PER_DAY = 100
    client.force_login(make_user("editor"))
    many(client, "docs", "a.txt", b"x" * 60)
    answer = many(client, "docs", "b.txt", b"x" * 60)
    assert get_document_model().objects.count() == 1
    assert "100" in answer.json()["error_message"]


def test_what_is_stored_can_be_judged_again(capsys: pytest.CaptureFixture[str]) -> None:
    files = Files.make()
    call_command("check_files")
    assert "checked 3, problems 0" in capsys.readouterr().out

    files.attached.file.save("makro.docx", io.BytesIO(hostile.DOCUMENTS["makro.docx"]()))
    files.linked.file.storage.delete(files.linked.file.name)
    with pytest.raises(CommandError):
        call_command("check_files", "--json")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert f'"id": {files.attached.pk}' in lines[0]
    assert "makra" in lines[0]
