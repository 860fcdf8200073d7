"""A meeting in the words of schema.org, for machines. Only what the page shows to everybody."""

from typing import Any

from practices_pages.meeting_dates import MeetingDates

MODES = {
    "in_person": "https://schema.org/OfflineEventAttendanceMode",
    "online": "https://schema.org/OnlineEventAttendanceMode",
    "mixed": "https://schema.org/MixedEventAttendanceMode",
}


def event(meeting: Any, address: str) -> dict[str, Any]:
    """Without dates as long as only the month is known: machines would take it for a day."""
    dates = meeting.dates
    known = _dates(dates) if dates is not None and not dates.is_month else {}
    return {
        "@type": "Event",
        "name": meeting.title,
        "description": meeting.lead,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": MODES[meeting.attendance],
        "location": list(_locations(meeting, address)),
        **known,
    }


def _dates(dates: MeetingDates) -> dict[str, str]:
    start, end = dates.moment_of_start(), dates.moment_of_end()
    return {
        "startDate": (start or dates.first).isoformat(),
        "endDate": (end or dates.last).isoformat(),
    }


def _locations(meeting: Any, address: str) -> Any:
    if meeting.place:
        lines = {"streetAddress": meeting.address, "addressLocality": meeting.town}
        postal = {key: value for key, value in lines.items() if value}
        name = meeting.place_name or meeting.place
        yield {
            "@type": "Place",
            "name": name,
            "address": {"@type": "PostalAddress", **postal, "addressCountry": "PL"},
        }
    if meeting.is_online:
        yield {"@type": "VirtualLocation", "url": meeting.public_online_url or address}
