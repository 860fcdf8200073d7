"""The English frame of a site: home page and lists, so that editors can translate what is in them.

What has no English version stays Polish, and is read in the English interface.
"""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.models import Locale, Page

from cms.roles import let_translate
from cms.site_setup import PARTS
from practices_pages.models import HomePage, PracticeIndexPage
from practices_pages.workflows import STAFF

ENGLISH = "en"
TITLES: dict[type[Page], Any] = {
    HomePage: _("Good practices"),
    PracticeIndexPage: _("Good practices"),
} | {part.model: part.title for part in PARTS}
# Polish texts that would stand on an English page; an administrator writes new ones.
TEXTS = ("lead", "body", "introduction", "seo_title", "search_description")


def ensure_english(home: HomePage) -> list[Page]:
    """Create the English versions that are missing, and let editors and moderators translate.
    Returns what is new. Safe to call again."""
    locale, _created = Locale.objects.get_or_create(language_code=ENGLISH)
    let_translate(STAFF)
    lists = (page.specific for page in home.get_children().live())
    made = [
        _translate(page, locale)
        for page in (home, *lists)
        if type(page) in TITLES and not page.has_translation(locale)
    ]
    # What came below the first of them later, they do not know themselves.
    return [page.specific for page in Page.objects.filter(pk__in=[page.pk for page in made])]


def _translate(page: Page, locale: Locale) -> Page:
    version: Page = page.copy_for_translation(locale)
    with override(ENGLISH):
        version.title = str(TITLES[type(page)])
    if not isinstance(page, HomePage):
        version.slug = slugify(version.title)
    for name in TEXTS:
        if hasattr(version, name):
            setattr(version, name, "")
    version.save_revision().publish()
    return version
