"""A network: who is in it, what it needs, what a visitor reads of it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from practices_pages.gate import problems
from practices_pages.models import NetworkDocument, NetworkMember
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.isolation_world import make_contact, make_document
from tests.practices_pages.meetings_world import make_meeting, make_network, make_network_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    return make_site_tree()


@pytest.fixture
def index(practices):
    return make_network_index(practices)


def read(url: str) -> str:
    response = Client().get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": " "}, "lead"),
        ({"for_urban": False}, "for_rural"),
        ({"platform_title": "Doskonalenie w sieci"}, "platform_title"),
        ({"platform_url": "javascript:alert(1)", "platform_title": "P"}, "platform_url"),
    ],
)
def test_what_is_missing_keeps_a_network_from_publication(index, fields, field):
    page = make_network(index, live=False)
    for name, value in fields.items():
        setattr(page, name, value)
    assert field in {problem.field for problem in problems(page)}


def test_a_unit_is_a_member_once_at_a_time(index):
    unit = make_unit()
    page = make_network(index, live=False, members=[unit, unit])
    assert [problem.field for problem in problems(page)] == ["members"]
    former, current = page.members.all()
    former.until = timezone.localdate()
    page.members = [former, current]
    assert problems(page) == []


def test_a_visitor_reads_who_meets_how_often_and_where_they_work_between(index):
    page = make_network(
        index,
        kind="exchange",
        for_powiat=True,
        description="<p>Uczymy się od siebie.</p>",
        rhythm="co dwa miesiące stacjonarnie",
        platform_title="Doskonalenie w sieci",
        platform_url="https://platforma.example/",
        updated_on=date(2018, 11, 5),
        members=[
            make_unit("Miasto Jedno", kind="city_powiat"),
            make_unit("powiat dwójkowy", kind="powiat"),
        ],
    )
    later = timezone.localdate() + timedelta(days=9)
    page.members.add(NetworkMember(unit=make_unit("Gmina Była"), until=timezone.localdate()))
    page.members.add(NetworkMember(unit=make_unit("Gmina Przyszła"), since=later))
    document = make_document("Kontrakt na pracę", "kontrakt", None)
    page.documents.add(NetworkDocument(document=document, description="Wzór", licence="cc0-1.0"))
    page.save_revision().publish()
    html = read(page.url)
    for fact in (
        "grupa wymiany doświadczeń", "gminy miejskie", "powiaty", "Uczymy się od siebie.",
        "co dwa miesiące stacjonarnie", 'href="https://platforma.example/"', "Miasto Jedno",
        "powiat dwójkowy", "Kontrakt na pracę", "5 listopada 2018",
    ):  # fmt: skip
        assert fact in html, fact
    assert "Gmina Była" not in html
    assert "Gmina Przyszła" not in html
    assert "2 członków" in " ".join(read(index.url).split())


def test_the_moderating_person_is_named_only_while_agreeing(index):
    person = make_contact("Ewa Moderująca", make_unit())
    page = make_network(index, contact=person)
    assert "Ewa Moderująca" in read(page.url)
    type(person).objects.update(published_until=timezone.localdate() - timedelta(days=1))
    html = read(page.url)
    assert "Moderująca" not in html
    assert person.email not in html


def test_the_practices_of_members_are_shown_once_they_are_public(practices, index):
    unit, other = make_unit("Gmina Swoja"), make_unit("Gmina Obca")
    page = make_network(index, members=[unit])
    make_practice(practices, live=True, unit=unit, title="Praktyka członka")
    make_practice(practices, unit=unit, title="Szkic członka")
    make_practice(practices, live=True, unit=other, title="Praktyka obcego")
    html = read(page.url)
    assert "Praktyka członka" in html
    assert "Szkic członka" not in html
    assert "Praktyka obcego" not in html


def test_the_list_names_networks_by_kind_with_their_next_meeting(index):
    group = make_network(index, kind="exchange", title="Grupa powiatów")
    make_network(index, title="Sieć miast")
    make_network(index, live=False, title="Szkic sieci")
    make_meeting(group, starts_on=timezone.localdate() + timedelta(days=400))
    make_meeting(group, starts_on=timezone.localdate() + timedelta(days=10), title="Najbliższe")
    html = read(index.url)
    order = ["Sieć miast", "grupa wymiany doświadczeń", "Grupa powiatów"]
    assert sorted(order, key=html.index) == order
    assert "Szkic sieci" not in html
    card = html[html.index("Grupa powiatów") :]
    assert (timezone.localdate() + timedelta(days=10)).isoformat() in card[
        : card.index("</article>")
    ]


def test_the_interface_is_english_below_its_own_address(index):
    page = make_network(index)
    make_meeting(page)
    html = read(f"/en{page.url}")
    assert "Meetings of 2018" in html
    assert "23 October 2018" in html
    assert "network of cooperation and self-education" in html
