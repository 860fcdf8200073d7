"""Every text is hostile, everywhere it is shown, in a real browser without our content policy.

The pages are rendered by the test client and handed to the browser by address, with the site's own
scripts and styles; whatever else the browser asks for is written down and not answered.
"""

import json
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Browser, BrowserContext, Route

from newsletter.announcing import deliver_due
from newsletter.models import Announcement
from tests.browser.hostile_world import HostileWorld
from tests.fakes import outside
from tests.newsletter.stories import opened
from tests.xss_corpus import HOST

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db]
SITE = "http://testserver"
# What would act when somebody comes near it: an event, an address, a program, a foreign file.
ALIVE = """() => {
  const leads = ['href', 'src', 'action', 'formaction', 'data', 'poster', 'background',
                 'xlink:href'];
  const holds = ['srcset', 'srcdoc', 'style'];
  const away = (value) => {
    const url = URL.parse(value, document.baseURI);
    return !url || url.host === 'evil.example' ||
      !['http:', 'https:', 'mailto:', 'tel:', 'blob:'].includes(url.protocol);
  };
  const roots = [document, ...[...document.querySelectorAll('template')].map(t => t.content)];
  const found = roots.flatMap(root => [...root.querySelectorAll('*')]).flatMap(
    element => [...element.attributes].filter(({name, value}) =>
      (/^on/i.test(name) && value.includes('__xss')) || (leads.includes(name) && away(value))
      || (holds.includes(name) && /evil\\.example|__xss/.test(value)))
      .map(({name, value}) => `${element.tagName} ${name}=${value.slice(0, 80)}`));
  const run = [...document.scripts].filter(script =>
      !(script.type || '').includes('json') && script.textContent.includes('__xss'));
  const styled = [...document.querySelectorAll('style')].filter(
      style => style.textContent.includes('evil.example'));
  if (run.length) found.push('a script holds it');
  if (styled.length) found.push('a style holds it');
  if (window.__xss) found.push('it ran');
  return found;
}"""


class Reader:
    """A browser that is shown pages by the test client, and what it complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.found: list[str] = []
        self.shown = 0
        self._pages: dict[str, tuple[int, str, bytes]] = {}
        self._page = context.new_page()
        context.route("**/*", self._answer)
        self._page.on("dialog", self._dialog)

    def _dialog(self, dialog) -> None:
        self.found.append(f"{self._page.url}: a dialog")
        dialog.dismiss()

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != SITE and parts.scheme not in {"data", "blob"}:
            self.found.append(f"{self._page.url}: asked {route.request.url[:100]}")
            return route.abort()
        if route.request.url in self._pages:
            status, kind, body = self._pages[route.request.url]
            return route.fulfill(status=status, content_type=kind, body=body)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            if isinstance(found, str):
                kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
                return route.fulfill(content_type=kind, body=Path(found).read_bytes())
        return route.fulfill(status=404, body="")

    def show(self, client: Client, address: str) -> str:
        """The page at `address`, shown and looked through; returns its HTML."""
        answer = client.get(address, follow=True)
        body = b"".join(answer) if answer.streaming else answer.content
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            return ""
        if answer.status_code >= 500:
            self.found.append(f"{address}: answered {answer.status_code}")
        if not body:  # A view that takes POST only.
            return ""
        kind = answer.headers.get("Content-Type", "text/html")
        if kind == "application/json" and address.startswith("/panel/"):
            # Choosers and other modals: the panel puts their HTML into the page.
            body, kind = str(json.loads(body).get("html", "")).encode(), "text/html; charset=utf-8"
        self._open(address, answer.status_code, kind, body)
        return body.decode(errors="replace")

    def show_html(self, name: str, html: str) -> None:
        self._open(f"/{name}", 200, "text/html; charset=utf-8", html.encode())

    def _open(self, address: str, status: int, kind: str, body: bytes) -> None:
        target = address if address.startswith("http") else f"{SITE}{address}"
        self._pages = {target: (status, kind, body)}
        self._page.goto(target, wait_until="load")
        self.shown += 1
        self.found += [f"{address}: {what}" for what in self._page.evaluate(ALIVE)]


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    # Without our content policy: it is escaping that is looked at here.
    context = browser.new_context(bypass_csp=True, locale="pl-PL")
    yield Reader(context)
    context.close()


def signed_in(world: HostileWorld) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.admin)
    return client


def public_addresses(world: HostileWorld) -> list[str]:
    return [
        "/",
        world.index.url,
        world.practice.url,
        world.plain_page.url,
        f"/en{world.practice.url}",
        f"/preview/{world.preview_token}/",
        "/newsletter/",
        f"//{HOST}/x",
        f"/{HOST}/%3Cscript%3Ewindow.__xss=1%3C/script%3E/",
        "/newsletter/u/%22%3E%3Cimg%20src=x%20onerror=window.__xss=1%3E/",
        f"/api/v1/practices/{world.practice.pid}",
        "/api/v1/practices/%3Cscript%3Ewindow.__xss=1",
        "/api/v1/docs",
    ]


def panel_addresses(world: HostileWorld) -> list[str]:
    page, draft = world.practice.pk, world.draft.pk
    pages = {
        "edit": [page],
        "history": [page],
        "view_draft": [page],
        "revisions_compare": [page, "earliest", "latest"],
        "usage": [page],
        "workflow_history": [draft],
        "delete": [page],
    }
    return [
        "/panel/",
        f"/panel/pages/{world.index.pk}/",
        *(reverse(f"wagtailadmin_pages:{name}", args=args) for name, args in pages.items()),
        reverse("wagtailadmin_pages:edit", args=[draft]),
        "/panel/pages/search/?q=window",
        f"/panel/choose-page/{world.index.pk}/",
        "/panel/documents/chooser/",
        "/panel/images/",
        "/panel/reports/site-history/",
        reverse(f"{world.unit.snippet_viewset.get_url_name('list')}"),
    ]


def tell(world: HostileWorld, reader: Reader) -> None:
    """The announcement of the practice: the mail, and the panel's screens about it."""
    world.subscriber()
    opened()
    deliver_due()
    for number, message in enumerate(outside.messages + mail.outbox):
        for html, kind in getattr(message, "alternatives", []):
            assert kind == "text/html"
            reader.show_html(f"mail-{number}", html)
    assert outside.messages
    client = signed_in(world)
    for announcement in Announcement.objects.all():
        for view in ("inspect", "preview", "cancel"):
            name = f"newsletter_announcement_modeladmin_{view}"
            reader.show(client, reverse(name, args=[announcement.pk]))
        frame = "newsletter_announcement_modeladmin_preview_frame"
        reader.show(client, reverse(frame, args=[announcement.pk, "pl"]))


def refuse_and_unpublish(world: HostileWorld, reader: Reader) -> None:
    """The panel's messages, which name the page and what it lacks."""
    client = signed_in(world)
    client.post(reverse("wagtailadmin_pages:unpublish", args=[world.plain_page.pk]))
    assert "__xss" in reader.show(client, "/panel/")
    client.post(
        reverse("wagtailadmin_pages:copy", args=[world.plain_page.pk]),
        {"new_title": world.text(), "new_slug": "kopia", "new_parent_page": 1},
    )
    reader.show(client, "/panel/")


def test_no_text_of_anybody_comes_alive_where_people_look_most(
    reader: Reader, tmp_path: Path
) -> None:
    world = HostileWorld()
    for address in public_addresses(world):
        reader.show(Client(raise_request_exception=False), address)
    client = signed_in(world)
    for address in panel_addresses(world):
        reader.show(client, address)
    assert "__xss" in reader.show(client, world.import_practices(tmp_path))
    refuse_and_unpublish(world, reader)
    tell(world, reader)
    assert not reader.found, "\n".join(reader.found)
    assert reader.shown >= 35


# Links, and the entries of the panel's menu.
LINK = re.compile(r'(?:(?:href|data-url|action|src|hx-get)=|"url": ?)"(/[^"#]*)')
# Signing out would end the crawl; files are no pages.
LEFT_OUT = re.compile(r"logout|/static/|/media/|sprite|jsi18n|/documents/\d|autosave|\.csv|\.xlsx")
PER_VIEW = 2


def crawl(client: Client, first: list[str], reader: Reader) -> None:
    """Show every address that pages lead to, at most a few of each view."""
    seen: dict[str, int] = {}
    waiting, known = list(first), set(first)
    while waiting:
        address = waiting.pop(0)
        try:
            match = resolve(urlsplit(address).path)
        except Resolver404:
            continue
        view = f"{match.namespace}:{match.url_name}:{match.route}"
        seen[view] = seen.get(view, 0) + 1
        if seen[view] > PER_VIEW:
            continue
        for link in LINK.findall(reader.show(client, address)):
            plain = link.replace("&amp;", "&")
            if plain not in known and not LEFT_OUT.search(plain):
                known.add(plain)
                waiting.append(plain)


@pytest.mark.audit
@pytest.mark.parametrize("first", [0, 45, 90, 135, 180, 225])
def test_no_text_of_anybody_comes_alive_anywhere(
    reader: Reader, first: int, tmp_path: Path
) -> None:
    world = HostileWorld(first)
    tell(world, reader)
    visitor, client = Client(raise_request_exception=False), signed_in(world)
    for address in public_addresses(world):
        reader.show(visitor, address)
    start = [world.import_practices(tmp_path), *panel_addresses(world)]
    start += [page.url or "/" for page in world.moved_pages()]
    crawl(client, start, reader)
    assert not reader.found, "\n".join(reader.found)
    assert reader.shown >= 100
