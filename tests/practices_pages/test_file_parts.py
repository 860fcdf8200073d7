"""Players ask for parts of a film; whatever they ask, they get bytes of it or a clear no."""

from typing import Any

import pytest
from django.test import Client

from practices_pages.file_parts import Part, Unsatisfiable, part_of
from tests.factories import make_site_tree
from tests.practices_pages.filming import file_fields, make_film, make_film_index, mp4

pytestmark = pytest.mark.django_db
FILM = mp4()
SIZE = len(FILM)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=90-200", 90, 99),
        ("bytes=-10", 90, 99),
        ("bytes=-500", 0, 99),
        (" bytes=5-6 ", 5, 6),
    ],
)
def test_one_part_is_understood(asked: str, first: int, last: int) -> None:
    part = part_of(asked, 100)
    assert part == Part(first, last, 100)
    assert part.length == last - first + 1


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6", "items=0-5", "bytes=0x1-2", "0-5",
     "bytes=1_0-20", "bytes=٠-٥", "bytes=" + "9" * 40 + "-", "bytes=--5"],
)  # fmt: skip
def test_what_is_no_single_part_is_answered_with_the_whole(asked: str) -> None:
    assert part_of(asked, 100) is None


@pytest.mark.parametrize(
    ("asked", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_a_part_that_is_not_there_is_refused(asked: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(asked, size)


@pytest.fixture
def film() -> Any:
    make_site_tree()
    return make_film(make_film_index(), live=True, **file_fields())


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer)


def test_a_part_of_a_film_is_sent_as_such(film: Any, client: Client) -> None:
    answer = client.get(film.video.url, headers={"Range": "bytes=4-11"})
    assert answer.status_code == 206
    assert bytes_of(answer) == FILM[4:12]
    assert answer["Content-Range"] == f"bytes 4-11/{SIZE}"
    assert answer["Content-Length"] == "8"
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "ETag" in answer


def test_the_parts_put_together_are_the_film(film: Any, client: Client) -> None:
    got = b""
    while len(got) < SIZE:
        asked = f"bytes={len(got)}-{len(got) + 99}"
        got += bytes_of(client.get(film.video.url, headers={"Range": asked}))
    assert got == FILM


def test_without_a_part_the_whole_film_is_sent(film: Any, client: Client) -> None:
    for headers in ({}, {"Range": "bytes=0-1,4-5"}, {"Range": "bytes=0-1", "If-Range": '"inny"'}):
        answer = client.get(film.video.url, headers=headers)
        assert answer.status_code == 200
        assert bytes_of(answer) == FILM
        assert answer["Accept-Ranges"] == "bytes"
        assert "Content-Range" not in answer


def test_a_part_of_the_same_version_may_follow(film: Any, client: Client) -> None:
    tag = client.head(film.video.url)["ETag"]
    answer = client.get(film.video.url, headers={"Range": "bytes=0-1", "If-Range": tag})
    assert (answer.status_code, bytes_of(answer)) == (206, FILM[:2])
    same = client.get(film.video.url, headers={"Range": "bytes=0-1", "If-None-Match": tag})
    assert same.status_code == 304


def test_a_part_behind_the_end_is_refused_with_the_size(film: Any, client: Client) -> None:
    answer = client.get(film.video.url, headers={"Range": f"bytes={SIZE}-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_head_tells_of_the_whole_film_whatever_part_is_asked_for(film: Any, client: Client) -> None:
    answer = client.head(film.video.url, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Length"]) == (200, str(SIZE))


def test_captions_are_shown_to_players_as_what_they_are(film: Any, client: Client) -> None:
    answer = client.get(film.captions.url, headers={"Range": "bytes=0-1"})
    assert answer.status_code == 200
    assert bytes_of(answer).startswith(b"WEBVTT")
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer["Content-Disposition"].startswith("inline")


def test_a_lost_film_is_not_there(film: Any, client: Client) -> None:
    film.video.file.storage.delete(film.video.file.name)
    for headers in ({}, {"Range": "bytes=0-1"}):
        assert client.get(film.video.url, headers=headers).status_code == 404


def test_the_server_in_front_cuts_what_it_sends(film: Any, client: Client, settings: Any) -> None:
    settings.PRACTICES_FILE_ACCEL_PREFIX = "/protected-media/"
    answer = client.get(film.video.url, headers={"Range": "bytes=0-1"})
    assert answer.status_code == 200
    assert answer["X-Accel-Redirect"].startswith("/protected-media/documents/")
    assert answer.content == b""
