"""axe-core finds nothing on the pages of visitors, in every look and language.

A short set here: each kind of page once. The whole matrix is in make audit.
"""

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser

from newsletter import tokens
from newsletter.tokens import Purpose
from practices_pages.models import PracticePage
from tests.newsletter.factories import make_subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("light", 1280), ("dark", 320)]
EVERY_LOOK = list(product(["light", "dark"], [320, 768, 1280]))


def addresses() -> list[str]:
    """One page of each kind."""
    practice = PracticePage.objects.filter(live=True, is_archival=False).first()
    archival = PracticePage.objects.filter(live=True, is_archival=True).first()
    assert practice
    assert archival
    subscription = make_subscription()
    manage = tokens.make(Purpose.MANAGE, subscription.ref)
    leave = tokens.make(Purpose.UNSUBSCRIBE, subscription.ref)
    return [
        "/",
        "/dobre-praktyki/",
        practice.url,
        archival.url,
        "/newsletter/",
        "/newsletter/sent/",
        f"/newsletter/manage/{manage}/",
        f"/newsletter/u/{leave}/",
        "/newsletter/u/forged/",
        "/nothing-here/",
    ]


def violations(browser: Browser, address: str, scheme: str, width: int) -> list[str]:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address)
    result = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    scrolls = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    context.close()
    assert result.response["passes"], "axe-core looked at nothing"
    found = [
        f"{address} {scheme} {width}: {violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in result.response["violations"]
    ]
    return found + ([f"{address} {scheme} {width}: scrolls sideways"] if scrolls else [])


def check(browser: Browser, site: str, looks: list[tuple[str, int]], languages: list[str]) -> None:
    found: list[str] = []
    with override_settings(DEBUG=False):
        for address, (scheme, width), prefix in product(addresses(), looks, languages):
            found += violations(browser, f"{site}{prefix}{address}", scheme, width)
    assert not found, "\n".join(found)


def test_nothing_bars_anybody_from_any_kind_of_page(browser: Browser, demo_site: str) -> None:
    check(browser, demo_site, LOOKS, [""])


@pytest.mark.audit
def test_nothing_bars_anybody_in_any_look_or_language(browser: Browser, demo_site: str) -> None:
    check(browser, demo_site, EVERY_LOOK, ["", "/en"])
