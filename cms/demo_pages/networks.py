"""The demo's networks and their meetings, from networks.json: one over, one online, one of which
only the month is known."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from cms.demo_files import create_document, create_image, read
from cms.site_setup import SiteTree
from practices_pages.models import (
    ContactPerson,
    LocalGovernmentUnit,
    MeetingAim,
    MeetingAnswer,
    MeetingDocument,
    MeetingLeader,
    MeetingPage,
    MeetingPicture,
    MeetingTopic,
    MeetingUnit,
    NetworkDocument,
    NetworkIndexPage,
    NetworkMember,
    NetworkPage,
    Precision,
)

CONSENT_LASTS = timedelta(days=730)
OF_NETWORK = ("title", "slug", "kind", "lead", "description", "rhythm", "every_months")
OF_MEETING = (
    "title", "slug", "lead", "place_name", "address", "town", "attendance", "online_platform",
    "online_url", "shows_online_url", "body", "evaluation",
)  # fmt: skip


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    content = read("networks.json")
    index = NetworkIndexPage.objects.child_of(tree.home).get()
    index.introduction = content["introduction"]
    index.save_revision().publish()
    for entry in content["networks"]:
        network = _create_network(index, entry, owner=users["redaktor"])
        meetings = {
            row["slug"]: _create_meeting(network, row, owner=users["redaktor"])
            for row in entry["meetings"]
        }
        for row in entry["meetings"]:
            page = meetings[row["slug"]]
            page.next_meeting = meetings.get(row.get("next", ""))
            page.save_revision().publish()


def _create_network(index: NetworkIndexPage, entry: dict[str, Any], *, owner: Any) -> NetworkPage:
    page = NetworkPage(locale=index.locale, live=False, owner=owner, **_chosen(entry, OF_NETWORK))
    page.updated_on = date.fromisoformat(entry["updated_on"])
    for group in entry["for"]:
        setattr(page, f"for_{group}", True)
    page.platform_title, page.platform_url = entry.get("platform", ("", ""))
    _illustrate(page, entry)
    if contact := entry.get("contact"):
        page.contact = ContactPerson.objects.create(
            **(contact | {"unit": _unit(contact["unit"])}),
            published_until=timezone.localdate() + CONSENT_LASTS,
        )
    page.members = [
        NetworkMember(unit=_unit(code), since=date.fromisoformat(since))
        for code, since in entry["members"]
    ]
    page.documents = [NetworkDocument(**_file(row)) for row in entry["documents"]]
    index.add_child(instance=page)
    page.save_revision().publish()
    return NetworkPage.objects.get(pk=page.pk)


def _create_meeting(network: NetworkPage, entry: dict[str, Any], *, owner: Any) -> MeetingPage:
    page = MeetingPage(locale=network.locale, live=False, owner=owner, **_chosen(entry, OF_MEETING))
    page.updated_on = date.fromisoformat(entry["updated_on"])
    _put_date(page, entry)
    _illustrate(page, entry)
    page.leaders = [MeetingLeader(**row) for row in entry["leaders"]]
    page.aims = [MeetingAim(text=text) for text in entry["aims"]]
    page.agenda = [MeetingTopic(title=title, points=points) for title, points in entry["agenda"]]
    page.participants = [
        MeetingUnit(unit=_unit(code), role=role) for code, role in entry["participants"]
    ]
    page.gallery = [_picture(row) for row in entry["gallery"]]
    page.answers = [MeetingAnswer(**row) for row in entry["answers"]]
    page.documents = [MeetingDocument(**_file(row)) for row in entry["documents"]]
    network.add_child(instance=page)
    return page


def _put_date(page: MeetingPage, entry: dict[str, Any]) -> None:
    """What is to come is so whenever the demo is loaded."""
    today = timezone.localdate()
    if "in_days" in entry:
        page.starts_on = today + timedelta(days=entry["in_days"])
    elif "in_months" in entry:
        page.precision = Precision.MONTH
        page.starts_on = today + timedelta(days=31 * entry["in_months"])
    else:
        page.starts_on = date.fromisoformat(entry["starts_on"])
    if "ends_on" in entry:
        page.ends_on = date.fromisoformat(entry["ends_on"])
    for name in ("start_time", "end_time"):
        if name in entry:
            hours, minutes = entry[name].split(":")
            setattr(page, name, time(int(hours), int(minutes)))


def _chosen(entry: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: entry[name] for name in names if name in entry}


def _illustrate(page: Any, entry: dict[str, Any]) -> None:
    if image := entry.get("image"):
        page.main_image = create_image(image["file"], entry["title"])
        page.image_alt, page.image_credit = image["alt"], image["credit"]


def _picture(row: dict[str, Any]) -> MeetingPicture:
    image = create_image(row["file"], row["caption"])
    fields = {name: value for name, value in row.items() if name != "file"}
    return MeetingPicture(image=image, has_consent=True, **fields)


def _file(row: dict[str, Any]) -> dict[str, Any]:
    document = create_document(row["file"], row["title"])
    fields = {"kind": row["kind"], "description": row["description"]}
    return {"document": document, "licence": "cc-by-4.0", "is_accessible": True, **fields}


def _unit(code: str) -> LocalGovernmentUnit:
    return LocalGovernmentUnit.objects.get(code=code)
