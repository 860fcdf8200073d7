"""A practice: eight sections in a fixed order, rows of facts, and a permanent id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page
from wagtail.search import index

from practices_pages.completeness import Problem, practice_problems
from practices_pages.forms import PracticePageForm
from practices_pages.isolation_policies import PracticePermissionTester
from practices_pages.linked_data import article
from practices_pages.models.costs import CostBand, cost_band_of
from practices_pages.models.identity import PracticeIdentity
from practices_pages.models.memberships import DraftUnit
from practices_pages.models.page_link import page_link
from practices_pages.models.panels import practice_edit_handler
from practices_pages.models.people import ContactPerson, PublicContact, contact_to_show
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.rich_text import SECTION_FEATURES, CleanRichTextField
from practices_pages.models.vocabulary import KeyCompetence, Licence, SchoolType, ThematicArea
from practices_pages.querysets import PracticePageManager
from practices_pages.search_texts import Passage, practice_passages, practice_prose

# The fixed order of the eight sections; headings are the fields' verbose names.
SECTIONS = (
    "local_system",
    "problem",
    "solution",
    "who_when_what",
    "effects",
    "cost",
    "why_promote",
    "replication",
)
LEAD_MAX_LENGTH = 600


@dataclass(frozen=True)
class Section:
    number: int
    key: str
    heading: str
    html: str


def section_field(heading: Any, help_text: Any) -> CleanRichTextField:
    return CleanRichTextField(heading, features=SECTION_FEATURES, blank=True, help_text=help_text)


class PracticePage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    identity = models.ForeignKey(
        PracticeIdentity,
        verbose_name=_("permanent id"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="pages",
    )
    lead = models.TextField(
        _("lead"),
        max_length=LEAD_MAX_LENGTH,
        blank=True,
        help_text=_("Two or three sentences that stand on lists and in the newsletter."),
    )
    local_system = section_field(
        _("Description of the local system"),
        _("The unit, its schools and pupils, and how education was run before the change."),
    )
    problem = section_field(
        _("The problem behind the innovation"),
        _("What did not work, for whom, and how it was noticed."),
    )
    solution = section_field(
        _("What does the solution consist of?"),
        _("What is done now, so that a reader from another unit could explain it to others."),
    )
    who_when_what = section_field(
        _("Who did what, and when?"),
        _("The course of the work; put the steps into the rows below."),
    )
    effects = section_field(
        _("What effects were achieved?"),
        _("What changed, and how it is known; put measured effects into the rows below."),
    )
    cost = section_field(
        _("How much did it cost?"),
        _("Money, time and people; put amounts into the rows below."),
    )
    why_promote = section_field(
        _("Why is the solution worth promoting?"),
        _("What other units gain from it, and under which conditions."),
    )
    replication = section_field(
        _("Recommendations for replication"),
        _("What to do first, what to avoid; put pitfalls into the rows below."),
    )
    areas = ParentalManyToManyField(
        ThematicArea, verbose_name=_("thematic areas"), blank=True, related_name="practices"
    )
    competences = ParentalManyToManyField(
        KeyCompetence, verbose_name=_("key competences"), blank=True, related_name="practices"
    )
    school_types = ParentalManyToManyField(
        SchoolType, verbose_name=_("types of schools"), blank=True, related_name="practices"
    )
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="practices",
        help_text=_("Who can tell more. When the person's consent ends, the office is shown."),
    )
    film_url = models.URLField(_("film"), max_length=500, blank=True)
    source_url = models.URLField(
        _("source"), max_length=500, blank=True, help_text=_("Where it was first described.")
    )
    licence = models.CharField(
        _("licence"),
        max_length=20,
        choices=Licence.choices,
        blank=True,
        help_text=_("Under which licence the description may be used."),
    )
    announce = models.BooleanField(
        _("Announce to subscribers"),
        default=False,
        help_text=_("Subscribers get one e-mail about this practice, however often it changes."),
    )
    is_archival = models.BooleanField(
        _("archival description"),
        default=False,
        help_text=_("Taken over from elsewhere and incomplete; the page says what is missing."),
    )
    archival_reason = models.CharField(_("why it is published so"), max_length=500, blank=True)
    original_date = models.DateField(_("date of the original"), null=True, blank=True)
    publication_note = models.CharField(
        _("note to this publication"),
        max_length=500,
        blank=True,
        help_text=_(
            "What you correct, or why you publish without a second person. It stays in the log."
        ),
    )

    objects = PracticePageManager()

    needs_second_person = True
    base_form_class = PracticePageForm

    parent_page_types = ["practices_pages.PracticeIndexPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["identity", "announce", "publication_note"]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        *(index.SearchField(name) for name in SECTIONS),
        index.FilterField("identity"),
        index.FilterField("is_archival"),
        index.FilterField("updated_on"),
    ]

    # What search_passages reads besides the page itself.
    search_prefetch = (
        "areas",
        "competences",
        "school_types",
        "steps",
        "measured_effects",
        "pitfalls",
        "cost_items",
        "documents__document",
        "practice_units__unit__parent",
        "practice_units__unit__former_names",
    )

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    @property
    def pid(self) -> str:
        """The permanent id, such as DP-0001; empty before the first save."""
        return self.identity.pid if self.identity else ""

    @property
    def sections(self) -> list[Section]:
        return [
            Section(number, key, str(self._meta.get_field(key).verbose_name), getattr(self, key))
            for number, key in enumerate(SECTIONS, start=1)
        ]

    def search_passages(self) -> Iterator[Passage]:
        return practice_passages(self)

    def search_prose(self) -> Iterator[Passage]:
        return practice_prose(self)

    @property
    def cost_band(self) -> CostBand:
        return cost_band_of(self.cost_items.all())

    def public_contact(self, on: date) -> PublicContact | None:
        """Whom the public may write to on that day; None when nobody is known.

        A person only as long as the person's consent lasts, then the first unit's office.
        """
        units = [row.unit for row in self.practice_units.all() if row.unit is not None]
        return contact_to_show(self.contact, units, on)

    def linked_data(self, address: str) -> dict[str, Any]:
        return article(self)

    def permissions_for_user(self, user: Any) -> PracticePermissionTester:
        return PracticePermissionTester(user, self)

    def publication_problems(self) -> list[Problem]:
        return practice_problems(self)

    def settle(self, kwargs: dict[str, Any]) -> None:
        changed = self._settle_identity()
        if changed and kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = [*kwargs["update_fields"], "identity", "announce"]

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        super().save(clean=clean, **kwargs)
        if self.latest_revision_id is None:
            self._settle_draft_units()

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        for row in self.practice_units.all():
            row.fill_kind()
        self._drop_inherited_note(user)
        revision = super().save_revision(user=user, **kwargs)
        self._settle_draft_units()
        return revision

    def with_content_json(self, content: dict[str, Any]) -> "PracticePage":
        page: PracticePage = super().with_content_json(content)
        # The id belongs to the page and not to a version of it; an alias follows its source.
        if not self.alias_of_id:
            page.identity_id = self.identity_id
        return page

    def _settle_identity(self) -> bool:
        """Give the page its permanent id, or a new one when it may not share; True if changed."""
        if self.identity_id is None:
            self.identity = self._identity_of_translation() or PracticeIdentity.allocate()
            return True
        if self.alias_of_id is None and self._shares_identity_wrongly():
            self.identity = PracticeIdentity.allocate()
            # An alias made a page of its own: a new practice, announced by explicit choice only.
            self.announce = False
            return True
        return False

    def _identity_of_translation(self) -> PracticeIdentity | None:
        sibling = (
            PracticePage.objects.filter(
                translation_key=self.translation_key, identity__isnull=False
            )
            .exclude(pk=self.pk)
            .select_related("identity")
            .first()
        )
        return sibling.identity if sibling else None

    def _shares_identity_wrongly(self) -> bool:
        """Only translations of one page, one per language, are the same practice."""
        others = PracticePage.objects.originals().filter(identity_id=self.identity_id)
        rivals = others.exclude(pk=self.pk).filter(
            Q(locale_id=self.locale_id) | ~Q(translation_key=self.translation_key)
        )
        return bool(rivals.exists())

    def _settle_draft_units(self) -> None:
        DraftUnit.follow(self, [row.unit_id for row in self.practice_units.all() if row.unit_id])

    def _drop_inherited_note(self, user: Any) -> None:
        """A note speaks for the person who wrote it, not for whoever saves next."""
        latest = self.latest_revision
        if latest is None or not self.publication_note:
            return
        inherited = latest.content.get("publication_note") == self.publication_note
        if inherited and latest.user_id != getattr(user, "pk", None):
            self.publication_note = ""


PracticePage.edit_handler = practice_edit_handler(
    [
        (number, key, PracticePage._meta.get_field(key).verbose_name)
        for number, key in enumerate(SECTIONS, start=1)
    ]
)
