"""Captions in WebVTT: read strictly, because browsers forgive and readers of captions cannot.

What is taken is a part of the standard that every browser shows alike: cues, their settings and
plain marks within them, notes; no style sheets, no regions, no other markup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _

from practices_pages.sanitise import clean_line, clean_text

MOST_BYTES = 2 * 1024 * 1024
MOST_CUES = 20_000
TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}((?:[ \t]+\S+)*)[ \t]*", re.ASCII)
SETTING = re.compile(r"(?:vertical|line|position|size|align):[a-z0-9.,%-]{1,40}", re.ASCII)
MARK = re.compile(
    r"</?(?:[bciu]|ruby|rt|v|lang)?>|<(?:[bciu]|ruby|rt)(?:\.[\w-]+)+>"
    r"|<(?:v|lang)(?:\.[\w-]+)*[ \t][^<>&\n]{1,100}>|<\d{2,3}(?::[0-5]\d){1,2}\.\d{3}>",
)
VOICE = re.compile(r"<v(?:\.[\w-]+)*[ \t]+([^<>]+)>")
STYLED = ("STYLE", "REGION")
# Cues of one speaker run on as one paragraph, until a pause or until it is long enough.
PAUSE_SECONDS = 2.5
LONG_PARAGRAPH = 420


class CaptionsInvalid(ValueError):
    """The text is not WebVTT as we take it; the message says where and why."""


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    voice: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """What one speaker says without a pause. `start` is in whole seconds."""

    start: int
    voice: str
    text: str


def read(content: bytes) -> list[Cue]:
    """Every cue in its order. Raises CaptionsInvalid."""
    if len(content) > MOST_BYTES:
        raise CaptionsInvalid(_("The captions are far too long."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptionsInvalid(_("Captions must be saved as UTF-8.")) from error
    if "\0" in text:
        raise CaptionsInvalid(_("Captions must be plain text."))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise CaptionsInvalid(_("Captions must begin with the line WEBVTT: save them as WebVTT."))
    cues = list(_cues(lines))
    if not cues:
        raise CaptionsInvalid(_("There is not a single caption in the file."))
    return cues


def paragraphs(cues: list[Cue]) -> list[Paragraph]:
    """The captions as a text to be read: the transcript of a film that has no other."""
    found: list[Paragraph] = []
    ended = 0.0
    for cue in cues:
        last = found[-1] if found else None
        # A voice is named where it begins; captions without one belong to whoever spoke last.
        goes_on = last is not None and cue.voice in {"", last.voice}
        if last and goes_on and cue.start - ended < PAUSE_SECONDS and not _is_long(last.text):
            found[-1] = Paragraph(last.start, last.voice, f"{last.text} {cue.text}")
        else:
            found.append(Paragraph(int(cue.start), cue.voice, cue.text))
        ended = cue.end
    return found


def _is_long(text: str) -> bool:
    return len(text) > LONG_PARAGRAPH and text.endswith((".", "!", "?", "…"))


def _cues(lines: list[str]) -> Iterator[Cue]:
    started = 0.0
    for number, block in _blocks(lines):
        if block[0].split(" ")[0] == "NOTE":
            continue
        if block[0].strip() in STYLED:
            raise _wrong(number, _("styles and regions are not taken"))
        place = 0 if "-->" in block[0] else 1
        if place >= len(block):
            raise _wrong(number, _("a caption has no times"))
        start, end = _times(number + place, block[place])
        if end <= start or start < started:
            raise _wrong(number + place, _("the times are not in order"))
        started = start
        yield _cue(number + place + 1, start, end, block[place + 1 :])


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty ones, with the number of the first of them."""
    block: list[str] = []
    # What stands right below the first line is a header, up to the first empty line.
    begin = next((place for place, line in enumerate(lines) if not line), len(lines))
    if begin > 1:
        raise _wrong(2, _("after the line WEBVTT comes an empty line"))
    count = 0
    for number, line in enumerate([*lines[begin:], ""], start=begin + 1):
        if line:
            block.append(line)
        elif block:
            count += 1
            if count > MOST_CUES:
                raise CaptionsInvalid(_("The captions are far too long."))
            yield number - len(block), block
            block = []


def _times(number: int, line: str) -> tuple[float, float]:
    timing = TIMING.fullmatch(line)
    if timing is None:
        raise _wrong(number, _("times are written as 00:01.000 --> 00:04.000"))
    if not all(SETTING.fullmatch(setting) for setting in timing[9].split()):
        raise _wrong(number, _("behind the times stands a setting that is not taken"))
    start, end = (_seconds(timing.groups()[place : place + 4]) for place in (0, 4))
    return start, end


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _cue(number: int, start: float, end: float, lines: list[str]) -> Cue:
    payload = "\n".join(lines)
    if "-->" in payload:
        raise _wrong(number, _("between two captions an empty line is missing"))
    plain = MARK.sub("", payload)
    if "<" in plain:
        raise _wrong(number, _("a mark in angle brackets is not taken"))
    voice = VOICE.search(payload)
    text = " ".join(clean_text(unescape(plain)).split())
    if not text:
        raise _wrong(number, _("a caption is empty"))
    return Cue(start, end, clean_line(unescape(voice[1])) if voice else "", text)


def _wrong(number: int, reason: str) -> CaptionsInvalid:
    return CaptionsInvalid(
        _("Captions, line %(number)d: %(reason)s.") % {"number": number, "reason": reason}
    )
