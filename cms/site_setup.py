"""The page tree, groups and workflow a new site begins with."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from cms.roles import install_newsletter_managers
from practices_pages.models import FundingNotice, HomePage, PracticeIndexPage
from practices_pages.workflows import install_editorial_workflow

WELCOME_SLUG = "home"  # The page that Wagtail's own migration leaves behind.


@dataclass(frozen=True)
class SiteTree:
    home: HomePage
    practices: PracticeIndexPage


def ensure_site(base_url: str, *, home_title: str = "", index_title: str = "") -> SiteTree:
    """Create what is missing of home page, practice index, groups and workflow; change nothing
    that is there, except that the default site follows `base_url`. Safe to call again."""
    locale, _created = Locale.objects.get_or_create(language_code="pl")
    with override("pl"):
        home = HomePage.objects.first() or _create_home(locale, home_title or _("Good practices"))
        index = PracticeIndexPage.objects.first() or home.add_child(
            instance=PracticeIndexPage(
                title=index_title or _("Good practices"),
                slug="dobre-praktyki",
                show_in_menus=True,
                locale=locale,
            )
        )
    site = _point_site_at(home, base_url)
    FundingNotice.for_site(site)  # Otherwise the first visitor's GET would write it.
    install_editorial_workflow(index)
    install_newsletter_managers()
    return SiteTree(home, index)


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
