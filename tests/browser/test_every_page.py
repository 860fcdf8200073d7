"""Every kind of page: open to everybody, valid, light, quiet, and no business of third parties.

A short set here: each kind of page in one look. The whole matrix is in make audit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests import budgets
from tests.browser.surfaces import VARIANTS, Surface, surfaces
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
        [(320, 640), tuple(ZOOMED.values()), (1280, 900)],
        ["", "/en"],
    )
]


def test_nothing_is_wrong_with_any_kind_of_page(
    browser: Browser, whole_site: str, tmp_path: Path
) -> None:
    walk = Walk(browser, whole_site, tmp_path)
    shown = [item for item in surfaces().items() if item[0] not in VARIANTS]
    for place, look in enumerate(SHORT):
        walk.through(dict(shown[place :: len(SHORT)]), look)
    assert not (found := all_found(walk)), "\n".join(found)


@pytest.mark.audit
def test_nothing_is_wrong_with_any_page_in_any_look_or_language(
    browser: Browser, whole_site: str, tmp_path: Path
) -> None:
    walk = Walk(browser, whole_site, tmp_path)
    everything = surfaces()
    for look in EVERY:
        walk.through(everything, look)
    assert not (found := all_found(walk)), "\n".join(found)


def all_found(walk: Walk) -> list[str]:
    return walk.found + html_problems(walk.keep_in) + too_heavy(walk.keep_in)


def too_heavy(folder: Path) -> list[str]:
    return [
        f"{page.stem}: {size} bytes compressed, at most {budgets.HTML}"
        for page in sorted(folder.iterdir())
        if (size := budgets.compressed(page.read_bytes())) > budgets.HTML
    ]


WRONG = """<!doctype html><html lang="pl"><title>x</title><main><h1>x</h1><p><img src="/x.png">
<input><p style="width: 2000px">wide</p><b></i><script>console.error('loud')</script></main>"""


def test_the_walk_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    with serve(WRONG) as site:
        walk = Walk(browser, site, tmp_path)
        walk.through({"wrong": Surface("/"), "fallen": Surface("/fallen/")}, SHORT[0])
    found = "\n".join(all_found(walk))
    for fault in (
        "image-alt",
        "label",
        "scrolls sideways",
        "console: loud",
        "404 for",
        "Stray end",
        "fallen (light 1280): answers 500, not 200",
    ):
        assert fault in found


@contextmanager
def serve(html: str) -> Iterator[str]:
    """A page for the browser, from a server of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response({"/": 200, "/fallen/": 500}.get(self.path, 404))
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
