"""Films are judged by their boxes and elements, not by their names."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.documents import get_document_model

import cms
from cms.limits import BodyLimits
from practices_pages.uploads import UploadRefused, check_document
from practices_pages.uploads.mp4 import MOST_BOXES, MOST_CODECS
from tests.factories import make_user
from tests.practices_pages import hostile
from tests.practices_pages.filming import VTT, box, element, mp4, track, webm
from tests.practices_pages.test_uploads import WAYS

pytestmark = pytest.mark.django_db
DEMO = Path(cms.__file__).parent / "demo" / "documents"
# A cluster of a live recording does not say where it ends.
ENDLESS = element(0x1F43B675, size=0x1FFFFFFF) + element(0xE7, b"\1") + element(0xA3, b"obraz")


def judge(name: str, content: bytes) -> None:
    file = io.BytesIO(content)
    check_document(file, name)
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.mp4", mp4()),
        ("a.mp4", mp4(tracks=(track(b"av01"),))),
        ("a.mp4", mp4() + box(b"free", bytes(5))),
        ("a.mp4", mp4() + struct.pack(">I4sQ", 1, b"mdat", 20) + b"obra"),
        ("a.mp4", mp4() + struct.pack(">I4s", 0, b"mdat") + b"do konca"),
        ("a.webm", webm()),
        ("a.webm", webm(codec=b"V_VP8")),
        ("a.webm", webm(ENDLESS, ENDLESS)),
        ("a.vtt", VTT.encode()),
    ],
)
def test_a_film_that_browsers_show_is_taken(name: str, content: bytes) -> None:
    judge(name, content)


@pytest.mark.parametrize("file", sorted(DEMO.glob("film-*")), ids=lambda file: file.name)
def test_films_that_a_browser_recorded_are_taken(file: Path) -> None:
    judge(file.name, file.read_bytes())


HOSTILE: dict[str, Callable[[], bytes]] = {
    "pusty.mp4": lambda: b"",
    "strona.mp4": lambda: hostile.SCRIPT,
    "webm jako.mp4": webm,
    "obciety.mp4": lambda: mp4()[:-10],
    "za krotki.mp4": lambda: mp4() + b"\0\0\0",
    "z doklejonym.mp4": lambda: mp4() + hostile.zipped({"a.txt": b"x"}),
    "z nieznanym.mp4": lambda: mp4() + box(b"exec", b"x"),
    "dwa katalogi.mp4": lambda: mp4() + box(b"moov", track()),
    "bez katalogu.mp4": lambda: box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", b"x"),
    "bez typu.mp4": lambda: box(b"moov", track()) + box(b"mdat", b"x"),
    "quicktime.mp4": lambda: mp4(brand=b"qt  "),
    "dzwiek.mp4": lambda: mp4(tracks=(track(b"mp4a", b"soun"),)),
    "hevc.mp4": lambda: mp4(tracks=(track(b"hvc1"),)),
    "zaszyfrowany.mp4": lambda: mp4(tracks=(track(b"encv"),)),
    "miejsce.mp4": lambda: mp4(box(b"udta", box(b"\xa9xyz", b"\0\x12+52.2297+021.0122/"))),
    "miejsce 3gpp.mp4": lambda: mp4(box(b"udta", box(b"loci", b"Warszawa"))),
    "miejsce apple.mp4": lambda: mp4(
        box(b"meta", bytes(4), box(b"keys", b"com.apple.quicktime.location.ISO6709"))
    ),
    "przepelnienie.mp4": lambda: (
        box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4sQ", 1, b"moov", 2**64 - 1)
    ),
    "w srodku za dlugi.mp4": lambda: mp4(struct.pack(">I4s", 4000, b"udta")),
    "miejsce obok.mp4": lambda: mp4() + box(b"udta", box(b"\xa9xyz", b"+52.2297+021.0122/")),
    "miejsce xmp.mp4": lambda: mp4() + box(b"uuid", bytes(16), b"<x exif:GPSLatitude='52'/>"),
    "miejsce w notatkach.mp4": lambda: (
        mp4() + box(b"meta", bytes(4), box(b"keys", b"com.apple.quicktime.location.ISO6709"))
    ),
    "same pudelka.mp4": lambda: mp4(box(b"udta", box(b"free") * (MOST_BOXES + 1))),
    "same opisy.mp4": lambda: mp4(tracks=(track(), _described(b"avc1", MOST_CODECS + 1))),
    "gleboki.mp4": lambda: mp4(_nested(40)),
    "pusty.webm": lambda: b"",
    "strona.webm": lambda: hostile.SCRIPT,
    "mp4 jako.webm": mp4,
    "matroska.webm": lambda: webm(doc_type=b"matroska"),
    "obciety.webm": lambda: webm()[:-3],
    "z doklejonym.webm": lambda: webm() + hostile.zipped({"a.txt": b"x"}),
    "z zalacznikiem.webm": lambda: webm(element(0x1941A469, b"program")),
    "z nieznanym.webm": lambda: webm(element(0x11223344, b"x")),
    "inny kodek.webm": lambda: webm(codec=b"V_MPEG4/ISO/AVC"),
    "bez sciezek.webm": lambda: (
        element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, element(0xEC, b"x"))
    ),
    "bez segmentu.webm": lambda: element(0x1A45DFA3, element(0x4282, b"webm")),
    "sciezki bez konca.webm": lambda: webm(element(0x1654AE6B, size=0x1FFFFFFF)),
    "srt jako.vtt": lambda: b"1\n00:00:01,000 --> 00:00:02,000\nNapis\n",
    "skrypt.vtt": lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n<script>alert(1)</script>\n",
    "strona.vtt": lambda: b"<!doctype html>" + hostile.SCRIPT,
}


def _described(codec: bytes, times: int) -> bytes:
    entries = box(b"stsd", bytes(8), *[box(codec)] * times)
    return box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", entries))))


def _nested(depth: int) -> bytes:
    inner = box(b"free")
    for _level in range(depth):
        inner = box(b"udta", inner)
    return inner


@pytest.mark.parametrize("name", HOSTILE)
def test_anything_else_is_refused_in_words(name: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        judge(name, HOSTILE[name]())
    assert len(refused.value.messages[0]) > 20


def test_whoever_uploads_a_film_from_a_telephone_learns_what_to_do() -> None:
    with pytest.raises(UploadRefused, match="lokalizacji"):
        judge("miejsce.mp4", HOSTILE["miejsce.mp4"]())
    with pytest.raises(UploadRefused, match=r"H\.264"):
        judge("hevc.mp4", HOSTILE["hevc.mp4"]())


@pytest.mark.parametrize("way", WAYS)
def test_films_and_captions_come_in_by_every_way_and_hostile_ones_do_not(
    way: Any, client: Client
) -> None:
    client.force_login(make_user("administrator"))
    for name, content in (("film.mp4", mp4()), ("film.webm", webm()), ("n.vtt", VTT.encode())):
        way(client, "docs", name, content)
    assert get_document_model().objects.count() == 3
    for name in ("hevc.mp4", "z zalacznikiem.webm", "skrypt.vtt"):
        way(client, "docs", name, HOSTILE[name]())
    assert get_document_model().objects.count() == 3


@pytest.mark.parametrize("way", WAYS)
def test_only_a_film_may_be_as_big_as_a_film(way: Any, client: Client, settings: Any) -> None:
    settings.PRACTICES_MAX_DOCUMENT_BYTES = 200
    settings.PRACTICES_MAX_FILM_BYTES = 2000
    client.force_login(make_user("administrator"))
    refused = way(client, "docs", "a.txt", b"x" * 300)
    assert "200" in refused.content.decode()
    way(client, "docs", "film.mp4", mp4())
    way(client, "docs", "wielki.mp4", mp4() + box(b"free", bytes(2000)))
    assert [file.title for file in get_document_model().objects.all()] == ["Plik"]
    assert django_settings.WAGTAILDOCS_MAX_UPLOAD_SIZE == 500 * 1024 * 1024


@pytest.mark.parametrize(
    ("role", "address", "is_read"),
    [
        ("editor", "wagtaildocs:add", True),
        ("editor", "wagtaildocs:add_multiple", True),
        ("editor", "wagtailimages:add", False),
        (None, "wagtaildocs:add", False),
    ],
)
def test_a_long_body_is_read_from_people_who_signed_in_and_only_where_films_come_in(
    role: str | None, address: str, is_read: bool, client: Client, rf: RequestFactory
) -> None:
    if role:
        client.force_login(make_user(role))
    else:
        client.cookies["sessionid"] = "zmyslona-sesja"
    rf.cookies = client.cookies
    door = BodyLimits(lambda request: HttpResponse("read"))

    def answer(megabytes: int) -> int:
        length = str(megabytes * 1024 * 1024)
        return door(rf.post(reverse(address), CONTENT_LENGTH=length)).status_code

    assert answer(20) == 200
    assert answer(400) == (200 if is_read else 413)
    assert answer(600) == 413
