"""The time zone that our calendars describe. Asks no database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from practices_pages.calendars import ZONE


def test_the_time_zone_in_the_calendar_agrees_with_that_of_the_system():
    zone = icalendar.Timezone.from_ical(ZONE).to_tz()
    warsaw = ZoneInfo("Europe/Warsaw")
    moment = datetime(1997, 1, 1, 1, 30)
    while moment.year < 2037:
        assert zone.utcoffset(moment) == warsaw.utcoffset(moment), moment
        moment += timedelta(hours=73)
