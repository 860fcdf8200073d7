"""Makes one PDF: a sheet comes in as JSON, the PDF goes out. A program of its own.

engine.py starts it with limits, so that no page can hold up or bring down the site. It knows no
settings, no database and no network: what the HTML names and did not come along is refused.
"""

import base64
import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Archives and screen readers: tagged, with language, title and an order of reading.
VARIANT = "pdf/ua-1"


class OnlyWhatCameAlong(URLFetcher):
    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=[])
        self.files = files

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.files:
            # WeasyPrint leaves the picture out and goes on.
            raise ValueError("not a file of this sheet")
        return URLFetcherResponse(url, self.files[url])


def limit(seconds: int, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024**2,) * 2)
        # When memory runs out this program ends, and no process of the site.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def make(sheet: dict[str, object]) -> bytes:
    files = {str(name): base64.b64decode(data) for name, data in dict(sheet["files"]).items()}  # type: ignore[call-overload]
    fetcher = OnlyWhatCameAlong(files)
    html = HTML(string=sheet["html"], base_url=sheet["base_url"], url_fetcher=fetcher)
    fonts = FontConfiguration()
    css = CSS(string=sheet["css"], base_url="own:", url_fetcher=fetcher, font_config=fonts)
    made: bytes = html.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant=VARIANT)
    return made


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(make(json.load(sys.stdin)))
