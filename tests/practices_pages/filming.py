"""Films and collections for tests, and the bytes of small films made by hand."""

import struct
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from practices_pages.models import (
    CollectionIndexPage,
    CollectionItem,
    CollectionPage,
    FilmIndexPage,
    FilmPage,
    FilmQuestion,
    HomePage,
    PracticePage,
)

YOUTUBE = "https://youtu.be/AbCdEfGhIjK"
VTT = """WEBVTT

00:00.500 --> 00:03.000
<v Dyrektorka>Autobus odjeżdżał dwie godziny po lekcjach.

00:03.200 --> 00:06.000
Dzieci czekały na korytarzu.

00:06.100 --> 00:09.000
<v Wójt>Ułożyliśmy jeden rozkład dla szkół i kursów.
"""
_numbers = count(1)


def box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I4s", len(inner) + 8, kind) + inner


def track(codec: bytes = b"avc1", handler: bytes = b"vide") -> bytes:
    described = box(b"stsd", bytes(4), struct.pack(">I", 1), box(codec, bytes(70)))
    handled = box(b"hdlr", bytes(8), handler, bytes(12))
    return box(b"trak", box(b"mdia", handled, box(b"minf", box(b"stbl", described))))


def mp4(*inside: bytes, brand: bytes = b"isom", tracks: tuple[bytes, ...] | None = None) -> bytes:
    """A film of no length; `inside` is more in its directory."""
    made = (track(), track(b"mp4a", b"soun")) if tracks is None else tracks
    moov = box(b"moov", box(b"mvhd", bytes(100)), *made, *inside)
    return box(b"ftyp", brand, bytes(4), brand) + moov + box(b"mdat", b"obraz" * 40)


def element(name: int, *content: bytes, size: int | None = None) -> bytes:
    inner = b"".join(content)
    width = (name.bit_length() + 7) // 8
    length = (0x10000000 | len(inner)) if size is None else size
    return name.to_bytes(width, "big") + length.to_bytes(4, "big") + inner


def webm(*inside: bytes, doc_type: bytes = b"webm", codec: bytes = b"V_VP9") -> bytes:
    """A film of no length; `inside` stands behind its one cluster."""
    head = element(0x1A45DFA3, element(0x4282, doc_type))
    listed = element(0x1654AE6B, element(0xAE, element(0x86, codec)))
    cluster = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, b"obraz"))
    return head + element(0x18538067, listed, cluster, *inside)


def make_document(name: str, content: bytes) -> Any:
    document = get_document_model()(title=name)
    document.file.save(name, ContentFile(content), save=False)
    document._set_document_file_metadata()
    document.save()
    return document


def make_film_index(**fields: Any) -> FilmIndexPage:
    home = HomePage.objects.get()
    index = FilmIndexPage(title="Filmy", slug="filmy", locale=home.locale, **fields)
    home.add_child(instance=index)
    return index


def complete_film_fields() -> dict[str, Any]:
    """Plain fields with which a film on YouTube passes the gate."""
    return {
        "lead": "Gmina pokazuje, jak ułożyła jeden rozkład lekcji i kursów.",
        "youtube_url": YOUTUBE,
        "youtube_captions_checked": True,
        "transcript": "<p>Dyrektorka: Dzieci czekały na korytarzu.</p>",
        "audio_description": "not_needed",
        "length_seconds": 245,
    }


def file_fields() -> dict[str, Any]:
    """Plain fields with which a film of our own passes the gate."""
    number = next(_numbers)
    return {
        "lead": "Gmina pokazuje, jak ułożyła jeden rozkład lekcji i kursów.",
        "video": make_document(f"film-{number}.mp4", mp4()),
        "captions": make_document(f"napisy-{number}.vtt", VTT.encode()),
        "audio_description": "not_needed",
    }


def make_film(index: FilmIndexPage, *, live: bool = False, **overrides: Any) -> FilmPage:
    """A film below `index`, saved with one revision. `questions` are texts."""
    questions = overrides.pop("questions", ["Jak skrócić czekanie na autobus?"])
    edited_by = overrides.pop("edited_by", None)
    number = next(_numbers)
    fields = {"title": f"Film {number}", "slug": f"film-{number}"} | overrides
    if not overrides.keys() & {"video", "youtube_url"}:
        fields = complete_film_fields() | fields
    page = FilmPage(live=False, has_unpublished_changes=True, locale=index.locale, **fields)
    page.questions = [FilmQuestion(question=text) for text in questions]
    index.add_child(instance=page)
    revision = page.save_revision(user=edited_by)
    if live:
        revision.publish()
    return FilmPage.objects.get(pk=page.pk)


def make_collection_index() -> CollectionIndexPage:
    home = HomePage.objects.get()
    index = CollectionIndexPage(title="Zbiory", slug="zbiory", locale=home.locale)
    home.add_child(instance=index)
    return index


def make_collection(
    index: CollectionIndexPage,
    *practices: PracticePage,
    live: bool = False,
    **overrides: Any,
) -> CollectionPage:
    number = next(_numbers)
    fields = {"title": f"Zbiór {number}", "slug": f"zbior-{number}", "lead": "Wybrane praktyki."}
    page = CollectionPage(live=False, locale=index.locale, **(fields | overrides))
    page.items = [CollectionItem(practice=practice) for practice in practices]
    index.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return CollectionPage.objects.get(pk=page.pk)
