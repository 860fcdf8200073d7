"""The browser refuses nothing that our pages need, and asks no other host for anything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.demo_content import DEMO_PASSWORD
from practices_pages.models import PracticePage

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SECONDS = 20_000
REPORT = """document.addEventListener('securitypolicyviolation', event => console.error(
    'refused', event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber))"""
PUBLIC = ["/", "/dobre-praktyki/", "/newsletter/", "/api/v1/docs", "/panel/login/"]
PANEL = [
    "/panel/",
    "/panel/pages/",
    "/panel/account/",
    "/panel/images/",
    "/panel/images/multiple/add/",
    "/panel/documents/multiple/add/",
    "/panel/users/",
    "/panel/users/new/",
    "/panel/reports/site-history/",
    "/panel/workflows/list/",
    "/panel/collections/",
    "/panel/redirects/",
]


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def person(browser: Browser, demo_site: str, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="pl-PL", base_url=demo_site)
    context.set_default_timeout(SECONDS)
    context.add_init_script(REPORT)
    page = context.new_page()

    def complain(text: str) -> None:
        if "status of 404" in text:
            return  # Pictures of the tests are kept in memory and not served.
        complaints.append(f"{page.url}: {text[:300]}")

    ours = (demo_site, "data:", "blob:")
    page.on("console", lambda line: complain(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complain(str(error)))
    context.on("request", lambda asked: None if asked.url.startswith(ours) else complain(asked.url))
    yield page
    context.close()


def test_nothing_is_refused_and_no_other_host_is_asked(person: Page, complaints: list[str]) -> None:
    practice = PracticePage.objects.filter(live=True, is_archival=False).first()
    draft = PracticePage.objects.filter(live=False).first()
    assert practice
    assert draft
    visit(person, *PUBLIC, str(practice.url))
    sign_in(person)
    visit(person, *PANEL, str(practice.url))  # Now with the user bar.
    work_in_the_editor(person, f"/panel/pages/{draft.pk}/edit/")
    assert complaints == []


def visit(person: Page, *addresses: str) -> None:
    for address in addresses:
        person.goto(address)


def sign_in(person: Page) -> None:
    person.goto("/panel/login/")
    person.fill("[name=username]", "admin")
    person.fill("[name=password]", DEMO_PASSWORD)
    person.press("[name=password]", "Enter")
    person.wait_for_url("**/panel/")


def work_in_the_editor(person: Page, address: str) -> None:
    """What Wagtail starts with inline scripts: rows, choosers, dates; and the framed preview."""
    visit(person, address)
    person.locator(".public-DraftEditor-content").first.click()
    person.keyboard.type("Nowe słowa.")
    person.locator("#id_practice_units-ADD").click()
    person.locator("[id^=id_practice_units-][id$=-unit-chooser]").last.get_by_role(
        "button"
    ).first.click()
    expect(person.locator(".modal-body")).to_be_visible()
    person.locator(".modal-content [data-dismiss=modal]").first.click()
    person.get_by_role("tab", name="Klasyfikacja i zdjęcie").click()
    person.locator("#id_main_image-chooser").get_by_role("button").first.click()
    expect(person.locator(".modal-body form").first).to_be_visible()
    person.locator(".modal-content [data-dismiss=modal]").first.click()
    expect(person.locator(".modal-body")).to_be_hidden()
    person.get_by_role("tab", name="Publikacja").click()
    person.locator("#id_updated_on").click()
    expect(person.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()
    person.get_by_role("button", name="Podgląd").first.click()
    heading = person.frame_locator("[data-preview-iframe], iframe").first.get_by_role("heading")
    expect(heading.first).to_be_visible()
