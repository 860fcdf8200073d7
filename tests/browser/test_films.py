"""Films in a browser: our own play with captions, YouTube is asked nothing before a click."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from playwright.sync_api import Browser, Page, Route, expect

from practices_pages.models import FilmPage

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PLAYER = "https://www.youtube-nocookie.com"
REPORT = """document.addEventListener('securitypolicyviolation', event => console.error(
    'refused', event.effectiveDirective, event.blockedURI))"""


@dataclass
class Visit:
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def foreign(self, site: str) -> list[str]:
        return [url for url in self.asked if not url.startswith((site, "data:", "blob:"))]


@pytest.fixture
def stored(tmp_path: Path, settings: object) -> None:
    """Files as they lie on a disk: a player asks for parts of them."""
    storages = dict(settings.STORAGES)  # type: ignore[attr-defined]
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path), "base_url": "/media/"},
    }
    settings.STORAGES = storages  # type: ignore[attr-defined]
    assert FileSystemStorage(str(tmp_path)).listdir("") == ([], [])


def visit(browser: Browser, demo_site: str, *, scripts: bool = True) -> Visit:
    context = browser.new_context(
        locale="pl-PL", base_url=demo_site, java_script_enabled=scripts, viewport=None
    )
    context.set_default_timeout(30_000)
    if scripts:
        context.add_init_script(REPORT)
    made = Visit(context.new_page())
    context.on("request", lambda request: made.asked.append(request.url))
    made.page.on(
        "console", lambda line: made.complaints.append(line.text) if line.type == "error" else None
    )

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>odtwarzacz</title>")

    # Nothing of the tests leaves this machine: the player is answered here.
    context.route(f"{PLAYER}/**", answer)
    return made


@pytest.fixture
def person(stored: None, browser: Browser, demo_site: str) -> Iterator[Visit]:
    made = visit(browser, demo_site)
    yield made
    made.page.context.close()


def film_on_youtube() -> FilmPage:
    return FilmPage.objects.exclude(youtube_url="").get(video=None)


WATCH = """async () => {
    const video = document.querySelector('video');
    const happens = (name) => Promise.race([
        new Promise(done => video.addEventListener(name, done, {once: true})),
        new Promise((_, fail) => setTimeout(fail, 60000, new Error(name))),
    ]);
    video.muted = true;
    const begins = happens('playing');
    video.play();
    await begins;
    const wound = happens('seeked');
    video.currentTime = 6;
    await wound;
    const track = video.textTracks[0];
    return {cues: track.cues.length, mode: track.mode, isThere: video.currentTime >= 6};
}"""


def test_films_play_and_youtube_is_asked_only_after_a_click(person: Visit, demo_site: str) -> None:
    for kind in ("mp4", "webm"):
        own = FilmPage.objects.filter(video__file__endswith=f".{kind}").first()
        assert own
        watch_own(person, own, kind)
    assert person.foreign(demo_site) == []
    watch_on_youtube(person, film_on_youtube(), demo_site)
    assert person.complaints == []


def watch_own(person: Visit, film: FilmPage, kind: str) -> None:
    person.page.goto(str(film.url))
    person.page.wait_for_load_state("networkidle")
    assert not any(url.endswith(f".{kind}") for url in person.asked), "before anybody asked"
    seen = person.page.evaluate(WATCH)
    assert seen == {"cues": 4, "mode": "showing", "isThere": True}


def watch_on_youtube(person: Visit, film: FilmPage, demo_site: str) -> None:
    page = person.page
    page.goto(str(film.url))
    page.wait_for_load_state("networkidle")
    assert person.foreign(demo_site) == []
    assert page.locator("iframe").count() == 0
    expect(page.locator("a.play")).to_be_hidden()

    page.get_by_role("button", name="Odtwórz film z YouTube").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".screen iframe")).to_have_attribute("title", film.title)
    page.wait_for_load_state("networkidle")
    (asked,) = person.foreign(demo_site)
    assert asked.startswith(f"{PLAYER}/embed/{film.youtube_id}?")
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_without_scripts_the_film_is_a_link(stored: None, browser: Browser, demo_site: str) -> None:
    made = visit(browser, demo_site, scripts=False)
    film = film_on_youtube()
    made.page.goto(str(film.url))
    link = made.page.locator("a.play")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", f"https://www.youtube.com/watch?v={film.youtube_id}")
    expect(made.page.locator("button.play")).to_be_hidden()
    assert made.foreign(demo_site) == []
    made.page.context.close()
