"""Collections of plans, such as those of one pilot, and the list of collections."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.models import Page
from wagtail.search import index

from practices_pages.catalogue.plans import PLANS
from practices_pages.completeness import Problem
from practices_pages.models.catalogue_index import CatalogueIndex
from practices_pages.models.page_link import page_link
from practices_pages.models.periods import PartialDateField, Period
from practices_pages.models.plan_panels import collection_edit_handler
from practices_pages.models.plan_parts import PARTS
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.rich_text import PAGE_FEATURES, SHORT_FEATURES, CleanRichTextField
from practices_pages.models.school_year import SchoolYearField
from practices_pages.plan_data import dataset


class PlanIndexPage(CatalogueIndex, Page):
    page_ptr = page_link()
    catalogue = PLANS
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    subpage_types = ["practices_pages.PlanCollectionPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of plan collections")
        verbose_name_plural = _("lists of plan collections")


class PlanCollectionPage(RoutablePageMixin, GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(_("lead"), max_length=600, blank=True)
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)
    stage = models.CharField(
        _("stage of the project"), max_length=200, blank=True, help_text=_("Such as: stage I.")
    )
    support = CleanRichTextField(
        _("support"),
        features=SHORT_FEATURES,
        blank=True,
        help_text=_("Training and advice: what it was, and for whom."),
    )
    support_from = PartialDateField(_("support from"), default="")
    support_to = PartialDateField(_("support to"), default="")
    team_from = models.PositiveSmallIntegerField(
        _("people in a unit's team, from"), null=True, blank=True
    )
    team_to = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)
    how_made = CleanRichTextField(
        _("how the plans came about"),
        features=SHORT_FEATURES,
        blank=True,
        help_text=_(
            "The template with its required elements, and what a plan consists of. "
            "The template itself is a document below."
        ),
    )
    preceded_by_debates = models.BooleanField(
        _("a local debate on education preceded each plan"), default=False
    )
    broad_scope = CleanRichTextField(_("broad scope"), features=SHORT_FEATURES, blank=True)
    narrow_scope = CleanRichTextField(_("narrow scope"), features=SHORT_FEATURES, blank=True)
    school_year = SchoolYearField(
        _("carried out from the school year"),
        blank=True,
        help_text=_("The first school year of the plans. New plans of an import get it."),
    )
    planned_monitoring = CleanRichTextField(
        _("planned monitoring"),
        features=SHORT_FEATURES,
        blank=True,
        help_text=_("How it is planned, and where its results will be."),
    )
    monitoring_from = PartialDateField(_("monitoring from"), default="")
    monitoring_to = PartialDateField(_("monitoring to"), default="")

    parent_page_types = ["practices_pages.PlanIndexPage"]
    subpage_types = ["practices_pages.PlanPage"]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        *(
            index.SearchField(name)
            for name in ("introduction", "support", "how_made", "planned_monitoring")
        ),
    ]

    class Meta:
        verbose_name = _("plan collection")
        verbose_name_plural = _("plan collections")

    @re_path(rf"^(?P<slug>{'|'.join(PARTS)})/$", name="part")
    def show_part(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.render(
            request,
            template="practices_pages/plan_part_page.html",
            context_overrides={"part": PARTS[slug]},
        )

    def publication_problems(self) -> list[Problem]:
        found = super().publication_problems()
        if self.support_period.is_backwards:
            found.append(Problem("support_to", _now("The support ends before it begins.")))
        if self.monitoring_period.is_backwards:
            message = _now("The monitoring ends before it begins.")
            found.append(Problem("monitoring_to", message))
        if self.team_from and self.team_to and self.team_to < self.team_from:
            found.append(Problem("team_to", _now("The larger team comes second.")))
        return found

    def linked_data(self, address: str) -> dict[str, Any]:
        return dataset(self, address)

    @property
    def support_period(self) -> Period:
        return Period.read(self.support_from, self.support_to)

    @property
    def monitoring_period(self) -> Period:
        return Period.read(self.monitoring_from, self.monitoring_to)

    @property
    def explained_scopes(self) -> dict[str, str]:
        """What the scopes mean in this collection, as far as it says so."""
        return {"broad": self.broad_scope, "narrow": self.narrow_scope}

    def get_route_paths(self) -> list[str]:
        return [*super().get_route_paths(), *(f"/{slug}/" for slug in PARTS)]

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request)
        parts = [
            entry | {"location": f"{entry['location']}{slug}/"} for entry in urls for slug in PARTS
        ]
        return urls + parts


PlanCollectionPage.edit_handler = collection_edit_handler()
