"""Rows that belong to a practice: units, steps, effects, pitfalls, authors, documents, prizes.

Every field may be empty: a draft is saved at any time. What a published practice needs is in
gate.py.
"""

from collections.abc import Iterator

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from practices_pages.models.documents import DocumentRow
from practices_pages.models.unit_rows import UnitRow
from practices_pages.models.units import LocalGovernmentUnit
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address

PAGE = "practices_pages.PracticePage"


class PracticeUnit(UnitRow):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="practice_units")
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="practice_units",
    )


class Step(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="steps")
    who = models.CharField(_("who"), max_length=250, blank=True)
    when = models.CharField(_("when"), max_length=120, blank=True)
    what = models.TextField(_("what"), blank=True)

    panels = [FieldRowPanel([FieldPanel("who"), FieldPanel("when")]), FieldPanel("what")]

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return f"{self.who} {self.when}"


class MeasuredEffect(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="measured_effects")
    indicator = models.CharField(_("indicator"), max_length=250, blank=True)
    before = models.CharField(_("before"), max_length=100, blank=True)
    after = models.CharField(_("after"), max_length=100, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=60, blank=True)

    panels = [
        FieldPanel("indicator"),
        FieldRowPanel([FieldPanel("before"), FieldPanel("after"), FieldPanel("unit_of_measure")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("measured effect")
        verbose_name_plural = _("measured effects")

    def __str__(self) -> str:
        return str(self.indicator)


class Pitfall(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="pitfalls")
    pitfall = models.TextField(_("what to watch for"), blank=True)
    advice = models.TextField(_("advice"), blank=True)

    panels = [FieldPanel("pitfall"), FieldPanel("advice")]

    class Meta(Orderable.Meta):
        verbose_name = _("pitfall")
        verbose_name_plural = _("pitfalls")

    def __str__(self) -> str:
        return str(self.pitfall)


class PracticeAuthor(Orderable):
    """An author of the description. Shown by name only with consent."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="authors")
    name = models.CharField(_("full name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    consented_to_be_named = models.BooleanField(_("agreed to be named"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldPanel("unit"),
        FieldPanel("consented_to_be_named"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return str(self.name)


class PracticeDocument(DocumentRow):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="documents")
    # An import fetches nothing: it says where the file is, and an editor brings it here.
    source_title = models.CharField(_("title at the source"), max_length=255, blank=True)
    source_url = models.URLField(
        _("file at the source"),
        max_length=2000,
        blank=True,
        help_text=_("Where an imported description had the file. Fetch it and choose it above."),
    )

    panels = [
        *DocumentRow.panels,
        FieldRowPanel([FieldPanel("source_title"), FieldPanel("source_url")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("document to use")
        verbose_name_plural = _("documents to use")


class PracticeDistinction(Orderable):
    """What the practice won: in which contest or tournament, in which group, which place."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="distinctions")
    contest = models.CharField(
        _("contest or tournament"),
        max_length=250,
        blank=True,
        help_text=_("Its full name, as the organiser writes it."),
    )
    edition = models.CharField(
        _("edition or round"),
        max_length=120,
        blank=True,
        help_text=_("For example: 3rd edition, final round."),
    )
    group = models.CharField(
        _("group or category"),
        max_length=160,
        blank=True,
        help_text=_("Whom it was compared with, for example rural communes."),
    )
    award = models.CharField(
        _("place or award"),
        max_length=160,
        blank=True,
        help_text=_("For example: 1st place, honourable mention."),
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
    )
    url = models.URLField(
        _("address of the results"),
        max_length=500,
        blank=True,
        help_text=_("Where the organiser announced it."),
    )

    panels = [
        FieldPanel("contest"),
        FieldRowPanel([FieldPanel("award"), FieldPanel("group")]),
        FieldRowPanel([FieldPanel("edition"), FieldPanel("year")]),
        FieldPanel("url"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("distinction")
        verbose_name_plural = _("distinctions")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.award, self.contest]))

    def lacks(self, number: int) -> Iterator[str]:
        """What keeps this row, the `number`th of its page, from being published."""
        where = {"number": number}
        if not self.contest.strip():
            yield _now("Distinction %(number)d: name the contest or tournament.") % where
        if not self.award.strip():
            yield _now("Distinction %(number)d: say which place or award it was.") % where
        if self.url and not is_safe_address(self.url, WEB_SCHEMES):
            yield _now("Distinction %(number)d: the address must begin with https://.") % where
