"""People belong to units by rows that have a role, a beginning and an end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from practices_pages.models import DraftUnit, MembershipRole, PracticePage, UnitMembership
from tests.factories import make_practice, make_site_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(UnitMembership.snippet_viewset.get_url_name(name), args=args)


def units_named(page):
    return set(DraftUnit.objects.filter(page=page).values_list("unit", flat=True))


def test_a_person_belongs_to_a_unit_once():
    member = UnitMembership.objects.create(user=make_user("author"), unit=make_unit())
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitMembership.objects.create(user=member.user, unit=member.unit)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (0, 0, False)],
)
def test_a_membership_counts_from_its_first_day_to_the_day_before_its_end(since, until, counts):
    day = timezone.localdate()
    row = UnitMembership.objects.create(
        user=make_user("author"),
        unit=make_unit(),
        since=day + timedelta(days=since),
        until=None if until is None else day + timedelta(days=until),
    )
    assert row.is_current is counts
    assert UnitMembership.objects.current().exists() is counts


def test_a_moderator_adds_finds_and_ends_memberships_and_the_log_says_so(client):
    moderator, author, unit = make_user("moderator"), make_user("author"), make_unit("Zmyślin")
    client.force_login(moderator)
    client.post(
        address("add"),
        {"user": author.pk, "unit": unit.pk, "role": "coordinator", "since": "2026-01-01"},
    )
    row = UnitMembership.objects.get()
    assert (row.user, row.unit, row.role) == (author, unit, MembershipRole.COORDINATOR)
    for words in (author.username, "zmyśl", unit.code):
        assert "Zmyślin" in client.get(address("list"), {"q": words}).content.decode()
    assert "Zmyślin" not in client.get(address("list"), {"q": "Nikt taki"}).content.decode()
    changes = {"user": author.pk, "unit": unit.pk, "role": "author", "since": "2026-01-01"}
    client.post(address("edit", row.pk), changes | {"until": str(timezone.localdate())})
    assert not UnitMembership.objects.current().exists()
    actions = ModelLogEntry.objects.for_instance(row).values_list("action", flat=True)
    assert set(actions) == {"wagtail.create", "wagtail.edit"}


@pytest.mark.parametrize("role", ["author", "editor", "newsletter_manager"])
def test_only_moderators_and_administrators_decide_who_belongs_where(client, role):
    user = make_user(role)
    client.force_login(user)
    data = {"user": user.pk, "unit": make_unit().pk, "role": "author", "since": "2026-01-01"}
    assert client.post(address("add"), data).status_code == 302
    assert client.get(address("list")).status_code == 302
    assert not UnitMembership.objects.exists()


def test_a_draft_belongs_to_the_units_that_its_latest_version_names():
    first, second = make_unit("Pierwsza"), make_unit("Druga")
    page = make_practice(make_site_tree(), unit=first)
    assert units_named(page) == {first.pk}
    draft = PracticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    row = draft.practice_units.get()
    row.unit, row.kind_at_time = second, ""
    draft.practice_units = [row]
    draft.save_revision()
    assert units_named(page) == {second.pk}
    # The row that was published, or saved first, still names the other one.
    assert PracticePage.objects.get(pk=page.pk).practice_units.get().unit == first
    page.revisions.earliest("pk").publish()
    assert units_named(page) == {second.pk}


def test_a_copy_and_an_alias_name_the_units_of_their_source():
    index = make_site_tree()
    unit = make_unit()
    page = make_practice(index, unit=unit, live=True)
    copy = page.copy(update_attrs={"slug": "kopia"})
    alias = page.create_alias(update_slug="alias")
    assert units_named(copy) == units_named(alias) == {unit.pk}
