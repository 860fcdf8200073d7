"""News: a text with a date and a picture, about one project, several, or none."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages.catalogue import NEWS
from practices_pages.completeness import Problem, lead_problems
from practices_pages.linked_data import news_article
from practices_pages.models.catalogue_index import CatalogueIndex
from practices_pages.models.page_link import page_link
from practices_pages.models.practice import PracticePage
from practices_pages.models.project import ProjectPage
from practices_pages.models.public_page import GatedPage, Illustrated, image_panel
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField


class NewsIndexPage(CatalogueIndex, Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    catalogue = NEWS
    subpage_types = ["practices_pages.NewsPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")


class NewsPage(GatedPage, Illustrated, Page):
    page_ptr = page_link()
    lead = models.TextField(
        _("lead"),
        max_length=600,
        blank=True,
        help_text=_("Two or three sentences that also stand on the lists."),
    )
    dated_on = models.DateField(
        _("date"),
        default=timezone.localdate,
        help_text=_("It stands on the page and orders the lists."),
    )
    body = CleanRichTextField(_("text"), features=PAGE_FEATURES, blank=True)
    projects = ParentalManyToManyField(
        ProjectPage,
        verbose_name=_("projects"),
        blank=True,
        related_name="news",
        help_text=_("The item stands on their pages, and their funding notices at its foot."),
    )
    updated_on = models.DateField(_("date of last update"), null=True, blank=True)

    parent_page_types = ["practices_pages.NewsIndexPage"]
    subpage_types: list[str] = []
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("lead"),
                    FieldRowPanel([FieldPanel("dated_on"), FieldPanel("updated_on")]),
                    image_panel(),
                    FieldPanel("body"),
                ],
                heading=_("News item"),
            ),
            ObjectList(
                [
                    FieldPanel("projects", widget=forms.CheckboxSelectMultiple),
                    InlinePanel(
                        "related_practices",
                        label=_("Practice"),
                        heading=_("Practices it speaks of"),
                    ),
                ],
                heading=_("Projects and practices"),
            ),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("body"),
        index.FilterField("dated_on"),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")

    def linked_data(self, address: str) -> dict[str, Any]:
        return news_article(self)

    def publication_problems(self) -> list[Problem]:
        found: list[Problem] = super().publication_problems() + lead_problems(self)
        return found


class NewsPractice(Orderable):
    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="related_practices")
    practice = models.ForeignKey(
        PracticePage,
        verbose_name=_("practice"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [FieldPanel("practice")]

    class Meta(Orderable.Meta):
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    def __str__(self) -> str:
        return str(self.practice or "")

    def lacks(self, number: int) -> Iterator[Any]:
        if not self.practice_id:
            yield _now("Practice %(number)d: choose the page.") % {"number": number}
