"""Colours are measured, not guessed: text on its ground, in the light and the dark scheme."""

import re
from pathlib import Path

import pytest

import practices_pages

CSS = Path(practices_pages.__file__).parent / "static" / "practices_pages"
TEXTS = ("text", "text-soft", "link", "accent-text")
GROUNDS = ("ground", "ground-raised", "ground-sunk")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS]
PAIRS += [("band-text", "band"), ("band-soft", "band"), ("ground", "link")]
PAIRS += [("tint-text", "tint"), ("link", "tint"), ("accent-text", "tint")]
# Figures are large, lines and focus rings are not text: 3 : 1 (WCAG 1.4.3, 1.4.11).
LARGE = [("figure", ground) for ground in GROUNDS]
LARGE += [("line-strong", "ground"), ("line-strong", "ground-raised")]
LARGE += [("focus", ground) for ground in (*GROUNDS, "tint")]


def tokens(scheme: str) -> dict[str, str]:
    css = (CSS / "site.css").read_text(encoding="utf-8")
    light, _, rest = css.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): ([^;]+);", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): ([^;]+);", rest.partition("\n}\n")[0]))
    return found


def colour(name: str, found: dict[str, str]) -> str:
    value = found[name]
    reference = re.fullmatch(r"var\(--([a-z-]+)\)", value)
    return colour(reference.group(1), found) if reference else value


def luminance(value: str) -> float:
    digits = value.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [(*pair, 4.5) for pair in PAIRS] + [(*pair, 3.0) for pair in LARGE],
)
def test_text_stands_out_from_its_ground(scheme: str, front: str, back: str, least: float) -> None:
    found = tokens(scheme)

    assert contrast(colour(front, found), colour(back, found)) >= least


def test_a_card_brings_its_own_colour_of_text_into_any_band() -> None:
    (rule,) = re.findall(r"(?m)^\.card \{([^}]+)\}", (CSS / "page.css").read_text(encoding="utf-8"))

    assert "background: var(--ground-raised);" in rule
    assert "color: var(--text);" in rule


def test_in_a_dark_band_a_card_has_the_ring_of_the_other_links_there() -> None:
    site, page = ((CSS / name).read_text(encoding="utf-8") for name in ("site.css", "page.css"))

    assert ".band :focus-visible, .foot :focus-visible { outline-color: var(--band-soft); }" in site
    assert ".band .card:focus-within { outline-color: var(--band-soft); }" in page
