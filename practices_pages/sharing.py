"""How a page is found and passed on: its one address, its languages, its picture, its facts."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from practices_pages import linked_data
from practices_pages.frame import Frame, Version, address_of

PICTURE = "fill-1200x630|format-jpeg"
LONGEST_DESCRIPTION = 300
OPEN_GRAPH_LOCALES = {"pl": "pl_PL", "en": "en_GB"}


@dataclass(frozen=True)
class SharedPicture:
    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Sharing:
    canonical: str
    versions: tuple[Version, ...]
    default_url: str
    title: str
    description: str
    kind: str
    locale: str
    site_name: str
    picture: SharedPicture | None
    graph: SafeString | None


def sharing(frame: Frame, *, query: Any = None) -> Sharing | None:
    """Nothing for a preview: it is not to be passed on. `query` is the part of the address after
    the question mark that makes a page of its own, where the page says so."""
    site, page = frame.site, frame.page
    if site is None or getattr(frame.request, "is_preview", False):
        return None
    root = site.root_url
    tail = tail_of(frame, query)
    found = tuple(Version(one.language, root + one.url + tail) for one in frame.versions)
    default = [one.url for one in found if one.language == settings.LANGUAGE_CODE]
    return Sharing(
        canonical=root + _own_path(frame) + tail,
        versions=found,
        default_url=default[0] if default else "",
        title=(page.seo_title or page.title) if page else site.site_name,
        description=description_of(page) if page else "",
        kind="article" if hasattr(page, "linked_data") else "website",
        locale=OPEN_GRAPH_LOCALES.get(page.locale.language_code if page else "", "pl_PL"),
        site_name=site.site_name,
        picture=_picture_of(page, root) if page else None,
        graph=linked_data.as_json(_graph(frame, page, root)) if page else None,
    )


def _own_path(frame: Frame) -> str:
    path = frame.request.path
    language = translation.get_language()
    here = next((one for one in frame.versions if one.language == language), None)
    if frame.page is not None and here is not None and here.is_translated and here.url != path:
        # The Polish text read in the English interface, although there is an English one.
        path = f"{frame.page.get_url(frame.request) or path}{frame.view}"
    return path


def tail_of(frame: Frame, query: Any) -> str:
    """What the page calls an address of its own, or else the number of the page of a list."""
    page = frame.page
    if page is None or frame.request.path != address_of(page, frame.request):
        return ""
    if query is not None:
        return f"?{query}" if str(query) else ""
    number = frame.request.GET.get("page", "")
    is_further = re.fullmatch(r"[1-9][0-9]{0,5}", number) and number != "1"
    return f"?page={number}" if is_further else ""


def description_of(page: Page) -> str:
    for name in ("search_description", "lead", "introduction", "body"):
        text = " ".join(strip_tags(getattr(page, name, "") or "").split())
        if text:
            return (
                text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"
            )
    return ""


def _picture_of(page: Page, root: str) -> SharedPicture | None:
    for field, alt in (("main_image", "image_alt"), ("hero_image", "hero_image_alt")):
        image: Any = getattr(page, field, None)
        if image is None:
            continue
        try:
            made = image.get_rendition(PICTURE)
        except (SourceImageIOError, FileNotFoundError):
            return None
        url = made.url if made.url.startswith("http") else root + made.url
        return SharedPicture(url, made.width, made.height, getattr(page, alt))
    return None


def _graph(frame: Frame, page: Page, root: str) -> list[linked_data.Node]:
    address = root + str(page.get_url(frame.request) or "")
    name = frame.site.site_name if frame.site else ""
    nodes = []
    if frame.ancestors:
        trail = [*frame.ancestors, page]
        nodes.append(
            linked_data.breadcrumbs(
                (one.title, root + str(one.get_url(frame.request) or "")) for one in trail
            )
        )
    else:
        index = frame.catalogue
        search = root + str(index.get_url(frame.request) or "") if index else ""
        nodes.append(linked_data.web_site(name, f"{root}/", search))
    about = getattr(page, "linked_data", None)
    if about is not None:
        shown = _picture_of(page, root)
        around = {
            "@id": f"{address}#content",
            "url": address,
            "mainEntityOfPage": address,
            "inLanguage": page.locale.language_code,
            "image": shown.url if shown else None,
            "publisher": {"@type": "Organization", "name": name, "url": f"{root}/"},
        }
        node = around | about(address)
        if node["@type"] == "VideoObject":
            # Without it search engines take no notice of a film.
            node["thumbnailUrl"] = around["image"]
        nodes.append(node)
    return nodes
