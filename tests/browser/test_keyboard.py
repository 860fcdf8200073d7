"""The keyboard alone: through the catalogue to the newsletter, menu, comparison."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from newsletter.models import Subscription, SubscriptionState

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
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


def test_suggestions_are_gone_through_with_arrows_left_with_escape_and_taken_with_enter(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    page = visit(catalogue)
    field, options = page.locator("#find-text"), page.locator("#find-text + [role=listbox] > *")
    field.press_sequentially("auto")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.get_attribute("aria-activedescendant") is None
    expect(field).to_have_value("auto")

    field.press("b")
    expect(options).to_have_count(1)
    field.press("ArrowUp")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Autobus")


def test_the_menu_of_a_narrow_window_opens_and_closes_and_gives_the_focus_back(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    page = visit(catalogue, viewport={"width": 400, "height": 800})
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()
    go_on_to(page, ".menu-open")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    go_on_to(page, "#menu a")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".menu-open")).to_be_focused()


def test_ticked_practices_stand_side_by_side(catalogue: str, visit: Callable[..., Page]) -> None:
    page = visit(catalogue)
    ticked = []
    for _practice in range(2):
        go_on_to(page, "#found input[name=id]")
        page.keyboard.press("Space")
        ticked.append(page.evaluate("document.activeElement.value"))
    go_on_to(page, "#compare button")
    page.keyboard.press("Enter")
    expect(page.locator(".compare thead .pid")).to_have_text(ticked)
