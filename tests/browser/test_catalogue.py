"""The catalogue in a browser: by the keyboard alone, in place, and without any script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.models import Subscription, SubscriptionState
from practices_pages.models import PracticeIndexPage
from tests.factories import make_practice, make_site_tree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "klawiatura@przegladarka.example"
MOST_STOPS = 150
# A card is marked as a whole when its link has the focus.
MARKED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const marked = [at, at.closest('.card')].filter(Boolean).map((e) => getComputedStyle(e));
    return {
        what: at.outerHTML.slice(0, 120),
        isMarked: marked.some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2),
        isOnScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && box.left < innerWidth,
    };
}"""


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def begin(address: str, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            locale="pl-PL",
            java_script_enabled=scripts,
            reduced_motion="reduce",
            viewport={"width": 1280, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield begin
    for context in contexts:
        context.close()


def go_on_to(page: Page, selector: str) -> None:
    """Tab until `selector` has the focus; every stop on the way has to be seen."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(MARKED)
        assert stop["isMarked"], stop
        assert stop["isOnScreen"], stop
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_the_keyboard_alone_leads_from_a_filter_to_a_practice_and_the_newsletter(
    demo_site: str, visit: Callable[..., Page]
) -> None:
    page = visit(f"{demo_site}/dobre-praktyki/")

    go_on_to(page, ".skip")
    page.keyboard.press("Enter")
    assert focused(page) == "content"
    go_on_to(page, "input[name=area]")
    chosen = focused(page)
    before = page.locator("#found-count").text_content()
    page.keyboard.press("Space")
    announced = page.locator("[data-catalogue-status]")
    expect(announced).not_to_be_empty()
    assert announced.text_content() == page.locator("#found-count").text_content() != before
    assert focused(page) == chosen
    expect(page.locator(f"#{chosen}")).to_be_checked()

    go_on_to(page, "#found .card-title a")
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    go_on_to(page, ".foot a[href='/newsletter/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/newsletter/")
    sign_up(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Prosimy sprawdzić skrzynkę")
    assert Subscription.objects.get(address=ADDRESS).state == SubscriptionState.PENDING


def sign_up(page: Page) -> None:
    go_on_to(page, "input[type=email]")
    page.keyboard.type(ADDRESS)
    go_on_to(page, "input[name=topics][value=all]")
    page.keyboard.press("Space")
    go_on_to(page, "input[name=consent]")
    page.keyboard.press("Space")
    go_on_to(page, "main [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.fixture
def catalogue(live_server: object) -> str:
    """Three practices in two areas."""
    index: PracticeIndexPage = make_site_tree()
    for title, area in (("Autobus", "dowozenie"), ("Rower", "dowozenie"), ("Tablet", "cyfryzacja")):
        make_practice(index, live=True, title=title, areas=[area])
    return f"{live_server}{index.url}"


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

    plain = visit(catalogue, scripts=False)
    plain.locator("#area-cyfryzacja").check()
    plain.locator("#filters [type=submit]").click()
    assert "area=cyfryzacja" in plain.url
    assert titles(plain) == ["Tablet"]
