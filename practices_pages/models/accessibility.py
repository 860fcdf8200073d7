"""The accessibility statement of the site, as the act of 4 April 2019 asks for it.

Its sentences and identifiers follow version 2.0 of the technical conditions for statements (31 July
2024); the page only holds what differs from site to site.
"""

from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page

from practices_pages.completeness import Problem
from practices_pages.models.accessibility_panels import statement_panels
from practices_pages.models.page_link import page_link
from practices_pages.models.public_page import GatedPage
from practices_pages.models.rich_text import CleanRichTextField

TEXT_FEATURES = ["bold", "ol", "ul", "link", "document-link"]
# Who enforces the act; it may change with the act, so editors can.
OMBUDSMAN = "https://bip.brpo.gov.pl/"
REQUIRED = (
    "entity",
    "site_name",
    "site_url",
    "published_on",
    "changed_on",
    "conformity",
    "prepared_on",
    "method",
    "contact_name",
    "contact_email",
    "contact_phone",
    "complaints_to",
    "ombudsman_url",
    "architecture",
    "communication",
)


class Conformity(models.TextChoices):
    FULL = "full", _("conforms")
    PARTIAL = "partial", _("conforms in part")
    NONE = "none", _("does not conform")


class Method(models.TextChoices):
    SELF = "self", _("self-assessment")
    THIRD_PARTY = "third_party", _("assessment by somebody else")


class Barrier(models.TextChoices):
    NON_CONFORMITY = "non_conformity", _("does not conform to the annex")
    EXEMPT = "exempt", _("not covered by the act")
    EXCESSIVE_COST = "excessive_cost", _("excessive cost")


class AccessibilityStatementPage(GatedPage, Page):
    page_ptr = page_link()
    entity = models.CharField(
        _("public body"), max_length=250, blank=True, help_text=_("Its full name.")
    )
    site_name = models.CharField(_("name of the site"), max_length=250, blank=True)
    site_url = models.URLField(_("address of the site"), max_length=500, blank=True)
    published_on = models.DateField(_("the site was published on"), null=True, blank=True)
    changed_on = models.DateField(
        _("last significant change of the site"),
        null=True,
        blank=True,
        help_text=_("Of its structure, looks or functions; new content does not count."),
    )
    conformity = models.CharField(
        _("the site"), max_length=10, choices=Conformity.choices, blank=True
    )
    assessment_url = models.URLField(
        _("assessment of excessive costs"),
        max_length=500,
        blank=True,
        help_text=_("Where it can be read; needed when a barrier below stays for its cost."),
    )
    prepared_on = models.DateField(
        _("the statement was prepared on"),
        null=True,
        blank=True,
        help_text=_("The first time. It stays when the statement is reviewed."),
    )
    reviewed_on = models.DateField(
        _("last review of the statement"),
        null=True,
        blank=True,
        help_text=_("Due each year by 31 March, and whenever the site changes."),
    )
    method = models.CharField(_("prepared by"), max_length=12, choices=Method.choices, blank=True)
    assessor = models.CharField(_("who assessed it"), max_length=250, blank=True)
    report_url = models.URLField(_("report of the assessment"), max_length=500, blank=True)
    conveniences = CleanRichTextField(
        _("conveniences and limits"), features=TEXT_FEATURES, blank=True
    )
    shortcuts = CleanRichTextField(
        _("keyboard shortcuts"),
        features=TEXT_FEATURES,
        blank=True,
        help_text=_("Only those that a browser does not have by itself. This site has none."),
    )
    contact_name = models.CharField(
        _("contact"), max_length=250, blank=True, help_text=_("A person or a unit of the office.")
    )
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9 ()-]{7,40}$", _("Only digits and spaces."))],
    )
    complaints_to = models.CharField(
        _("complaints go to"),
        max_length=500,
        blank=True,
        help_text=_("Who hears a complaint when a request was refused: name and address."),
    )
    ombudsman_url = models.URLField(
        _("address of the body that enforces the act"),
        max_length=500,
        blank=True,
        default=OMBUDSMAN,
    )
    architecture = CleanRichTextField(
        _("accessibility of the building"),
        features=TEXT_FEATURES,
        blank=True,
        help_text=_("Address, entrance, lifts, toilets, parking, assistance dogs."),
    )
    communication = CleanRichTextField(
        _("accessibility of communication"),
        features=TEXT_FEATURES,
        blank=True,
        help_text=_("Ways to get in touch, and whether there is a sign language interpreter."),
    )

    max_count_per_parent = 1
    parent_page_types = ["practices_pages.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *statement_panels()]

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")

    @property
    def checked_on(self) -> date | None:
        """When somebody last looked whether it is still true."""
        return max(filter(None, (self.prepared_on, self.reviewed_on)), default=None)

    @property
    def updated_on(self) -> date | None:
        return self.checked_on

    def barriers_by_kind(self) -> list[tuple[Barrier, list["StatementBarrier"]]]:
        rows = list(self.barriers.all())
        found = [(kind, [row for row in rows if row.kind == kind]) for kind in Barrier]
        return [(kind, those) for kind, those in found if those]

    def publication_problems(self) -> list[Problem]:
        return [*super().publication_problems(), *self._lacking(), *self._contradictions()]

    def _lacking(self) -> list[Problem]:
        return [
            Problem(name, _now("The law asks for “%(field)s”.") % {"field": _label(name)})
            for name in REQUIRED
            if not getattr(self, name)
        ]

    def _contradictions(self) -> list[Problem]:
        kinds = {row.kind for row in self.barriers.all()}
        found = []
        if self.conformity == Conformity.FULL and Barrier.NON_CONFORMITY in kinds:
            text = _now("A site that conforms has no content that does not.")
            found.append(Problem("conformity", text))
        if self.conformity in {Conformity.PARTIAL, Conformity.NONE} and not kinds:
            found.append(Problem("barriers", _now("Say which content is not accessible, and why.")))
        if Barrier.EXCESSIVE_COST in kinds and not self.assessment_url:
            text = _now("An excessive cost needs its assessment.")
            found.append(Problem("assessment_url", text))
        if self.method == Method.THIRD_PARTY and not self.assessor:
            found.append(Problem("assessor", _now("Name who assessed the site.")))
        return found + self._disordered_dates()

    def _disordered_dates(self) -> list[Problem]:
        found = []
        for earlier, later in (("published_on", "changed_on"), ("prepared_on", "reviewed_on")):
            first, second = getattr(self, earlier), getattr(self, later)
            if first and second and second < first:
                words = {"later": _label(later), "earlier": _label(earlier)}
                text = _now("“%(later)s” is before “%(earlier)s”.") % words
                found.append(Problem(later, text))
        return found


def _label(name: str) -> str:
    field: Any = AccessibilityStatementPage._meta.get_field(name)
    return str(field.verbose_name)


class StatementBarrier(Orderable):
    page = ParentalKey(
        AccessibilityStatementPage, on_delete=models.CASCADE, related_name="barriers"
    )
    kind = models.CharField(
        _("why it is not accessible"), max_length=16, choices=Barrier.choices, blank=True
    )
    what = models.TextField(
        _("what"),
        max_length=1000,
        blank=True,
        help_text=_("Which content, where, and what it means for whom."),
    )
    instead = models.TextField(
        _("what to do instead"),
        max_length=500,
        blank=True,
        help_text=_("Another way to the same content, and when the barrier will be gone."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("barrier")
        verbose_name_plural = _("barriers")

    def __str__(self) -> str:
        return str(self.what)

    def lacks(self, number: int) -> list[str]:
        where = {"number": number}
        found = []
        if not self.kind:
            found.append(_now("Barrier %(number)d: choose why it is there.") % where)
        if not self.what:
            found.append(_now("Barrier %(number)d: say what is not accessible.") % where)
        return found


class StatementApp(Orderable):
    page = ParentalKey(AccessibilityStatementPage, on_delete=models.CASCADE, related_name="apps")
    name = models.CharField(_("name"), max_length=250, blank=True)
    url = models.URLField(_("where to get it"), max_length=500, blank=True)
    statement_url = models.URLField(_("its statement"), max_length=500, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("mobile application")
        verbose_name_plural = _("mobile applications")

    def __str__(self) -> str:
        return str(self.name)

    def lacks(self, number: int) -> list[str]:
        if self.name and self.url and self.statement_url:
            return []
        text = _now("Mobile application %(number)d: give its name and both addresses.")
        return [text % {"number": number}]
