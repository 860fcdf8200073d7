"""A unit's local plan: whose it is and since when, its scope, its aims and its files."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page
from wagtail.search import index

from practices_pages.completeness import Problem
from practices_pages.models.page_link import page_link
from practices_pages.models.people import ContactPerson, PublicContact, contact_to_show
from practices_pages.models.plan_panels import plan_edit_handler
from practices_pages.models.plan_parts import PlanScope
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.rich_text import SECTION_FEATURES, CleanRichTextField
from practices_pages.models.school_year import SchoolYearField, first_day_of
from practices_pages.models.units import LocalGovernmentUnit, UnitGroup, UnitKind, group_of
from practices_pages.models.vocabulary import KeyCompetence, ThematicArea
from practices_pages.plan_data import digital_document
from practices_pages.search_texts import Passage, plan_passages, plan_prose


class LocalDebate(models.TextChoices):
    HELD = "held", pgettext_lazy("a local debate", "held")
    NOT_HELD = "not_held", pgettext_lazy("a local debate", "not held")
    UNKNOWN = "unknown", _("not known")


class PlanPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(
        _("summary"),
        max_length=600,
        blank=True,
        help_text=_("Two or three sentences that stand on lists."),
    )
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plans",
    )
    stated_kind = models.CharField(
        _("kind of the unit, as far as the register does not say"),
        max_length=12,
        choices=UnitKind.choices,
        blank=True,
        help_text=_(
            "The register of units knows the kind on the plan's date. "
            "Choose it only when the register does not reach back to that day."
        ),
    )
    # Kept because lists are grouped by it.
    kind_at_time = models.CharField(
        _("kind at the time"),
        max_length=12,
        choices=UnitKind.choices,
        blank=True,
        editable=False,
    )
    scope = models.CharField(
        _("scope"),
        max_length=8,
        choices=PlanScope.choices,
        blank=True,
        help_text=_("Choose “unknown” when nothing says it: the page says so, too."),
    )
    dated_on = models.DateField(_("date of the plan"), null=True, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    resolution = models.CharField(
        _("resolution"), max_length=250, blank=True, help_text=_("Such as: No XII/85/2018.")
    )
    school_year = SchoolYearField(
        _("first school year"), blank=True, help_text=_("Such as 2018/2019.")
    )
    implementation_start = models.DateField(_("start of implementation"), null=True, blank=True)
    debate = models.CharField(
        _("local debate"),
        max_length=8,
        choices=LocalDebate.choices,
        default=LocalDebate.UNKNOWN,
        help_text=_("Whether people of the unit debated on education before the plan was made."),
    )
    debate_on = models.DateField(_("date of the debate"), null=True, blank=True)
    debate_note = models.TextField(
        _("about the debate"),
        max_length=1000,
        blank=True,
        help_text=_("Who took part, and what came of it."),
    )
    team_size = models.PositiveSmallIntegerField(
        _("people in the unit's team"), null=True, blank=True
    )
    aims = CleanRichTextField(_("aims"), features=SECTION_FEATURES, blank=True)
    areas = ParentalManyToManyField(
        ThematicArea, verbose_name=_("thematic areas"), blank=True, related_name="plans"
    )
    competences = ParentalManyToManyField(
        KeyCompetence,
        verbose_name=_("key competences"),
        blank=True,
        related_name="plans",
        help_text=_("Those of the list of 2018. Competences of another list belong below."),
    )
    other_competences = models.CharField(
        _("competences as the plan names them"),
        max_length=500,
        blank=True,
        help_text=_("When the plan follows another list, such as that of 2006: in its own words."),
    )
    files_note = models.TextField(
        _("why files are not available"),
        max_length=500,
        blank=True,
        help_text=_("Needed for publication when no file is attached."),
    )
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="plans",
        help_text=_("Who can tell more. When the person's consent ends, the office is shown."),
    )
    source_url = models.URLField(
        _("source"), max_length=500, blank=True, help_text=_("Where it was first published.")
    )

    parent_page_types = ["practices_pages.PlanCollectionPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("aims"),
        index.RelatedFields("unit", [index.SearchField("name")]),
        index.FilterField("kind_at_time"),
        index.FilterField("scope"),
        index.FilterField("school_year"),
        index.FilterField("updated_on"),
    ]

    # What search_passages reads besides the page itself.
    search_prefetch = (
        "areas",
        "competences",
        "partners",
        "documents__document",
        "unit__parent",
        "unit__former_names",
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    @property
    def day(self) -> date | None:
        """The day on which it counts of what kind the unit was."""
        return (
            self.dated_on
            or self.adopted_on
            or self.implementation_start
            or first_day_of(self.school_year)
        )

    @property
    def group_at_time(self) -> UnitGroup | None:
        return group_of(self.kind_at_time)

    def search_passages(self) -> Iterator[Passage]:
        return plan_passages(self)

    def search_prose(self) -> Iterator[Passage]:
        return plan_prose(self)

    def linked_data(self, address: str) -> dict[str, Any]:
        return digital_document(self, address)

    def public_contact(self, on: date) -> PublicContact | None:
        """Whom the public may write to on that day; None when nobody is known."""
        return contact_to_show(self.contact, [self.unit] if self.unit else [], on)

    def publication_problems(self) -> list[Problem]:
        return super().publication_problems() + _missing_facts(self) + _contradictions(self)

    def settle(self, kwargs: dict[str, Any]) -> None:
        # Saving a draft writes a few columns of the live page, and its kind is none of them.
        if kwargs.get("update_fields") is None:
            self.settle_kind()

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        self.settle_kind()
        return super().save_revision(user=user, **kwargs)

    def settle_kind(self) -> None:
        self.kind_at_time = self.known_kind

    @property
    def known_kind(self) -> str:
        """The register comes first: it knows when a unit changed, a text often does not."""
        known = self.unit.kind_on(self.day) if self.unit is not None and self.day else ""
        return known or self.stated_kind


def _missing_facts(plan: PlanPage) -> list[Problem]:
    found = []
    if plan.unit is None:
        found.append(Problem("unit", _now("Choose the unit whose plan it is.")))
    if not (plan.dated_on or plan.adopted_on or plan.school_year):
        problem = _now("Enter the date of the plan, of its adoption, or its first school year.")
        found.append(Problem("dated_on", problem))
    elif plan.unit is not None and group_of(plan.known_kind) is None:
        found.append(Problem("stated_kind", _kind_problem(plan)))
    if not plan.scope:
        problem = _now("Choose the scope; “unknown” is a choice, too.")
        found.append(Problem("scope", problem))
    if not plan.documents.count() and not plan.files_note.strip():
        problem = _now("Attach a file of the plan, or say why files are not available.")
        found.append(Problem("documents", problem))
    return found


def _kind_problem(plan: PlanPage) -> str:
    if plan.known_kind:
        return _now("Plans are those of communes, cities and powiats.")
    return _now(
        "The register does not say of what kind the unit was on %(day)s: choose the kind."
    ) % {"day": plan.day}


def _contradictions(plan: PlanPage) -> list[Problem]:
    if plan.debate_on is None or plan.debate == LocalDebate.HELD:
        return []
    problem = _now("A debate that has a date was held: say so, or take the date away.")
    return [Problem("debate", problem)]


PlanPage.edit_handler = plan_edit_handler()
