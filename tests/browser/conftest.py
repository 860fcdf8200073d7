"""The system's Chromium, or one loud line why there is none."""

from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests.browser.install import chromium


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
