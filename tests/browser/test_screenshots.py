"""Pictures of every kind of page for people to look at: make screenshots."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser

from tests.browser.surfaces import surfaces

pytestmark = [pytest.mark.screenshots, pytest.mark.django_db(transaction=True)]
LOOKS = (("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320))


@pytest.fixture
def files_on_disk(tmp_path: Path) -> object:
    """Pictures of the other tests are kept in memory, where no server finds them."""
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    with override_settings(STORAGES=storages, MEDIA_ROOT=str(tmp_path)):
        yield


def test_screenshots_of_every_page(files_on_disk: None, browser: Browser, demo_site: str) -> None:
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for scheme, width in LOOKS:
        context = browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            locale="pl-PL",
        )
        page = context.new_page()
        with override_settings(DEBUG=False):
            for name, address in surfaces().items():
                page.goto(f"{demo_site}{address}", wait_until="networkidle")
                # Pictures further down are loaded only when somebody comes near them.
                page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
        context.close()
