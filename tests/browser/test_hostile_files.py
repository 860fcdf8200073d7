"""Whatever lies in the storage, also what no form would take, runs in no browser."""

import contextlib
import io
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import Browser, Error
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from tests.factories import make_user
from tests.practices_pages import hostile

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SECONDS = 20_000


def place(folder: str, name: str, content: bytes) -> str:
    plain = re.sub(r"[^\w.]", "_", name)
    return default_storage.save(f"{folder}/{plain}", io.BytesIO(content))


def stored_past_the_forms() -> list[str]:
    """Every hostile file as a document or an image."""
    documents = [
        get_document_model().objects.create(title=name, file=place("documents", name, made()))
        for name, made in hostile.DOCUMENTS.items()
    ]
    images = [
        get_image_model()(
            title=name, file=place("original_images", name, made()), width=8, height=8
        )
        for name, made in (hostile.IMAGES | hostile.DISGUISED).items()
    ]
    # In bulk, because saving one by one would decode them.
    get_image_model().objects.bulk_create(images)
    return [document.url for document in documents] + [image.file.url for image in images]


def test_no_hostile_file_runs_in_a_browser(browser: Browser, live_server: Any) -> None:
    addresses = stored_past_the_forms()
    context = browser.new_context(base_url=str(live_server), accept_downloads=True)
    # Somebody with a session in the panel has the most to lose.
    client = Client()
    client.force_login(make_user("administrator"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": str(live_server)}])
    page = context.new_page()
    ran: list[str] = []
    saved: list[str] = []
    foreign: list[str] = []
    answered: set[str] = set()

    def close(dialog: Any) -> None:
        ran.append(page.url)
        dialog.dismiss()

    page.on("dialog", close)
    page.on("download", lambda download: saved.append(download.url))
    context.on("page", lambda opened: ran.append(opened.url))
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(str(live_server)) else foreign.append(asked.url),
    )
    context.on("response", lambda answer: answered.add(answer.url) if answer.ok else None)
    for address in addresses:
        # An answer that is a download and not a page ends the visit with an error.
        with contextlib.suppress(Error):
            page.goto(address, timeout=SECONDS, wait_until="load")
    context.close()

    assert (ran, foreign) == ([], [])
    assert len(answered) == len(addresses)
    assert len(saved) >= len(hostile.DOCUMENTS)


def test_the_same_file_would_run_without_our_headers(browser: Browser) -> None:
    """Or the test above would prove nothing."""
    page = browser.new_page()
    ran = []
    page.on("dialog", lambda dialog: (ran.append(1), dialog.dismiss()))
    page.route(
        "http://127.0.0.1:9/**",
        lambda route: route.fulfill(
            body=hostile.DOCUMENTS["strona.html"](), content_type="text/html"
        ),
    )
    page.goto("http://127.0.0.1:9/strona.html")
    page.close()
    assert ran
