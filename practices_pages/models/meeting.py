"""A meeting of a network: announced before it, reported after it, on the same page."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search import index

from practices_pages.completeness import Problem
from practices_pages.isolation_policies import MeetingPermissionTester
from practices_pages.meeting_checks import date_warnings, meeting_problems, meeting_warnings
from practices_pages.meeting_dates import MeetingDates
from practices_pages.meeting_event import event
from practices_pages.models.meeting_panels import meeting_edit_handler
from practices_pages.models.meeting_rows import MeetingPicture, MeetingUnit
from practices_pages.models.page_link import page_link
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField
from practices_pages.models.unit_rows import by_group
from practices_pages.querysets import MONTH, MeetingPageManager


class Precision(models.TextChoices):
    DAY = "day", _("the day is known")
    MONTH = MONTH, _("only the month is known")


class Attendance(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    MIXED = "mixed", _("in person and online")


class MeetingPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences for lists.")
    )
    number = models.PositiveSmallIntegerField(
        _("which meeting of the network it is"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("1 for the first one; empty when nobody counts them."),
    )
    precision = models.CharField(
        _("how exactly the date is known"),
        max_length=5,
        choices=Precision.choices,
        default=Precision.DAY,
        help_text=_("When only the month is known, any day of that month may stand below."),
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: it takes one day.")
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(
        _("ends at"), null=True, blank=True, help_text=_("On the last day. Time in Warsaw.")
    )
    # Follows from the dates: with it the database tells past from upcoming.
    last_on = models.DateField(null=True, editable=False, db_index=True)
    attendance = models.CharField(
        _("how one takes part"),
        max_length=9,
        choices=Attendance.choices,
        default=Attendance.IN_PERSON,
    )
    place_name = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Such as: Training Centre, room 2.")
    )
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    town = models.CharField(_("town"), max_length=120, blank=True)
    online_platform = models.CharField(
        _("online platform"), max_length=120, blank=True, help_text=_("What one takes part with.")
    )
    online_url = models.URLField(_("address of the online meeting"), max_length=500, blank=True)
    shows_online_url = models.BooleanField(
        _("show this address to everybody"),
        default=False,
        help_text=_("Otherwise those invited get it from the moderator."),
    )
    body = CleanRichTextField(
        _("report"),
        features=PAGE_FEATURES,
        blank=True,
        help_text=_("Before the meeting: what to expect. Afterwards: what happened."),
    )
    evaluation = CleanRichTextField(
        _("summary of the evaluation"), features=["bold", "italic", "ol", "ul"], blank=True
    )
    next_meeting = models.ForeignKey(
        "self",
        verbose_name=_("next meeting"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown as soon as its page is public."),
    )
    next_month = models.DateField(
        _("month of the next meeting"),
        null=True,
        blank=True,
        help_text=_("Any day of that month, as long as the next meeting has no page."),
    )
    next_note = models.CharField(_("note on the next meeting"), max_length=250, blank=True)

    objects = MeetingPageManager()

    edit_handler = meeting_edit_handler()
    parent_page_types = ["practices_pages.NetworkPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("body"),
        index.SearchField("place_name"),
        index.SearchField("town"),
        index.RelatedFields("agenda", [index.SearchField("title"), index.SearchField("points")]),
        index.FilterField("starts_on"),
        index.FilterField("last_on"),
    ]

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    @property
    def dates(self) -> MeetingDates | None:
        if self.starts_on is None:
            return None
        if self.precision == Precision.MONTH:
            return MeetingDates.of_month(self.starts_on)
        last = self.ends_on or self.starts_on
        return MeetingDates(self.starts_on, last, starts_at=self.start_time, ends_at=self.end_time)

    @property
    def next_dates(self) -> MeetingDates | None:
        """The month of the next meeting, as long as only that is known."""
        return MeetingDates.of_month(self.next_month) if self.next_month else None

    @property
    def is_online(self) -> bool:
        return self.attendance != Attendance.IN_PERSON

    @property
    def is_in_person(self) -> bool:
        return self.attendance != Attendance.ONLINE

    @property
    def place(self) -> str:
        """Where it is, in one line; empty for a meeting that is online alone."""
        parts = (self.place_name, self.address, self.town) if self.is_in_person else ()
        return ", ".join(part.strip() for part in parts if part.strip())

    @property
    def public_online_url(self) -> str:
        return self.online_url if self.is_online and self.shows_online_url else ""

    @property
    def participants_by_group(self) -> list[tuple[str, list[MeetingUnit]]]:
        return by_group([row for row in self.participants.all() if row.unit_id])

    def linked_data(self, address: str) -> dict[str, Any]:
        return event(self, address)

    def has_ended(self, now: datetime) -> bool:
        """What MeetingPageQuerySet.past() says of rows."""
        today = now.date()
        if self.dates is None or today < self.dates.last:
            return False
        if today > self.dates.last:
            return True
        return self.end_time is not None and self.end_time <= now.time()

    def pictures_on(self, day: date) -> list[MeetingPicture]:
        """The pictures that may be shown on that day."""
        return [row for row in self.gallery.all() if row.may_be_shown_on(day)]

    def permissions_for_user(self, user: Any) -> MeetingPermissionTester:
        return MeetingPermissionTester(user, self)

    def publication_problems(self) -> list[Problem]:
        return [*super().publication_problems(), *meeting_problems(self)]

    def publication_warnings(self) -> list[Problem]:
        return [*date_warnings(self), *meeting_warnings(self)]

    def settle(self, kwargs: dict[str, Any]) -> None:
        dates = self.dates
        if dates is not None and dates.is_month:
            self.starts_on, self.ends_on = dates.first, None
            self.start_time = self.end_time = None
        self.last_on = dates.last if dates is not None else None

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        for row in self.participants.all():
            row.fill_kind()
        return super().save_revision(user=user, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.next_meeting_id and self.next_meeting_id == self.pk:
            raise ValidationError({"next_meeting": _now("Choose another meeting than this one.")})
