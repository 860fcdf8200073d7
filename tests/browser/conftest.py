"""The system's Chromium, or one loud line why there is none."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright

from practices_pages.models import PracticeIndexPage
from tests.browser.install import chromium
from tests.factories import make_practice, make_site_tree


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    path = chromium()
    if not path:
        pytest.skip("NO CHROMIUM on this machine: browser tests did not run")
    database = connections["default"]
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code:
        # it would forbid queries, and open another connection that knows nothing of the tests.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connections["default"] = database
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def whole_site(demo_site: str) -> Iterator[str]:
    """The demo with the pages that nobody reaches on purpose."""
    with override_settings(ROOT_URLCONF="tests.browser.rare"):
        yield demo_site


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address; what is named besides is how the visitor's browser is set."""
    contexts = []

    def begin(address: str, **look: Any) -> Page:
        context = browser.new_context(
            **{
                "locale": "pl-PL",
                "reduced_motion": "reduce",
                "viewport": {"width": 1280, "height": 900},
                **look,
            }
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def catalogue(live_server: object) -> str:
    """Three practices in two areas."""
    index: PracticeIndexPage = make_site_tree()
    for title, area in (("Autobus", "dowozenie"), ("Rower", "dowozenie"), ("Tablet", "cyfryzacja")):
        make_practice(index, live=True, title=title, areas=[area])
    return f"{live_server}{index.url}"
