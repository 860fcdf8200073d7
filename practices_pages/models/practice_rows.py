"""Rows that belong to a practice: units, steps, effects, pitfalls, authors, documents.

Every field may be empty: a draft is saved at any time. What a published practice needs is in
gate.py.
"""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable

from practices_pages.models.units import LocalGovernmentUnit, UnitGroup, UnitKind, group_of
from practices_pages.models.vocabulary import Licence

PAGE = "practices_pages.PracticePage"


class PracticeUnit(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="practice_units")
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="practice_units",
    )
    kind_at_time = models.CharField(
        _("kind at the time"),
        max_length=12,
        choices=UnitKind.choices,
        blank=True,
        help_text=_("Empty: filled in from the register when the page is saved."),
    )

    panels = [FieldPanel("unit"), FieldPanel("kind_at_time")]

    class Meta(Orderable.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return str(self.unit or "")

    @property
    def group_at_time(self) -> UnitGroup | None:
        return group_of(self.kind_at_time)

    def fill_kind(self) -> None:
        if self.unit is not None and not self.kind_at_time:
            self.kind_at_time = self.unit.kind_on(timezone.localdate())

    def save(self, **kwargs: Any) -> None:
        self.fill_kind()
        super().save(**kwargs)


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


class PracticeDocument(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="practice_documents",
    )
    description = models.CharField(_("what it is for"), max_length=250, blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices, blank=True)
    is_accessible = models.BooleanField(
        _("digitally accessible"),
        default=False,
        help_text=_("It can be read with a screen reader."),
    )
    # An import fetches nothing: it says where the file is, and an editor brings it here.
    source_title = models.CharField(_("title at the source"), max_length=255, blank=True)
    source_url = models.URLField(
        _("file at the source"),
        max_length=2000,
        blank=True,
        help_text=_("Where an imported description had the file. Fetch it and choose it above."),
    )

    panels = [
        FieldPanel("document"),
        FieldPanel("description"),
        FieldPanel("licence"),
        FieldPanel("is_accessible"),
        FieldRowPanel([FieldPanel("source_title"), FieldPanel("source_url")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("document to use")
        verbose_name_plural = _("documents to use")

    def __str__(self) -> str:
        return str(self.description)
