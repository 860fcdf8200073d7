"""The English frame of a site: home page and lists, so that editors can translate what is in them.

What has no English version stays Polish, and is read in the English interface.
"""

from typing import Any

from django.db.models import CharField, TextField
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.models import get_all_child_relations
from wagtail.images import get_image_model
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
OF_WAGTAIL = ("seo_title", "search_description")


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
    _empty(version)
    version.save_revision().publish()
    return version


def _empty(version: Page) -> None:
    """Without what would be Polish on an English page: texts, and pictures with theirs."""
    for name in OF_WAGTAIL:
        setattr(version, name, "")
    for field in version._meta.local_fields:
        if isinstance(field, CharField | TextField):
            setattr(version, field.name, "")
        elif field.related_model is get_image_model():
            setattr(version, field.name, None)
    for rows in get_all_child_relations(type(version)):
        if rows.related_model._meta.app_label == version._meta.app_label:
            setattr(version, rows.get_accessor_name(), [])
