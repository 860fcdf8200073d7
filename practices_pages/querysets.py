"""Questions about many practices or meetings. What the public may see is in visibility.py."""

from datetime import datetime

from django.db.models import Case, F, Q, When
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

MONTH = "month"  # Precision of a meeting's date; “day” comes before it in every alphabet.


class PracticePageQuerySet(PageQuerySet):
    def originals(self) -> "PracticePageQuerySet":
        """Without aliases: each practice once per language."""
        found: PracticePageQuerySet = self.filter(alias_of=None)
        return found


PracticePageManager = PageManager.from_queryset(PracticePageQuerySet)


class MeetingPageQuerySet(PageQuerySet):
    """A meeting of which only the month is known lasts until the month is over."""

    def upcoming(self, now: datetime) -> "MeetingPageQuerySet":
        """Those that have not ended by `now`, the next one first."""
        found: MeetingPageQuerySet = self.exclude(last_on=None).exclude(_has_ended(now))
        return found.in_order()

    def past(self, now: datetime) -> "MeetingPageQuerySet":
        """Those that have ended by `now`, the latest first."""
        found: MeetingPageQuerySet = self.filter(_has_ended(now))
        return found.in_order().reverse()

    def in_order(self) -> "MeetingPageQuerySet":
        # What will be some day in a month stands behind the days of that month that are known.
        known = Case(When(precision=MONTH, then=F("last_on")), default=F("starts_on"))
        ordered: MeetingPageQuerySet = self.order_by(
            known, "precision", F("start_time").asc(nulls_first=True), "pk"
        )
        return ordered


def _has_ended(now: datetime) -> Q:
    today = now.date()
    return Q(last_on__lt=today) | Q(last_on=today, end_time__lte=now.time())


MeetingPageManager = PageManager.from_queryset(MeetingPageQuerySet)
