"""Every kind of page: open to everybody, valid, light, quiet, and no business of third parties.

A short set here: each kind of page in one look. The whole matrix is in make audit.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, product
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser

from tests.browser.surfaces import surfaces
from tests.browser.tools import html_problems
from tests.browser.walking import ZOOMED, Look, Walk

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SHORT = (
    Look("light", 1280),
    Look("dark", ZOOMED["width"], ZOOMED["height"]),
    Look("light", 320, prefix="/en"),
)
EVERY = [
    Look(scheme, width, height, prefix)
    for scheme, (width, height), prefix in product(
        ["light", "dark"],
        [(320, 640), tuple(ZOOMED.values()), (768, 1024), (1280, 900)],
        ["", "/en"],
    )
]
HTML_LIMIT = 60_000  # bytes, compressed


def test_nothing_is_wrong_with_any_kind_of_page(
    browser: Browser, demo_site: str, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("The pages are the same on every database; this looks at them once.")
    looking = Walk(browser, demo_site, tmp_path)
    with override_settings(DEBUG=False):
        for (name, address), look in zip(surfaces().items(), cycle(SHORT), strict=False):
            looking.visit(name, address, look)
    found = looking.found + html_problems(tmp_path) + too_heavy(tmp_path)
    assert not found, "\n".join(found)


@pytest.mark.audit
def test_nothing_is_wrong_with_any_page_in_any_look_or_language(
    browser: Browser, demo_site: str, tmp_path: Path
) -> None:
    looking = Walk(browser, demo_site, tmp_path)
    with override_settings(DEBUG=False):
        for (name, address), look in product(surfaces().items(), EVERY):
            looking.visit(name, address, look)
    found = looking.found + html_problems(tmp_path) + too_heavy(tmp_path)
    assert not found, "\n".join(found)


WRONG = """<!doctype html><html lang="pl"><title>x</title><main><h1>x</h1><p><img src="/x.png">
<input><p style="width: 2000px">wide</p><b></i><script>console.error('loud')</script></main>"""


def test_the_walk_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    with serve(WRONG) as site:
        looking = Walk(browser, site, tmp_path)
        looking.visit("wrong", "/", SHORT[0])
    found = "\n".join(looking.found + html_problems(tmp_path))
    for fault in (
        "image-alt",
        "label",
        "scrolls sideways",
        "console: loud",
        "404 for",
        "Stray end",
    ):
        assert fault in found


@contextmanager
def serve(html: str) -> Iterator[str]:
    """A page for the browser, from a server of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def too_heavy(folder: Path) -> list[str]:
    return [
        f"{page.stem}: {size} bytes compressed, at most {HTML_LIMIT}"
        for page in sorted(folder.iterdir())
        if (size := len(gzip.compress(page.read_bytes()))) > HTML_LIMIT
    ]
