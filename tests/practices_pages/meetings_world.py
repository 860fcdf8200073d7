"""Networks and meetings for tests, below a list of networks of their own."""

from datetime import date
from itertools import count
from typing import Any

from wagtail.models import Page

from practices_pages.models import (
    MeetingAim,
    MeetingAnswer,
    MeetingLeader,
    MeetingPage,
    MeetingPicture,
    MeetingTopic,
    MeetingUnit,
    NetworkIndexPage,
    NetworkMember,
    NetworkPage,
    PracticeIndexPage,
)
from practices_pages.workflows import STAFF, install_editorial_workflow
from tests.factories import make_unit, make_user
from tests.practices_pages.isolation_world import make_image

_numbers = count(1)


def make_network_index(practices: PracticeIndexPage) -> NetworkIndexPage:
    index = NetworkIndexPage(title="Sieci", slug="sieci", locale=practices.locale)
    practices.get_parent().add_child(instance=index)
    index.save_revision().publish()
    install_editorial_workflow(index, open_to=STAFF)
    return index


def make_network(index: Page, *, live: bool = True, **fields: Any) -> NetworkPage:
    number = next(_numbers)
    members = fields.pop("members", [])
    defaults = {
        "title": f"Sieć {number}",
        "slug": f"siec-{number}",
        "lead": "Samorządy, które wdrażają plany rozwoju oświaty.",
        "for_urban": True,
        "locale": index.locale,
    }
    page = NetworkPage(live=False, has_unpublished_changes=True, **(defaults | fields))
    page.members = [NetworkMember(unit=unit) for unit in members]
    index.add_child(instance=page)
    return _finished(page, live)


def make_meeting(network: Page, *, live: bool = True, **fields: Any) -> MeetingPage:
    number = next(_numbers)
    units = fields.pop("units", [])
    defaults = {
        "title": f"Spotkanie {number}",
        "slug": f"spotkanie-{number}",
        "lead": "Rozmowa o wdrażaniu planów.",
        "starts_on": date(2018, 10, 23),
        "place_name": "Dom Kultury",
        "town": "Testowo",
        "locale": network.locale,
    }
    page = MeetingPage(live=False, has_unpublished_changes=True, **(defaults | fields))
    page.participants = [MeetingUnit(unit=unit) for unit in units]
    network.add_child(instance=page)
    return _finished(page, live)


def _finished(page: Any, live: bool) -> Any:
    revision = page.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)


def make_moderator(network: NetworkPage, **fields: Any) -> Any:
    """A person whose only group is that of the network."""
    user = make_user("author", **fields)
    user.groups.set([network.moderators])
    return user


def fill(meeting: MeetingPage, **picture: Any) -> None:
    """One row of every kind. Not saved."""
    meeting.leaders.add(
        MeetingLeader(name="Ewa Prowadząca", role="trenerka", consented_to_be_named=True)
    )
    meeting.aims.add(MeetingAim(text="Monitorowanie wdrażania planów"))
    meeting.agenda.add(
        MeetingTopic(title="Współpraca w sieci", points="• kontrakt;\n\n- warunki uczenia się")
    )
    meeting.participants.add(MeetingUnit(unit=make_unit("Miasto Próbne", kind="urban")))
    meeting.answers.add(
        MeetingAnswer(question="Ocena spotkania", answer="4,8", scale="od 1 do 5", respondents=17)
    )
    meeting.gallery.add(make_picture(**picture))


def make_picture(**fields: Any) -> MeetingPicture:
    number = next(_numbers)
    defaults = {
        "caption": "Samorządowcy omawiają plany",
        "alt": "Kilka osób przy stole z mapą gminy",
        "credit": "Jan Fotograf",
        "has_consent": True,
        "consent_note": "lista obecności nr 4",
    }
    image = fields.pop("image", None) or make_image(f"Zdjęcie {number}", f"sala-{number}", None)
    return MeetingPicture(image=image, **(defaults | fields))
