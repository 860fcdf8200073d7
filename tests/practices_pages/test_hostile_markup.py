"""The corpus of hostile snippets, read after cleaning by a parser that is none of the cleaners'."""

from html.parser import HTMLParser

import pytest

from practices_pages.sanitise import LINK_SCHEMES, clean_html, is_safe_address, shown_html
from tests.xss_corpus import CORPUS

SECTION = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
TAGS = {"h2", "h3", "b", "strong", "i", "em", "ol", "ul", "li", "a", "p", "br"}
ATTRIBUTES = {"href", "id", "linktype", "data-block-key"}
# Where a snippet may stand in a text of others.
PLACES = (
    "{}",
    "<p>{}</p>",
    "<ul><li>{}</li></ul>",
    '<p><a href="{}">x</a></p>',
    '<p title="{}">x</p>',
    "<table><tr><td>{}</td></tr></table>",
    "<svg>{}</svg>",
    "<!-- {} -->",
    "<style>{}</style>",
    "<b><i>{}",
)


class Reader(HTMLParser):
    """Everything in it that is not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in TAGS or values.keys() - ATTRIBUTES:
            self.found.append(self.get_starttag_text() or tag)
        if "href" in values and not is_safe_address(values["href"] or "", LINK_SCHEMES):
            self.found.append(self.get_starttag_text() or tag)
        if "id" in values and not (values["id"].isdigit() and "linktype" in values):
            self.found.append(self.get_starttag_text() or tag)

    def handle_comment(self, data):
        self.found.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def test_the_corpus_is_large():
    assert len(CORPUS) >= 200


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_a_snippet_is_left_in_any_place(place):
    for snippet in CORPUS:
        html = place.format(snippet) if "{{" not in snippet else place.replace("{}", snippet)
        clean = clean_html(html, SECTION)
        assert Reader(clean).found == [], snippet
        assert clean_html(clean, SECTION) == clean, snippet


@pytest.mark.django_db
def test_no_snippet_is_shown_alive_where_it_came_past_the_cleaning():
    for snippet in CORPUS:
        assert Reader(shown_html(snippet)).found == [], snippet
    assert Reader(shown_html("".join(CORPUS))).found == []
