"""What readers set in their system, and paper: forced colours, reduced motion, print."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from practices_pages.models import PracticePage
from tests.factories import add_rows

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
# Without backgrounds and shadows an edge shows what is a thing of its own; a link is underlined.
EDGELESS = """() => [...document.querySelectorAll('button, .button, .card, .chips a, .notice')]
    .filter(e => e.checkVisibility())
    .filter(e => {
        const s = getComputedStyle(e);
        return !['top', 'left'].some(edge => s[`border-${edge}-style`] !== 'none'
            && parseFloat(s[`border-${edge}-width`]) >= 1)
            && !s.textDecorationLine.includes('underline');
    })
    .map(e => e.outerHTML.slice(0, 120))"""
MOVING = """() => document.getAnimations().length + [document.documentElement,
    ...document.querySelectorAll('*')].filter(e => {
        const s = getComputedStyle(e);
        return s.transitionDuration.split(',').some(t => parseFloat(t) > 0)
            || s.animationName !== 'none' || s.scrollBehavior === 'smooth';
    }).length"""
# What has text of its own that is not nearly black.
PRINTED = """() => [...document.body.querySelectorAll('*')]
    .filter(e => e.checkVisibility() && [...e.childNodes].some(
        n => n.nodeType === Node.TEXT_NODE && n.data.trim()))
    .filter(e => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).some(c => c > 0x60))
    .map(e => e.outerHTML.slice(0, 120))"""


def test_in_forced_colours_every_button_and_card_has_an_edge_and_choices_can_be_told(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    page = visit(f"{catalogue}?area=dowozenie", forced_colors="active")
    assert page.locator(".card").count()
    assert page.evaluate(EDGELESS) == []
    chosen, other = page.locator(".option:has(:checked)"), page.locator("#area-cyfryzacja")
    weight = "e => getComputedStyle(e).fontWeight"
    assert chosen.first.evaluate(weight) != other.locator("..").evaluate(weight)
    expect(page.locator("#facet-area .chosen")).to_have_css("border-top-style", "solid")


def test_nothing_moves_for_readers_who_asked_for_that(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    assert visit(catalogue, reduced_motion="no-preference").evaluate(MOVING)
    assert visit(catalogue).evaluate(MOVING) == 0


def test_on_paper_practices_are_black_on_white_without_what_one_would_click(
    catalogue: str, visit: Callable[..., Page]
) -> None:
    practice = PracticePage.objects.get(title="Autobus")
    add_rows(practice)
    practice.save_revision().publish()
    pids = "&".join(f"id={each.pid}" for each in PracticePage.objects.all())
    for address in (urljoin(catalogue, practice.url), f"{catalogue}porownanie/?{pids}"):
        page = visit(address, color_scheme="dark")
        expect(page.locator("[data-print] button")).to_be_visible()
        page.emulate_media(media="print")
        for gone in page.locator("nav, form, button, .top, .skip").all():
            expect(gone).to_be_hidden()
        expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
        assert page.evaluate(PRINTED) == []
    columns = page.locator(".compare thead th").evaluate_all("all => all.map(th => th.offsetWidth)")
    assert len(columns) == 3
    assert min(columns) > 150
