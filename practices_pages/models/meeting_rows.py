"""Rows that belong to a meeting. Every field may be empty: a draft is saved at any time."""

from collections.abc import Iterator
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.images import get_image_model_string
from wagtail.models import Orderable

from practices_pages.alt_texts import is_file_name
from practices_pages.models.documents import DocumentRow
from practices_pages.models.unit_rows import UnitRow

PAGE = "practices_pages.MeetingPage"
BULLETS = "•·*–—-"
SPACES = " \t\u00a0"


class MeetingLeader(Orderable):
    """Who leads the sessions. Shown by name only with consent."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="leaders")
    name = models.CharField(_("full name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    consented_to_be_named = models.BooleanField(_("agreed to be named"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldPanel("consented_to_be_named"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("session leader")
        verbose_name_plural = _("session leaders")

    def __str__(self) -> str:
        return str(self.name)


class MeetingAim(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="aims")
    text = models.TextField(_("aim"), max_length=1000, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("aim of a meeting")
        verbose_name_plural = _("aims of meetings")

    def __str__(self) -> str:
        return str(self.text)

    def lacks(self, number: int) -> Iterator[str]:
        if not self.text.strip():
            yield _now("Aim %(number)d is empty.") % {"number": number}


class MeetingTopic(Orderable):
    """An item of the agenda with its points: two levels, as agendas have them."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="agenda")
    title = models.CharField(_("topic"), max_length=300, blank=True)
    points = models.TextField(
        _("points"),
        max_length=5000,
        blank=True,
        help_text=_("One in each line; bullets are left out."),
    )

    panels = [FieldPanel("title"), FieldPanel("points")]

    class Meta(Orderable.Meta):
        verbose_name = _("topic of the agenda")
        verbose_name_plural = _("topics of the agenda")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def point_list(self) -> list[str]:
        lines = (
            line.strip().lstrip(BULLETS + SPACES).rstrip(";" + SPACES)
            for line in self.points.splitlines()
        )
        return [line for line in lines if line]

    def lacks(self, number: int) -> Iterator[str]:
        if not self.title.strip():
            yield _now("Topic %(number)d has no name.") % {"number": number}


class MeetingUnit(UnitRow):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(
        _("role"), max_length=200, blank=True, help_text=_("Such as: host, presented a practice.")
    )

    panels = [FieldPanel("unit"), FieldRowPanel([FieldPanel("kind_at_time"), FieldPanel("role")])]

    class Meta(UnitRow.Meta):
        verbose_name = _("unit at a meeting")
        verbose_name_plural = _("units at meetings")

    @property
    def day(self) -> date:
        return self.page.starts_on or timezone.localdate()

    def lacks(self, number: int) -> Iterator[str]:
        if not self.unit_id:
            yield _now("Participant %(number)d: choose the unit.") % {"number": number}


class MeetingPicture(Orderable):
    """A picture with people on it: shown only as long as they agree."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="gallery")
    image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    alt = models.CharField(
        _("what the picture shows"),
        max_length=250,
        blank=True,
        help_text=_("For people who do not see it: one sentence, not the file name."),
    )
    credit = models.CharField(_("credit of the picture"), max_length=250, blank=True)
    has_consent = models.BooleanField(
        _("everybody on it agreed"),
        default=False,
        help_text=_("Tick it too when nobody can be recognised, and say so below."),
    )
    consent_note = models.CharField(
        _("who agreed, and how"),
        max_length=250,
        blank=True,
        help_text=_("For the editors only. Such as: signed at registration, list no. 4."),
    )
    consent_until = models.DateField(
        _("consent until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it is shown. Empty: the consent has no end."),
    )

    panels = [
        FieldPanel("image"),
        FieldPanel("caption"),
        FieldRowPanel([FieldPanel("alt"), FieldPanel("credit")]),
        FieldPanel("has_consent"),
        FieldRowPanel([FieldPanel("consent_note"), FieldPanel("consent_until")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("picture of a meeting")
        verbose_name_plural = _("pictures of meetings")

    def __str__(self) -> str:
        return str(self.caption or self.alt)

    def may_be_shown_on(self, day: date) -> bool:
        if self.image_id is None or not self.has_consent:
            return False
        return self.consent_until is None or self.consent_until >= day

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if self.image is None:
            yield _now("Picture %(number)d: choose the picture.") % where
            return
        if not self.alt.strip():
            yield _now("Picture %(number)d: say what it shows.") % where
        elif is_file_name(self.alt, self.image):
            yield _now("Picture %(number)d: the description repeats the file name.") % where
        if not self.credit.strip():
            yield _now("Picture %(number)d: name its author.") % where
        if not self.has_consent or not self.consent_note.strip():
            yield _now("Picture %(number)d: confirm and note who agreed to it.") % where


class MeetingAnswer(Orderable):
    """A measured answer of the evaluation, such as 4.8 of 5 by 17 people."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(_("question"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=100, blank=True)
    scale = models.CharField(
        _("scale"), max_length=100, blank=True, help_text=_("Such as: from 1 to 5.")
    )
    respondents = models.PositiveIntegerField(_("how many answered"), null=True, blank=True)

    panels = [
        FieldPanel("question"),
        FieldRowPanel([FieldPanel("answer"), FieldPanel("scale"), FieldPanel("respondents")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("answer in an evaluation")
        verbose_name_plural = _("answers in evaluations")

    def __str__(self) -> str:
        return str(self.question)

    def lacks(self, number: int) -> Iterator[str]:
        if not (self.question.strip() and self.answer.strip()):
            yield _now("Evaluation %(number)d: give question and answer.") % {"number": number}


class MeetingDocument(DocumentRow):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="documents")

    class Meta(DocumentRow.Meta):
        verbose_name = _("document of a meeting")
        verbose_name_plural = _("documents of meetings")
