"""Pictures of every kind of page for people to look at: make screenshots."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser.surfaces import surfaces

pytestmark = [pytest.mark.screenshots, pytest.mark.django_db(transaction=True)]
LOOKS = (("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320))


def test_screenshots_of_every_page(browser: Browser, whole_site: str) -> None:
    folder = Path(settings.VAR_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    everything = surfaces()
    for scheme, width in LOOKS:
        context = browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            locale="pl-PL",
        )
        page = context.new_page()
        for name, surface in everything.items():
            response = page.goto(f"{whole_site}{surface.address}", wait_until="networkidle")
            assert response
            assert response.status == surface.status, name
            # Pictures further down are loaded only when somebody comes near them.
            page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
        context.close()
