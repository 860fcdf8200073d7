"""The main job in a real browser: sign up, approve, read the mail, leave."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cms.demo_content import DEMO_PASSWORD
from cms.demo_journey import first_link
from newsletter import announcing
from newsletter.models import Announcement, Subscription, SubscriptionState
from practices_pages.models import PracticePage
from tests.factories import make_user
from tests.journeys.mail_server import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
ADDRESS = "sekretariat@przegladarka.example"
WAITS_FOR_MODERATION = "Jeden arkusz"
SECONDS = 20_000


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about on the public pages."""
    return []


@pytest.fixture
def visitor(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="pl-PL", java_script_enabled=True)
    page = new_page(context)
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def new_page(context: BrowserContext) -> Page:
    context.set_default_timeout(SECONDS)
    return context.new_page()


def test_a_moderators_click_becomes_a_mail_that_can_be_left_with_a_click(
    browser: Browser, demo_site: str, mailbox: Mailbox, visitor: Page, complaints: list[str]
) -> None:
    sign_up(visitor, demo_site)
    call_command("deliver_announcements", "--until-empty")
    confirm(visitor, first_link(mailbox.messages, "confirm"))
    approve(browser, demo_site)
    practice = PracticePage.objects.get(title__startswith=WAITS_FOR_MODERATION)
    assert practice.live

    announcing.release(Announcement.objects.get(), by=make_user("administrator"))
    call_command("deliver_announcements", "--until-empty")
    mails = [mail for mail in mailbox.messages if ADDRESS in str(mail["To"])]
    assert [practice.title in " ".join(str(mail["Subject"]).split()) for mail in mails] == [
        False,
        True,
    ]

    leave(visitor, first_link(mails, "u"))
    assert Subscription.objects.get(address=ADDRESS).state == SubscriptionState.WITHDRAWN
    visitor.goto(practice.full_url)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text(WAITS_FOR_MODERATION)
    assert complaints == []


def sign_up(visitor: Page, site: str) -> None:
    visitor.goto(f"{site}/newsletter/")
    visitor.get_by_label("Adres e-mail").fill(ADDRESS)
    visitor.get_by_label("Wszystkie dobre praktyki").check()
    consent = visitor.get_by_role("checkbox", name=re.compile("Wyrażam zgodę"))
    expect(consent).not_to_be_checked()
    consent.check()
    visitor.get_by_role("button", name="Zapisz").click()
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()


def confirm(visitor: Page, link: str) -> None:
    visitor.goto(link)
    assert Subscription.objects.get(address=ADDRESS).state == SubscriptionState.PENDING
    visitor.locator("main form button").click()
    visitor.wait_for_load_state()
    assert Subscription.objects.get(address=ADDRESS).state == SubscriptionState.CONFIRMED


def approve(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="pl-PL")
    page = new_page(context)
    page.goto(f"{site}/panel/")
    page.fill("[name=username]", "moderatorka")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name=re.compile(WAITS_FOR_MODERATION)).first.click()
    page.get_by_role("button", name="Więcej akcji").click()
    page.get_by_role("button", name="Zatwierdź", exact=True).click()
    page.wait_for_load_state()
    expect(page.locator(".messages li").first).to_be_visible()
    context.close()


def leave(visitor: Page, link: str) -> None:
    visitor.goto(link)
    assert Subscription.objects.get(address=ADDRESS).state == SubscriptionState.CONFIRMED
    visitor.locator("main form button").first.click()
    visitor.wait_for_load_state()
