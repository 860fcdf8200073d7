"""The catalogue in a browser: in place, and without any script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from practices_pages.models import PracticeIndexPage
from tests.practices_pages.many import multiply

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def titles(page: Page) -> list[str]:
    return page.locator("#found .card-title").all_text_contents()


def test_results_change_in_place_and_back_and_the_same_form_works_without_a_script(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    page = visit(catalogue)
    page.evaluate("window.isTheSamePage = true")
    everything = titles(page)
    digital = page.locator("#area-cyfryzacja")

    digital.check()
    expect(page).to_have_url(f"{catalogue}?area=cyfryzacja")
    assert titles(page) == ["Tablet"]
    page.go_back()
    expect(page.locator("#found .card-title")).to_have_count(3)
    assert (page.url, titles(page)) == (catalogue, everything)
    expect(digital).not_to_be_checked()
    page.go_forward()
    expect(digital).to_be_checked()
    assert titles(page) == ["Tablet"]
    assert page.evaluate("window.isTheSamePage")

    plain = visit(catalogue, java_script_enabled=False)
    plain.locator("#area-cyfryzacja").check()
    plain.locator("#filters [type=submit]").click()
    assert "area=cyfryzacja" in plain.url
    assert titles(plain) == ["Tablet"]


def test_search_chips_order_and_pages_change_the_results_in_place_and_lead_to_them(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    multiply(PracticeIndexPage.objects.get(), 14)
    page = visit(catalogue)
    page.evaluate("window.isTheSamePage = true")
    count = page.locator("#found-count")

    page.locator("#find-text").fill("tablet")
    page.locator("#find-text").press("Enter")
    expect(count).to_be_focused()
    assert set(titles(page)) == {"Tablet"}
    page.locator(".chips a").first.click()
    expect(page.locator("#found .card-title")).to_have_count(12)
    expect(count).to_be_focused()
    page.locator("#order").focus()
    page.locator("#order").select_option("title")
    expect(page).to_have_url(f"{catalogue}?sort=title")
    expect(page.locator("#order")).to_be_focused()
    assert titles(page)[0] == "Autobus"
    page.locator(".pages [rel=next]").click()
    expect(page).to_have_url(f"{catalogue}?sort=title&page=2")
    expect(count).to_be_focused()
    assert titles(page) == ["Tablet", "Tablet"]
    assert page.evaluate("window.isTheSamePage")


def test_where_fetching_fails_the_browser_goes_to_the_results(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    def answer(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.abort()
        else:
            route.continue_()

    page = visit(catalogue)
    page.evaluate("window.isTheSamePage = true")
    page.route("**/*", answer)
    page.locator("#area-cyfryzacja").check()
    expect(page.locator("#found .card-title")).to_have_text(["Tablet"])
    assert not page.evaluate("window.isTheSamePage")
