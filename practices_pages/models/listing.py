"""Pages around the practices: home, list of practices, plain pages, funding notice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages import visibility
from practices_pages.catalogue.practices import PRACTICES
from practices_pages.models.catalogue_index import CatalogueIndex
from practices_pages.models.index_routes import PracticeViews
from practices_pages.models.page_link import page_link
from practices_pages.models.rich_text import NOTICE_FEATURES, PAGE_FEATURES, CleanRichTextField


class HomePage(Page):
    page_ptr = page_link()
    lead = models.TextField(_("lead"), blank=True)
    body = CleanRichTextField(_("text"), features=PAGE_FEATURES, blank=True)
    hero_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    hero_image_alt = models.CharField(
        _("what the image shows"),
        max_length=250,
        blank=True,
        help_text=_("Empty: the image is only decoration."),
    )
    hero_image_credit = models.CharField(_("credit of the image"), max_length=250, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [
                FieldPanel("hero_image"),
                FieldPanel("hero_image_alt"),
                FieldPanel("hero_image_credit"),
            ],
            heading=_("Image"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """What has no version in this language is read in the default one: its interface is
        translated all the same."""
        try:
            return super().route(request, path_components)
        except Http404:
            original = self._in_default_language()
            if original is None:
                raise
            return original.route(request, path_components)

    def _in_default_language(self) -> "HomePage | None":
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return None
        others = HomePage.objects.filter(
            translation_key=self.translation_key, locale__language_code=settings.LANGUAGE_CODE
        )
        found: HomePage | None = visibility.reachable(others).first()
        return found

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class PracticeIndexPage(CatalogueIndex, PracticeViews, Page):
    page_ptr = page_link()
    catalogue = PRACTICES
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    subpage_types = ["practices_pages.PracticePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of practices")
        verbose_name_plural = _("lists of practices")


class StandardPage(Page):
    page_ptr = page_link()
    body = CleanRichTextField(_("text"), features=PAGE_FEATURES, blank=True)
    updated_on = models.DateField(_("date of last update"), null=True, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("updated_on")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


@register_setting(icon="tag")
class FundingNotice(ClusterableModel, BaseSiteSetting):
    text = CleanRichTextField(
        _("text"),
        features=NOTICE_FEATURES,
        blank=True,
        help_text=_("Shown at the foot of every page, as the funding agreement asks."),
    )

    panels = [FieldPanel("text"), InlinePanel("logos", label=_("Logo"))]

    class Meta:
        verbose_name = _("funding notice")
        verbose_name_plural = _("funding notices")


class FundingLogo(Orderable):
    notice = ParentalKey(FundingNotice, on_delete=models.CASCADE, related_name="logos")
    image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    alt = models.CharField(
        _("whose logo it is"), max_length=250, help_text=_("Read out instead of it.")
    )
    url = models.URLField(_("address"), max_length=500, blank=True)

    panels = [FieldPanel("image"), FieldPanel("alt"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return str(self.alt)
