"""What a page may weigh, on the files themselves and on the demo's pages."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CSS, JAVASCRIPT, HTML = 40_000, 20_000, 60_000


def weight(address: str) -> int:
    path = finders.find(address.removeprefix("/static/"))
    assert path, address
    with open(path, "rb") as file:
        return len(file.read())


def loaded(html: str, pattern: str) -> int:
    return sum(weight(address) for address in set(re.findall(pattern, html)))


def test_no_page_of_the_demo_is_too_heavy_or_asks_anybody_else(
    demo_content: None, client: Client
) -> None:
    listed = re.findall(r"<loc>http://testserver([^<]+)</loc>", read(client, "/sitemap.xml"))
    addresses = [url for url in listed if not url.startswith("/en/") or url.count("/") < 4]
    assert len(addresses) > 20

    for url in [*addresses, "/newsletter/"]:
        html = read(client, url)
        assert len(gzip.compress(html.encode())) < HTML, url
        assert loaded(html, r'<link rel="stylesheet" href="([^"]+)"') < CSS, url
        assert loaded(html, r'<script[^>]+src="([^"]+)"') < JAVASCRIPT, url
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html), url
        sources = re.findall(r'<(?:img|script|source|iframe)[^>]+(?:src|srcset)="([^"]+)"', html)
        assert all(source.startswith("/") for source in sources), url


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()
