"""Whatever somebody uploads on purpose is refused in words, or loses what it hides."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

from practices_pages.uploads import UploadRefused, check_document, clean_image, clean_name
from practices_pages.uploads.texts import CHUNK
from tests.practices_pages import hostile

GOOD = {
    "umowa.pdf": hostile.pdf,
    "strona startowa.pdf": lambda: hostile.pdf_of(
        "<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>", hostile.PAGES, hostile.PAGE
    ),
    "odnosnik.pdf": hostile.acting("AA", "URI", URI="https://gmina.example/"),
    "pismo.docx": hostile.office,
    "z odnosnikiem.docx": hostile.linking("hyperlink", "https://gmina.example/"),
    "z wykresem.docx": lambda: hostile.office(
        **{"word__embeddings__Arkusz.xlsx": hostile.office("xlsx")}
    ),
    "arkusz.xlsx": lambda: hostile.office("xlsx"),
    "pokaz.pptx": lambda: hostile.office("pptx"),
    "pismo.odt": lambda: hostile.open_document(
        **{"content.xml": '<c><draw:a xlink:href="https://gmina.example/"/></c>'}
    ),
    "arkusz.ods": lambda: hostile.open_document("spreadsheet"),
    "dane.csv": lambda: "gmina;złoty\nŁódź;1".encode("cp1250"),
    "dane utf.csv": lambda: b"\xef\xbb\xbf" + "gmina;Łódź\r\n".encode(),
    "dane latin.txt": lambda: "zażółć gęślą jaźń < 5 & > 3".encode("iso-8859-2"),
    "pusty.txt": lambda: b"",
    "dluga.csv": lambda: b"a" * (CHUNK - 1) + "ąęż".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_an_office_writes_is_taken(name: str) -> None:
    file = io.BytesIO(GOOD[name]())
    check_document(file, name)
    assert file.tell() == 0


@pytest.mark.parametrize("name", hostile.DOCUMENTS)
def test_a_hostile_document_is_refused_in_words(name: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        check_document(io.BytesIO(hostile.DOCUMENTS[name]()), clean_name(name))
    assert len(refusal.value.messages[0]) > 20


@pytest.mark.parametrize("name", hostile.IMAGES)
def test_a_hostile_image_is_refused_in_words(name: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        clean_image(io.BytesIO(hostile.IMAGES[name]()), name)
    assert len(refusal.value.messages[0]) > 20


def test_the_corpus_is_no_smaller_than_it_was() -> None:
    assert len(list(hostile.corpus())) >= 80


@pytest.mark.parametrize("name", hostile.DISGUISED)
def test_an_image_loses_what_it_hides(name: str) -> None:
    before = hostile.DISGUISED[name]()
    after = clean_image(io.BytesIO(before), name)

    assert hostile.SECRET in before
    for hidden in (hostile.SECRET, hostile.SCRIPT, b"PK\x05\x06"):
        assert hidden not in after
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert (new.format, new.size) == (old.format, old.size)
        assert new.getexif().get(0x0112) == old.getexif().get(0x0112)
        assert not new.getexif().get_ifd(0x8825)


def test_an_image_keeps_its_pixels_and_its_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = hostile.image("PNG", icc_profile=profile)
    with Image.open(io.BytesIO(clean_image(io.BytesIO(before), "a.png"))) as after:
        assert after.info["icc_profile"] == profile
        assert after.getpixel((3, 3)) == (200, 120, 40)


def test_an_animation_keeps_its_frames() -> None:
    with Image.open(io.BytesIO(clean_image(io.BytesIO(hostile.animation(5)), "a.gif"))) as after:
        assert getattr(after, "n_frames", 1) == 5


def test_pixels_are_counted_before_they_are_decoded(settings: Any) -> None:
    settings.PRACTICES_MAX_IMAGE_PIXELS = 100
    picture = io.BytesIO(hostile.image("PNG", (11, 10)))
    # Cut off behind its header: whoever decoded it would complain of something else.
    with pytest.raises(UploadRefused, match="pikseli"):
        clean_image(io.BytesIO(picture.getvalue()[:60]), "a.png")
    frames = hostile.animation(20, (4, 4))
    with pytest.raises(UploadRefused, match="pikseli"):
        clean_image(io.BytesIO(frames), "a.gif")


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("umowa\u202efdp.exe", "umowafdp.exe"),
        ("\u202excod.pdf", "xcod.pdf"),
        ("faktura.exe.PDF", "faktura-exe.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\dokumenty\\wzór.docx", "wzór.docx"),
        ("wz\x00ór\r\n.pdf", "wzór.pdf"),
        ("zażo\u0301łć.pdf", "zażółć.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ("NUL.txt", "plik-NUL.txt"),
        (".pdf", "plik.pdf"),
        ("wzór<script>.pdf ", "wzór-script.pdf"),
        ("", "plik"),
    ],
)
def test_a_name_cannot_pretend(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned
    assert clean_name(cleaned) == cleaned


def test_a_refusal_leaves_the_file_at_its_beginning() -> None:
    upload = SimpleUploadedFile("a.txt", b"tekst\x00")
    with pytest.raises(UploadRefused):
        check_document(upload, "a.txt")
    assert upload.tell() == 0
