"""When a meeting is: on a day, on several, or in a month that is not filled in yet."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, pgettext

WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True)
class MeetingDates:
    """`first` and `last` are days, both included; times count only for days that are known."""

    first: date
    last: date
    is_month: bool = False
    starts_at: time | None = None
    ends_at: time | None = None

    @classmethod
    def of_month(cls, day: date) -> "MeetingDates":
        """The whole month that `day` lies in."""
        return cls(day.replace(day=1), last_of_month(day), is_month=True)

    @property
    def shown(self) -> str:
        """Such as “23–24 października 2018 r.” or “styczeń 2019 r.”, in the language in use."""
        # Translators: a date that ends with its year; Polish adds “r.”.
        return pgettext("date with its year", "%(date)s") % {"date": self._days()}

    def _days(self) -> str:
        first, last = self.first, self.last
        if self.is_month:
            return f"{_month_alone(first)} {first.year}"
        if first == last:
            return date_format(first, "j E Y")
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{date_format(last, 'j E Y')}"
        if first.year == last.year:
            return f"{date_format(first, 'j E')} – {date_format(last, 'j E Y')}"
        return f"{date_format(first, 'j E Y')} – {date_format(last, 'j E Y')}"

    @property
    def shown_times(self) -> str:
        """Such as “10.00–15.30”, or nothing."""
        if self.is_month or self.starts_at is None:
            return ""
        start = _clock(self.starts_at)
        if self.ends_at is None:
            return gettext("from %(time)s") % {"time": start}
        return f"{start}–{_clock(self.ends_at)}"

    @property
    def in_machine_form(self) -> str:
        """For the attribute `datetime` of a `time` element."""
        return self.first.strftime("%Y-%m") if self.is_month else self.first.isoformat()

    def moment_of_start(self) -> datetime | None:
        return self._moment(self.first, self.starts_at)

    def moment_of_end(self) -> datetime | None:
        return self._moment(self.last, self.ends_at)

    def _moment(self, day: date, clock: time | None) -> datetime | None:
        if self.is_month or clock is None:
            return None
        return datetime.combine(day, clock, WARSAW)


def _month_alone(day: date) -> str:
    # Django writes it as on the top of a calendar, also where a text would write it small.
    name = date_format(day, "F")
    return name.lower() if date_format(day, "E").islower() else name


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def here_and_now() -> datetime:
    """The clock that meetings are kept by, whatever the site's time zone is."""
    return timezone.localtime(timezone=WARSAW)


def _clock(value: time) -> str:
    # Translators: format of a time of day, for Django's date filter.
    return time_format(value, pgettext("format of a time of day", "H:i"))
