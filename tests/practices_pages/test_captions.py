"""Captions: what is taken, what is refused and where it is wrong, and the text they make."""

import pytest

from practices_pages import captions
from practices_pages.captions import CaptionsInvalid, Cue, Paragraph
from tests.practices_pages.filming import VTT

HEAD = "WEBVTT\n\n"
TIMES = "00:01.000 --> 00:02.000"


def test_cues_are_read_with_their_times_and_voices() -> None:
    first, second, third = captions.read(VTT.encode())
    assert first == Cue(0.5, 3.0, "Dyrektorka", "Autobus odjeżdżał dwie godziny po lekcjach.")
    assert second.voice == ""
    assert third.voice == "Wójt"


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeffWEBVTT napisy\r\n\r\n1\r\n{TIMES} align:start line:90%\r\nTak.\r\n",
        f"WEBVTT\n\nNOTE autor: biuro\n\n{TIMES}\nTak.",
        f"{HEAD}{TIMES}\n<b>Tak</b>, <i.głośno>tak</i>, <c.yellow>tak</c>.\n",
        f"{HEAD}{TIMES}\n<lang en>Yes</lang> &amp; <00:01.500>no\n",
        f"{HEAD}01:00:01.000 --> 101:00:02.000\nTak.\n",
        f"WEBVTT\r\r{TIMES}\rTak.\r",
    ],
)
def test_what_the_standard_knows_and_browsers_show_is_taken(text: str) -> None:
    assert len(captions.read(text.encode())) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{TIMES}\nBez nagłówka", ""),
        ("WEBVTTX\n\n" + TIMES + "\nTak.", ""),
        ("1\n00:00:01,000 --> 00:00:02,000\nSRT\n", ""),
        (HEAD, ""),
        ("WEBVTT\nKind: captions\n\n" + TIMES + "\nTak.", "2"),
        (f"{HEAD}STYLE\n::cue {{ background: url(https://zly.example/x) }}\n", "3"),
        (f"{HEAD}REGION\nid:dol\n", "3"),
        (f"{HEAD}{TIMES}\n<script>alert(1)</script>\n", "4"),
        (f"{HEAD}{TIMES}\n<img src=x onerror=alert(1)>\n", "4"),
        (f"{HEAD}{TIMES}\n<b onclick=x>Tak</b>\n", "4"),
        (f"{HEAD}{TIMES}\n<v Ala<script>>Tak\n", "4"),
        (f"{HEAD}{TIMES}\nTak\n{TIMES}\nNie\n", "4"),
        (f"{HEAD}{TIMES}\n\u200b\n", "4"),
        (f"{HEAD}{TIMES}\n<b></b>\n", "4"),
        (f"{HEAD}1\n", "3"),
        (f"{HEAD}00:02.000 --> 00:01.000\nTak.\n", "3"),
        (f"{HEAD}00:01.000 --> 00:99.000\nTak.\n", "3"),
        (f"{HEAD}{'9' * 400}:00:01.000 --> {'9' * 400}:00:02.000\nTak.\n", "3"),
        (f"{HEAD}{'9' * 5000}:00:01.000 --> {'9' * 5000}:00:02.000\nTak.\n", "3"),
        (f"{HEAD}{TIMES} onclick:x\nTak.\n", "3"),
        (f"{HEAD}{TIMES}\nTak.\n\n00:00.500 --> 00:03.000\nWstecz.\n", "6"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, place: str) -> None:
    with pytest.raises(CaptionsInvalid) as refused:
        captions.read(text.encode())
    assert f"{place}:" in str(refused.value) if place else str(refused.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfeW\0", "WEBVTT\n\nżółw".encode("cp1250"), b"WEBVTT\n\n\0", b"x" * 3_000_000],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(CaptionsInvalid):
        captions.read(content)


def test_more_captions_than_a_film_has_are_refused() -> None:
    many = HEAD + f"{TIMES}\nTak.\n\n" * (captions.MOST_CUES + 1)
    with pytest.raises(CaptionsInvalid):
        captions.read(many.encode())


def test_captions_become_a_text_by_voices_and_pauses() -> None:
    cues = [
        *captions.read(VTT.encode()),
        Cue(20.0, 22.0, "", "Po przerwie."),
        Cue(22.1, 23.0, "", "Dalej."),
    ]
    assert captions.paragraphs(cues) == [
        Paragraph(
            0,
            "Dyrektorka",
            "Autobus odjeżdżał dwie godziny po lekcjach. Dzieci czekały na korytarzu.",
        ),
        Paragraph(6, "Wójt", "Ułożyliśmy jeden rozkład dla szkół i kursów."),
        Paragraph(20, "", "Po przerwie. Dalej."),
    ]


def test_a_long_speech_is_divided_where_a_sentence_ends() -> None:
    speech = [Cue(second, second + 1, "Wójt", "Zdanie o szkole.") for second in range(60)]
    parts = captions.paragraphs(speech)
    assert 1 < len(parts) < 6
    assert all(part.text.endswith(".") for part in parts)
    assert sum(part.text.count("Zdanie") for part in parts) == 60


def test_what_nobody_sees_does_not_stay_in_the_text() -> None:
    cue = captions.read(f"{HEAD}{TIMES}\n<v Ala\u202e>Tak\u200b &lt;b&gt;\n".encode())[0]
    assert (cue.voice, cue.text) == ("Ala", "Tak <b>")
