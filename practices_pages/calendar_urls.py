"""Calendars below pages. Belongs before Wagtail's own addresses, at the same place."""

from django.urls import re_path

from practices_pages import calendar_views

urlpatterns = [
    # The same form of a page's path as Wagtail's, whose addresses end with a slash.
    re_path(
        r"^(?P<calendar_path>(?:[\w\-]+/)*)kalendarz\.ics$",
        calendar_views.calendar,
        name="practices_pages_calendar",
    ),
]
