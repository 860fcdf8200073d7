"""Projects: who carries them out, with whose money, in which stages, and what came of them."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from practices_pages.completeness import Problem, lead_problems
from practices_pages.models.costs import Currency
from practices_pages.models.page_link import page_link
from practices_pages.models.people import PublicContact, person_to_show
from practices_pages.models.periods import PartialDateField, Period
from practices_pages.models.project_panels import project_edit_handler
from practices_pages.models.project_rows import (
    PartnerRole,
    ProjectIndicator,
    ProjectStage,
    progress_of,
)
from practices_pages.models.public_page import GatedPage, Illustrated
from practices_pages.models.quantities import amount_field, money, qualifier_field
from practices_pages.models.rich_text import (
    NOTICE_FEATURES,
    PAGE_FEATURES,
    SECTION_FEATURES,
    CleanRichTextField,
)


@dataclass(frozen=True)
class StageView:
    number: int
    stage: ProjectStage
    indicators: list[ProjectIndicator]


class Procedure(models.TextChoices):
    COMPETITIVE = "competitive", _("chosen in a competition")
    NON_COMPETITIVE = "non_competitive", _("non-competitive")


class ProjectIndexPage(Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    subpage_types = ["practices_pages.ProjectPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of projects")
        verbose_name_plural = _("lists of projects")


class ProjectPage(GatedPage, Illustrated, Page):
    page_ptr = page_link()
    full_name = models.CharField(
        _("full name"),
        max_length=500,
        blank=True,
        help_text=_("As the agreement has it, when the title is shorter."),
    )
    short_name = models.CharField(
        _("short name"), max_length=120, blank=True, help_text=_("Or the acronym, for lists.")
    )
    lead = models.TextField(_("lead"), max_length=600, blank=True)
    updated_on = models.DateField(_("date of last update"), null=True, blank=True)
    starts = PartialDateField(_("carried out from"))
    ends = PartialDateField(_("carried out until"))
    general_aim = CleanRichTextField(_("general aim"), features=SECTION_FEATURES, blank=True)
    description = CleanRichTextField(_("description"), features=PAGE_FEATURES, blank=True)
    value = amount_field(
        _("total value"), help_text=_("The whole number: 2800000, not 2.8 million.")
    )
    value_qualifier = qualifier_field()
    value_currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.PLN
    )
    procedure = models.CharField(
        _("how it was chosen"), max_length=15, choices=Procedure.choices, blank=True
    )
    character = models.CharField(
        _("character of the project"),
        max_length=250,
        blank=True,
        help_text=_("As the agreement has it, such as “conceptual”."),
    )
    funding_text = CleanRichTextField(
        _("funding notice"),
        features=NOTICE_FEATURES,
        blank=True,
        help_text=_("Stands at the foot of every page of this project."),
    )
    external_title = models.CharField(_("name of the project's site"), max_length=250, blank=True)
    external_url = models.URLField(_("address of the project's site"), max_length=500, blank=True)
    team_name = models.CharField(_("name of the team or office"), max_length=250, blank=True)
    team_email = models.EmailField(_("e-mail of the team"), blank=True)
    team_phone = models.CharField(_("telephone of the team"), max_length=40, blank=True)

    parent_page_types = ["practices_pages.ProjectIndexPage"]
    subpage_types: list[str] = []
    edit_handler = project_edit_handler()
    search_fields = [
        *Page.search_fields,
        index.SearchField("full_name", boost=2),
        index.SearchField("short_name", boost=2),
        index.SearchField("lead", boost=2),
        index.SearchField("general_aim"),
        index.SearchField("description"),
        index.RelatedFields("other_names", [index.SearchField("name")]),
        index.RelatedFields("partners", [index.SearchField("name")]),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    @property
    def label(self) -> str:
        """For lists and filters."""
        return str(self.short_name or self.title)

    @property
    def period(self) -> Period:
        return Period.read(self.starts, self.ends)

    @property
    def value_words(self) -> str:
        return money(self.value, self.value_currency, self.value_qualifier)

    def progress_on(self, day: date) -> str:
        return progress_of(self.period, day)

    def public_team(self, on: date) -> list[tuple[PublicContact, str]]:
        """Whom the public may write to that day, each with the task in the project.

        People only as long as they agree; the team's mailbox stays.
        """
        found = [
            (person, row.task)
            for row in self.team.select_related("contact__unit")
            if (person := person_to_show(row.contact, on))
        ]
        mailbox = PublicContact.of_mailbox(
            self.team_name, email=self.team_email, phone=self.team_phone
        )
        return [*found, (mailbox, "")] if mailbox else found

    def publication_problems(self) -> list[Problem]:
        found: list[Problem] = super().publication_problems() + lead_problems(self)
        if not self.starts:
            found.append(Problem("starts", _now("Say when the project begins.")))
        if self.period.is_backwards:
            found.append(Problem("ends", _now("The project ends before it begins.")))
        if not self.partners.all():
            found.append(Problem("partners", _now("Name at least one partner, the leader first.")))
        return found + self._indicators_of_no_stage()

    def _indicators_of_no_stage(self) -> list[Problem]:
        stages = len(self.stages.all())
        return [
            Problem(
                "indicators",
                _now("Indicator %(number)d: there is no stage %(stage)d.")
                % {"number": number, "stage": row.stage_number},
            )
            for number, row in enumerate(self.indicators.all(), start=1)
            if row.stage_number is not None and row.stage_number > stages
        ]

    @property
    def card_facts(self) -> list[str]:
        """Lines on lists: who carries it out, the leader first."""
        names = [row.name for row in self.partners.all() if row.role != PartnerRole.FUNDER]
        return [", ".join(names)] if names else []

    def stages_with_indicators(self) -> list[StageView]:
        rows = list(self.indicators.all())
        return [
            StageView(number, stage, [row for row in rows if row.stage_number == number])
            for number, stage in enumerate(self.stages.all(), start=1)
        ]

    def indicators_of_whole(self) -> list[ProjectIndicator]:
        return [row for row in self.indicators.all() if row.stage_number is None]
