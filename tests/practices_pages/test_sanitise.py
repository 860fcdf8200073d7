"""What may stay in a text from outside, and what a second cleaning finds: nothing."""

import contextlib
import random

import pytest

from practices_pages.sanitise import (
    MAX_LENGTH,
    MAX_TAGS,
    MarkupTooLong,
    clean_html,
    clean_text,
    shown_html,
)

SECTION = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


@pytest.mark.parametrize(
    "html",
    [
        '<p data-block-key="abc12">Zażółć <b>gęślą</b> <i>jaźń</i>.<br/>"Tak" &amp; nie &lt;5</p>',
        '<h3 data-block-key="x1">Kroki</h3><ol><li data-block-key="y2">raz</li></ol>',
        "<ul><li>raz<ul><li>dwa</li></ul></li></ul>",
        '<p><a href="https://gmina.example/?a=1&amp;b=2#c">uchwała</a></p>',
        '<p><a href="mailto:urzad@gmina.example">list</a> <a href="tel:+48123456789">tel</a></p>',
        '<p><a id="3" linktype="page">praktyka</a> <a linktype="document" id="4">wzór</a></p>',
        '<p><a href="/praktyki/">lista</a> <a href="#krok-2">krok</a></p>',
        "<p>w\xa0gminie, 12\xa0500\xa0zł</p>",
        "",
    ],
)
def test_what_the_editor_writes_stays_as_it_is(html):
    assert clean_html(html, SECTION) == html


@pytest.mark.parametrize(
    ("foreign", "clean"),
    [
        ("<h1>Tytuł</h1><h4>Punkt</h4>", "<h3>Tytuł</h3><h3>Punkt</h3>"),
        ("<div>raz</div><div>dwa</div>", "<p>raz</p><p>dwa</p>"),
        ("<table><tr><td>raz</td><td>dwa</td></tr></table>", "<p>raz</p><p>dwa</p>"),
        ('<p class="x" style="y" onclick="z">tekst</p>', "<p>tekst</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p><img src="x" onerror="alert(1)">obok</p>', "<p>obok</p>"),
        ('<a href="javascript:alert(1)">tu</a>', "<a>tu</a>"),
        ('<a href="https://bank.example@zly.example/">tu</a>', "<a>tu</a>"),
        ('<a linktype="page" id="1 or 1">tu</a>', "<a>tu</a>"),
        ('<a id="nazwa" href="https://gmina.example/">tu</a>', '<a href="https://gmina.example/">tu</a>'),
        ('<embed embedtype="media" url="https://zly.example/"/>tu', "tu"),
        ("<p>ala&nbsp;ma&nbsp;&nbsp;kota</p>", "<p>ala ma  kota</p>"),
        ("<p>fdp.&#x202e;exe</p>", "<p>fdp.exe</p>"),
        ("<scr\x00ipt>alert(1)</scr\x00ipt>po", "po"),
    ],
)  # fmt: skip
def test_foreign_markup_goes_and_its_words_stay(foreign, clean):
    assert clean_html(foreign, SECTION) == clean


def test_only_what_the_features_name_is_allowed():
    html = '<h2>a</h2><ul><li><b>b</b></li></ul><a linktype="document" id="1">c</a>'
    assert clean_html(html, ["bold", "link"]) == "<p>a</p><b>b</b><a>c</a>"
    assert clean_html(html, ["h2", "document-link"]) == (
        '<h2>a</h2>b<a linktype="document" id="1">c</a>'
    )


@pytest.mark.parametrize("html", ["a" * (MAX_LENGTH + 1), "<" * (MAX_TAGS + 1)])
def test_a_text_beyond_the_cap_is_refused_before_it_is_parsed_and_shown_as_text(html):
    with pytest.raises(MarkupTooLong):
        clean_html(html, SECTION)
    assert "<" not in shown_html(html)


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>" * 4_900,
        "<ul><li>" * 2_400,
        "<svg><math>" * 2_400,
        "<div" * 4_900,
        "&" * 20_000,
        "<!--" * 4_900,
    ],
    ids=lambda text: text[:12],
)
def test_damaged_markup_does_not_multiply(hostile):
    assert len(clean_html(hostile, SECTION)) <= MAX_LENGTH


@pytest.mark.parametrize(
    "bomb",
    ["<p><b><i><u><em>" * 1_000, "".join(f"<b a={number}><p>" for number in range(2_400))],
    ids=["repeated", "with attributes"],
)
def test_what_would_multiply_is_refused_or_small(bomb):
    with contextlib.suppress(MarkupTooLong):
        assert len(clean_html(bomb, SECTION)) <= MAX_LENGTH


PIECES = [
    "<p>", "</p>", "<b>", "</b>", "<i ", "<a href=", "'https://x.example/", '"', ">", "<", "&",
    "&lt;", "&nbsp;", "\xa0", "a", "ala", "7", " ", "<h1>", "</h3>", "<ul>", "<li>", "</li>",
    "<ol>", "<br>", "<table>", "<td>", "<svg>", "<math>", "<style>", "</style>", "<!--", "-->",
    "<script>", "<noscript>", "<template>", "<select>", "linktype=page ", "id=3 ", "\u202e",
    "&#x202e;", "\x00", "&#0;", "<div>", "</div>", "<form>", "<mtext>", "<title>", "</title>",
    "<![CDATA[", "]]>", "<a>", "</a>", "javascript:", "data-block-key=ab1 ",
    "<p data-block-key='x'>", "\u2028", "\ud800", "<font color=x>", "&amp;nbsp;",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_cleaning_what_is_clean_changes_nothing(seed):
    chance = random.Random(seed)
    for _ in range(100):
        html = "".join(chance.choices(PIECES, k=chance.randint(1, 40)))
        once = clean_html(html, SECTION)
        assert clean_html(once, SECTION) == once, html


def test_what_is_shown_is_clean_also_where_it_came_past_the_cleaning():
    dirty = '<p onclick="x">a<script>b</script><a href="javascript:c">d</a></p>'
    assert shown_html(dirty) == "<p>a<a>d</a></p>"


def test_plain_text_loses_only_what_nobody_sees():
    assert clean_text("a\u202eb\u200b\x00c\r\nd\te\u2028f") == "abc\nd\te\nf"
