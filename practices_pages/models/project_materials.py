"""What a project does and leaves behind: events, files, and what is still to come."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, Page

from practices_pages.models.documents import DocumentKind, DocumentRow
from practices_pages.models.periods import PartialDateField, Period
from practices_pages.models.project_rows import PAGE
from practices_pages.models.quantities import qualifier_field, quantity, span


def count_field(verbose_name: Any, **options: Any) -> Any:
    return models.PositiveIntegerField(verbose_name, null=True, blank=True, **options)


class ProjectEvent(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="events")
    title = models.CharField(_("title"), max_length=500, blank=True)
    starts = PartialDateField(pgettext_lazy("period", "from"))
    ends = PartialDateField(pgettext_lazy("period", "to"))
    description = models.TextField(_("description"), blank=True)
    times = count_field(_("how many"), help_text=_("When there are several: 9."))
    times_qualifier = qualifier_field()
    times_of = models.CharField(
        _("of what"), max_length=120, blank=True, help_text=_("two-day sessions")
    )
    size_from = count_field(_("participants from"))
    size_to = count_field(_("participants to"))
    size_of = models.CharField(
        _("who takes part"), max_length=120, blank=True, help_text=_("units, people")
    )
    # A meeting, a news item: whatever page tells more. Shown only while it is public.
    more = models.ForeignKey(
        Page,
        verbose_name=_("page about it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A meeting or a news item on this site."),
    )

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("times_qualifier"), FieldPanel("times"), FieldPanel("times_of")]),
        FieldRowPanel([FieldPanel("size_from"), FieldPanel("size_to"), FieldPanel("size_of")]),
        FieldPanel("more"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def period(self) -> Period:
        return Period.read(self.starts, self.ends)

    @property
    def when(self) -> Period:
        """Without an end it is on that day, in that month."""
        return Period.read(self.starts, self.ends or self.starts)

    @property
    def times_words(self) -> str:
        return quantity(self.times, self.times_of, self.times_qualifier)

    @property
    def size_words(self) -> str:
        return span(self.size_from, self.size_to, self.size_of)

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.title.strip():
            yield _now("Event %(number)d: enter its title.") % where
        if self.period.is_backwards:
            yield _now("Event %(number)d: it ends before it begins.") % where


class ProjectDocument(DocumentRow):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="documents")

    class Meta(Orderable.Meta):
        verbose_name = _("project document")
        verbose_name_plural = _("project documents")


class PlannedPublication(Orderable):
    """A document or publication of which there is no file here yet."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="planned_publications")
    title = models.CharField(_("title"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=500, blank=True)
    count = count_field(_("how many"))
    count_qualifier = qualifier_field()
    due = PartialDateField(pgettext_lazy("publication", "expected"))

    panels = [
        FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]),
        FieldPanel("purpose"),
        FieldRowPanel([FieldPanel("count_qualifier"), FieldPanel("count"), FieldPanel("due")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("planned publication")
        verbose_name_plural = _("planned publications")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def count_words(self) -> str:
        return quantity(self.count, "", self.count_qualifier)

    @property
    def due_period(self) -> Period:
        return Period.read(self.due, self.due)

    def lacks(self, number: int) -> Iterator[str]:
        if not self.title.strip():
            yield _now("Planned publication %(number)d: enter its title.") % {"number": number}
