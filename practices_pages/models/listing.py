"""Pages around the practices: home, list of practices, plain pages, funding notice."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string
from wagtail.models import Page
from wagtail.search import index

from practices_pages.models.page_link import page_link
from practices_pages.models.rich_text import CleanRichTextField

PLAIN_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HomePage(Page):
    page_ptr = page_link()
    lead = models.TextField(_("lead"), blank=True)
    body = CleanRichTextField(_("text"), features=PLAIN_FEATURES, blank=True)
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

    parent_page_types = ["wagtailcore.Page"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("hero_image"), FieldPanel("hero_image_alt")], heading=_("Image")
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class PracticeIndexPage(Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PLAIN_FEATURES, blank=True)

    subpage_types = ["practices_pages.PracticePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of practices")
        verbose_name_plural = _("lists of practices")


class StandardPage(Page):
    page_ptr = page_link()
    body = CleanRichTextField(_("text"), features=PLAIN_FEATURES, blank=True)
    updated_on = models.DateField(_("date of last update"), null=True, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("updated_on")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


@register_setting(icon="tag")
class FundingNotice(BaseSiteSetting):
    text = CleanRichTextField(
        _("text"),
        features=["bold", "italic", "link"],
        blank=True,
        help_text=_("Shown at the foot of every page, as the funding agreement asks."),
    )

    class Meta:
        verbose_name = _("funding notice")
        verbose_name_plural = _("funding notices")
