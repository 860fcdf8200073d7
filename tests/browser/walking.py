"""Open a page in Chromium and write down everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.surfaces import Surface
from tests.browser.tools import axe_source

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORT = """document.addEventListener('securitypolicyviolation', event => console.error(
    'refused', event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber))"""
AXE = """async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags},
    resultTypes: ['violations']}))"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Look:
    scheme: str
    width: int
    height: int = 900
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.scheme} {self.width}{self.prefix}"


# 320 by 256 CSS pixels is a window of 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10.
ZOOMED = {"width": 320, "height": 256}


@dataclass
class Walk:
    browser: Browser
    site: str
    # Where the HTML of every page is kept for the checker of HTML.
    keep_in: Path
    found: list[str] = field(default_factory=list)

    def through(self, surfaces: Mapping[str, Surface], look: Look) -> None:
        """One visitor looks at all of them."""
        context = self.browser.new_context(
            color_scheme=look.scheme,  # type: ignore[arg-type]
            viewport={"width": look.width, "height": look.height},
            locale="pl-PL",
        )
        context.add_init_script(REPORT)
        for name, surface in surfaces.items():
            self._visit(context, name, surface, look)
        context.close()

    def _visit(self, context: BrowserContext, name: str, surface: Surface, look: Look) -> None:
        where = f"{name} ({look})"
        page = context.new_page()
        self._listen(page, where)
        response = page.goto(f"{self.site}{look.prefix}{surface.address}")
        assert response
        if response.status != surface.status:
            self.found.append(f"{where}: answers {response.status}, not {surface.status}")
        (self.keep_in / f"{name}{look.prefix.strip('/')}.html").write_bytes(response.body())
        self._look(page, where)
        page.close()

    def _listen(self, page: Page, where: str) -> None:
        def complain(text: str) -> None:
            self.found.append(f"{where}: {text[:300]}")

        def asked(url: str) -> None:
            if not url.startswith((self.site, "data:", "blob:")):
                complain(f"asks another host: {url}")

        def said(kind: str, text: str) -> None:
            # What the page itself answers is asked elsewhere.
            if kind == "error" and "the server responded with a status of" not in text:
                complain(f"console: {text}")

        page.on("console", lambda line: said(line.type, line.text))
        page.on("pageerror", lambda error: complain(f"script: {error}"))
        page.on("request", lambda request: asked(request.url))
        page.on(
            "response",
            lambda answer: (
                complain(f"{answer.status} for {answer.url}")
                if answer.status >= 400 and answer.request.resource_type != "document"
                else None
            ),
        )

    def _look(self, page: Page, where: str) -> None:
        page.evaluate(axe_source())
        result = page.evaluate(AXE, WCAG)
        assert result["testEngine"]["name"] == "axe-core"
        self.found += [
            f"{where}: {violation['id']}: {node['html'][:200]}"
            for violation in result["violations"]
            for node in violation["nodes"][:3]
        ]
        if page.evaluate(SIDEWAYS):
            self.found.append(f"{where}: scrolls sideways")
