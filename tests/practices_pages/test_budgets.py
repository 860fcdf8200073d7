"""What a page may weigh, on the files themselves and on the demo's pages."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import budgets
from tests.browser.surfaces import comparison_of_four

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FETCHED = {"src", "poster", "data", "background"}
SEVERAL = {"srcset", "imagesrcset"}
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect"}


@dataclass
class Asked(HTMLParser):
    """What a browser fetches for a page, by what it is, and styles and scripts within it."""

    html: str
    styles: set[str] = field(default_factory=set)
    scripts: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    inline: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "style" or any(name == "style" or name.startswith("on") for name in named):
            self.inline.append(self.get_starttag_text() or tag)
        relations = set(named.get("rel", "").split())
        if tag == "script" and "src" in named:
            self.scripts.add(named["src"])
        elif tag == "link" and "stylesheet" in relations:
            self.styles.add(named["href"])
        elif tag == "link" and relations & FETCHED_LINKS:
            self.others.add(named["href"])
        for name in named.keys() & FETCHED:
            self.others.add(named[name])
        for name in named.keys() & SEVERAL:
            self.others |= {entry.split()[0] for entry in named[name].split(",")}

    @property
    def foreign(self) -> set[str]:
        asked = self.styles | self.scripts | self.others
        return {url for url in asked if not url.startswith("/") or url.startswith("//")}


def weight(addresses: set[str]) -> int:
    total = 0
    for address in addresses:
        path = finders.find(address.removeprefix("/static/"))
        assert path, address
        with open(path, "rb") as file:
            total += len(file.read())
    return total


def test_no_page_of_the_demo_is_too_heavy_or_asks_anybody_else(
    demo_content: None, client: Client
) -> None:
    listed = re.findall(r"<loc>http://testserver([^<]+)</loc>", read(client, "/sitemap.xml"))
    addresses = [url for url in listed if not url.startswith("/en/") or url.count("/") < 4]
    assert len(addresses) > 20

    is_full = False
    for url in [*addresses, "/newsletter/", comparison_of_four()]:
        html = read(client, url)
        asked = Asked(html)
        assert budgets.compressed(html.encode()) < budgets.HTML, url
        assert weight(asked.styles) < budgets.CSS, url
        assert weight(asked.scripts) < budgets.JAVASCRIPT, url
        assert not asked.inline, url
        assert not asked.foreign, url
        is_full |= url == "/dobre-praktyki/" and 'rel="next"' in html
    assert is_full, "The first page of the catalogue has room left: no page was measured full."


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_every_address_that_a_tag_fetches_is_looked_at() -> None:
    asked = Asked(
        '<link rel="canonical" href="https://site.example/">'
        '<link rel="icon" href="//icons.example">'
        '<img src="/a.jpg" srcset="https://one.example/b.jpg 1x, /c.jpg 2x" sizes="1px">'
        '<video poster="https://two.example/d.jpg"><track src="//three.example/e.vtt"></video>'
        '<p style="color: red"><a onclick="f()" href="https://site.example/">x</a>'
    )
    assert asked.foreign == {
        "//icons.example",
        "https://one.example/b.jpg",
        "https://two.example/d.jpg",
        "//three.example/e.vtt",
    }
    assert len(asked.inline) == 2
