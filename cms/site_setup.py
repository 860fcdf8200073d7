"""The page tree, groups and workflow a new site begins with."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from cms.roles import install_newsletter_managers
from practices_pages.models import (
    AccessibilityStatementPage,
    CallIndexPage,
    CollectionIndexPage,
    FilmIndexPage,
    FundingNotice,
    HomePage,
    LibraryIndexPage,
    NetworkIndexPage,
    NewsIndexPage,
    PlanIndexPage,
    PracticeIndexPage,
    ProjectIndexPage,
    SiteLinks,
)
from practices_pages.workflows import STAFF, install_editorial_workflow, was_installed

WELCOME_SLUG = "home"  # The page that Wagtail's own migration leaves behind.


@dataclass(frozen=True)
class SitePart:
    """A list of pages right below the home page, in the order of the menu."""

    model: type[Page]
    title: Any
    slug: str


PARTS = (
    SitePart(FilmIndexPage, _("Films"), "filmy"),
    SitePart(PlanIndexPage, _("Plans"), "plany"),
    SitePart(CollectionIndexPage, _("Collections"), "zbiory"),
    SitePart(ProjectIndexPage, _("Projects"), "projekty"),
    SitePart(NewsIndexPage, _("News"), "aktualnosci"),
    SitePart(LibraryIndexPage, _("Library"), "biblioteka"),
    SitePart(CallIndexPage, _("Calls for authors"), "nabory"),
    SitePart(NetworkIndexPage, _("Networks and meetings"), "sieci"),
)


@dataclass(frozen=True)
class SiteTree:
    home: HomePage
    practices: PracticeIndexPage


def ensure_site(base_url: str, *, home_title: str = "", index_title: str = "") -> SiteTree:
    """Create what is missing of home page, practice index, groups and workflow; change nothing
    that is there, except that the default site follows `base_url`. Safe to call again."""
    locale, _created = Locale.objects.get_or_create(language_code="pl")
    with override("pl"):
        home = HomePage.objects.first()
        if home is None:
            home = _create_home(locale, home_title or _now("Good practices"))
            _draft_accessibility_statement(home)
        index = PracticeIndexPage.objects.first() or home.add_child(
            instance=PracticeIndexPage(
                title=index_title or _now("Good practices"),
                slug="dobre-praktyki",
                show_in_menus=True,
                locale=locale,
            )
        )
    site = _point_site_at(home, base_url)
    for settings in (FundingNotice, SiteLinks):
        settings.for_site(site)  # Otherwise the first visitor's GET would write it.
    install_editorial_workflow(index)
    install_newsletter_managers()
    for part in PARTS:
        _ensure_part(part, home)
    return SiteTree(home, index)


def _ensure_part(part: SitePart, home: HomePage) -> None:
    """A part that somebody deleted stays away."""
    if part.model.objects.exists() or was_installed(part.model):
        return
    with override("pl"):
        page = part.model(
            title=str(part.title), slug=part.slug, show_in_menus=True, locale=home.locale
        )
    home.add_child(instance=page)
    install_editorial_workflow(page, open_to=STAFF)


def _draft_accessibility_statement(home: HomePage) -> None:
    """What the law asks for; the editors fill it in, and the dashboard reminds them."""
    title = _now("Accessibility statement")
    home.add_child(
        instance=AccessibilityStatementPage(
            title=title, slug=slugify(title), live=False, locale=home.locale
        )
    )


def _create_home(locale: Locale, title: str) -> HomePage:
    root = Page.get_first_root_node()
    welcome = root.get_children().filter(slug=WELCOME_SLUG).first()
    home = HomePage(title=title, slug="start", locale=locale)
    root.add_child(instance=home)
    if welcome and welcome.specific_class is Page:
        Site.objects.filter(root_page=welcome).update(root_page=home)
        Page.objects.get(pk=welcome.pk).delete()
    return HomePage.objects.get(pk=home.pk)


def _point_site_at(home: HomePage, base_url: str) -> Site:
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port, site.root_page = parts.hostname or "localhost", port, home
    site.site_name = site.site_name or "Dobre Praktyki"
    site.save()
    return site
