"""A catalogue that changes in place: what the address says is what the whole page shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from practices_pages.models import PracticeIndexPage, PracticeUnit
from tests.factories import make_practice, make_site_tree, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
MANY = 22


@pytest.fixture
def index() -> PracticeIndexPage:
    """Three practices; one is of so many units that their list gets a field to look in it."""
    index = make_site_tree()
    index.introduction = "<p>Skąd są te praktyki.</p>"
    index.save_revision().publish()
    make_practice(index, live=True, title="Rower", areas=["dowozenie"])
    many = make_practice(index, live=True, title="Rower miejski", areas=["dowozenie"])
    for number in range(MANY):
        unit = make_unit(f"Gmina {number:02d}", code=f"1480{number:02d}")
        many.practice_units.add(PracticeUnit(unit=unit))
    many.save_revision().publish()
    make_practice(index, live=True, title="Tablet", areas=["cyfryzacja"])
    return index


@pytest.fixture
def page(browser: Browser, live_server: object, index: PracticeIndexPage) -> Iterator[Page]:
    context = browser.new_context(locale="pl-PL", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server}{index.url}")
    yield page
    context.close()


def settled(page: Page, count: str) -> None:
    expect(page.locator("[data-catalogue-status]")).to_have_text(count)


def test_a_text_brings_its_own_order_and_takes_it_along(page: Page) -> None:
    text, order = page.locator("#find-text"), page.locator("#order")
    text.fill("rower")
    text.press("Enter")
    settled(page, "2 praktyki")
    assert page.url.endswith("?q=rower")
    expect(order).to_have_value("")

    text.fill("")
    text.press("Enter")
    settled(page, "3 praktyki")
    assert page.url.endswith("/praktyki/")
    expect(order).to_have_value("")
    expect(page.locator(".left-out")).to_have_count(0)

    length = page.evaluate("history.length")
    text.press("Enter")
    expect(page.locator("#found-count")).to_be_focused()
    assert page.evaluate("history.length") == length


def test_what_stands_around_the_results_follows_them(page: Page) -> None:
    english, feed = page.locator(".languages [lang=en]"), page.locator("#feed a")
    about = page.locator("#about-list")
    expect(about).to_be_visible()
    chosen = page.locator("#area-cyfryzacja")
    chosen.check()
    settled(page, "1 praktyka")
    assert str(english.get_attribute("href")).endswith("?area=cyfryzacja")
    assert str(feed.get_attribute("href")).endswith("?area=cyfryzacja")
    expect(about).to_have_count(0)
    expect(chosen).to_be_focused()

    page.locator("#find-text").fill("rower")
    page.locator("#find-text").press("Enter")
    settled(page, "0 praktyk")
    # The option goes, and the focus with it, unless it is told where to.
    chosen.uncheck()
    settled(page, "2 praktyki")
    expect(chosen).to_have_count(0)
    expect(page.locator("#found-count")).to_be_focused()


def test_looking_in_a_long_list_hides_the_others_and_survives_a_choice(page: Page) -> None:
    page.locator("#facet-unit > summary").click()
    field = page.locator("#within-more-unit")
    shown = page.locator("#facet-unit .option:visible")
    field.fill("gmina 07")
    expect(shown).to_have_count(1)

    shown.locator("input").check()
    settled(page, "1 praktyka")
    expect(field).to_have_value("gmina 07")
    expect(shown).to_have_count(1)
    expect(shown.locator("input")).to_be_focused()
