"""Moderators of a network: its meetings are theirs, and nothing else of anybody's drafts."""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    WorkflowState,
)
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from practices_pages import isolation, moderating
from practices_pages.models import MeetingPage, NetworkPage
from practices_pages.workflows import AUTHORS
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.isolation_world import make_document, make_image
from tests.practices_pages.meetings_world import (
    make_meeting,
    make_moderator,
    make_network,
    make_network_index,
)
from tests.practices_pages.test_isolation_crawl import body_of, panel_addresses

pytestmark = pytest.mark.django_db
CANARY = "kanarzyca"
ACTIONS = ("add", "change", "choose")
ROWS = (
    "leaders", "aims", "agenda", "participants", "gallery", "answers", "documents", "comments",
)  # fmt: skip


@pytest.fixture
def world() -> SimpleNamespace:
    practices = make_site_tree()
    index = make_network_index(practices)
    own, other = make_network(index, title="Sieć własna"), make_network(index, title="Sieć obca")
    world = SimpleNamespace(practices=practices, index=index, own=own, other=other)
    world.maja = make_moderator(own, username="maja")
    world.olek = make_moderator(other, username="olek")
    world.draft = make_meeting(own, live=False, owner=world.olek, title="Szkic własny")
    world.live = make_meeting(own, title="Jawne własne")
    world.foreign_draft = make_meeting(other, live=False, title=f"{CANARY}-szkic")
    world.foreign = make_meeting(other, title="Jawne obce")
    world.foreign.lead = f"{CANARY}-zmiana"
    world.foreign.save_revision()
    world.practice = make_practice(practices, owner=make_user("author"), title=f"{CANARY}-praktyka")
    return world


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def form(page: MeetingPage | None = None, **changes):
    """What the editor of a meeting posts."""
    page = page.get_latest_revision_as_object() if page else MeetingPage(title="Nowe", slug="nowe")
    names = (
        "title", "slug", "lead", "precision", "attendance", "place_name", "address", "town",
        "online_platform", "online_url", "next_note", "image_alt", "image_credit",
    )  # fmt: skip
    data = {name: getattr(page, name) for name in names}
    data |= {"starts_on": page.starts_on or "", "body": rich_text(page.body)}
    data |= {"evaluation": rich_text(page.evaluation), "comment_notifications": ""}
    data |= {rows: inline_formset([]) for rows in ROWS}
    if page.pk:
        data["participants"] = inline_formset(
            [{"unit": row.unit_id, "id": row.pk} for row in page.participants.all()],
            initial=page.participants.count(),
        )
    return nested_form_data(data | changes)


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_a_new_network_gets_a_group_a_collection_and_their_rights_at_once(world):
    network = make_network(world.index, live=False, title="Nowa sieć")
    assert network.moderators.name == "Moderatorzy: Nowa sieć"
    assert network.collection.name == "Nowa sieć"
    granted = GroupPagePermission.objects.filter(group=network.moderators)
    assert [(g.page_id, g.permission.codename) for g in granted] == [(network.pk, "add_page")]
    files = GroupCollectionPermission.objects.filter(group=network.moderators)
    assert {g.collection_id for g in files} == {network.collection_id}
    assert {g.permission.codename for g in files} == {
        f"{action}_{file}"
        for action in ("add", "change", "choose")
        for file in ("image", "document")
    }
    assert PageLogEntry.objects.filter(page=network.pk, action=moderating.CHANGED).count() == 1


def test_networks_of_one_name_have_groups_of_their_own(world):
    first, second = (make_network(world.index, title="Taka sama") for _ in range(2))
    assert first.moderators != second.moderators
    assert first.collection != second.collection


def test_saving_again_keeps_what_an_operator_made_of_the_rights(world):
    GroupPagePermission.objects.filter(group=world.own.moderators).delete()
    groups, collections = Group.objects.count(), Collection.objects.count()
    world.own.save_revision().publish()
    assert not GroupPagePermission.objects.filter(group=world.own.moderators).exists()
    assert (Group.objects.count(), Collection.objects.count()) == (groups, collections)


def test_another_group_takes_the_rights_over_at_once_and_no_version_brings_them_back(world):
    first_version = world.own.latest_revision
    former, chosen = world.own.moderators, Group.objects.create(name="Nowa grupa")
    page = NetworkPage.objects.get(pk=world.own.pk)
    page.moderators = chosen
    page.save_revision()
    assert NetworkPage.objects.get(pk=page.pk).moderators == chosen
    assert not GroupPagePermission.objects.filter(group=former).exists()
    assert not GroupCollectionPermission.objects.filter(group=former).exists()
    assert GroupPagePermission.objects.filter(group=chosen, page=page.pk).exists()
    assert not isolation.tends(type(world.maja).objects.get(pk=world.maja.pk), world.draft)
    first_version.publish()
    assert NetworkPage.objects.get(pk=page.pk).moderators == chosen
    assert not GroupPagePermission.objects.filter(group=former).exists()


def test_a_copy_of_a_network_is_moderated_by_a_group_of_its_own(world):
    copy = world.own.copy(to=world.index, update_attrs={"slug": "kopia", "title": "Kopia"})
    assert copy.moderators not in {None, world.own.moderators}
    assert not GroupPagePermission.objects.filter(group=world.own.moderators, page=copy.pk)


def test_only_who_may_change_groups_chooses_the_group(world):
    address = edit(world.own)
    assert (
        'name="moderators"' not in signed_in(make_user("moderator")).get(address).content.decode()
    )
    html = signed_in(make_user("administrator")).get(address).content.decode()
    assert 'name="moderators"' in html


def test_moderators_add_change_and_submit_meetings_and_do_not_publish(world):
    client = signed_in(world.maja)
    add = reverse("wagtailadmin_pages:add", args=["practices_pages", "meetingpage", world.own.pk])
    unit = make_unit("Gmina Dowolna")
    rows = inline_formset([{"unit": unit.pk, "kind_at_time": "", "role": ""}])
    answer = client.post(add, form(participants=rows, **{"action-publish": "1"}))
    assert answer.status_code == 302
    page = MeetingPage.objects.get(slug="nowe")
    assert not page.live
    assert page.get_latest_revision_as_object().participants.get().unit == unit
    # Somebody else's draft in the same network, and a published meeting.
    for page in (world.draft, world.live):
        client.post(edit(page), form(page, lead="Zmieniony lead", **{"action-submit": "1"}))
        page = MeetingPage.objects.get(pk=page.pk)
        assert page.get_latest_revision_as_object().lead == "Zmieniony lead"
        assert page.lead != "Zmieniony lead" or not page.live
        assert page.workflow_in_progress
    client.post(edit(world.live), form(world.live, title="Bez zgody", **{"action-publish": "1"}))
    assert MeetingPage.objects.get(pk=world.live.pk).title == "Jawne własne"
    may = world.live.permissions_for_user(world.maja)
    assert not any((may.can_publish(), may.can_unpublish(), may.can_delete(), may.can_lock()))
    assert not may.can_set_view_restrictions()


def test_moderators_delete_drafts_of_their_own_alone(world):
    own = make_meeting(world.own, live=False, owner=world.maja)
    client = signed_in(world.maja)
    for page in (own, world.draft, world.live):
        client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    kept = MeetingPage.objects.filter(pk__in=[own.pk, world.draft.pk, world.live.pk])
    assert set(kept) == {world.draft, world.live}


def test_the_network_itself_is_not_theirs_even_if_they_made_it(world):
    NetworkPage.objects.filter(pk=world.own.pk).update(owner=world.maja)
    network = NetworkPage.objects.get(pk=world.own.pk)
    may = network.permissions_for_user(world.maja)
    assert (may.can_add_subpage(), may.can_edit(), may.can_delete()) == (True, False, False)
    assert not may.can_view_revisions()
    assert signed_in(world.maja).get(edit(network)).status_code in {302, 403, 404}


def test_whoever_leaves_the_group_loses_everything_at_once(world):
    page = make_meeting(world.own, live=False, owner=world.maja, title="Zostawione")
    world.maja.groups.set([Group.objects.get(name=AUTHORS)])
    user = type(world.maja).objects.get(pk=world.maja.pk)
    assert not isolation.sees(user, page)
    assert not page.permissions_for_user(user).can_edit()
    assert signed_in(user).get(edit(page)).status_code == 404


FOREIGN = (
    "edit", "delete", "unpublish", "move", "copy", "lock", "unlock", "history", "usage",
    "view_draft", "convert_alias", "set_privacy", "preview_on_edit", "workflow_history",
)  # fmt: skip


@pytest.mark.once
def test_other_networks_and_practices_cannot_be_touched(world):
    client = signed_in(world.maja)
    pages = [world.foreign_draft, world.foreign, world.other, world.index, world.practice]
    before = list(Page.objects.order_by("pk").values())
    wrong = []
    for page in pages:
        for name in FOREIGN:
            address = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
            for answer in (client.get(address), client.post(address, form(world.foreign))):
                if CANARY in body_of(answer) or answer.status_code >= 500:
                    wrong.append(f"{answer.status_code} {address}")
        for action in ("publish", "copy", "delete", "move", "unpublish", "revert_to_page_revision"):
            address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
            client.post(address, {"destination_page_id": world.own.pk}, "application/json")
    for action in ("publish", "unpublish", "delete", "move"):
        ids = "&".join(f"id={page.pk}" for page in pages)
        client.post(f"/panel/bulk/wagtailcore/page/{action}/?{ids}", {"chooser": world.own.pk})
    add = reverse("wagtailadmin_pages:add", args=["practices_pages", "meetingpage", world.other.pk])
    client.post(add, form())
    network = ["practices_pages", "networkpage", world.index.pk]
    client.post(reverse("wagtailadmin_pages:add", args=network), {"title": "x", "slug": "x"})
    assert wrong == []
    assert list(Page.objects.order_by("pk").values()) == before
    assert not WorkflowState.objects.exists()


def test_own_meetings_are_not_moved_or_copied_into_another_network(world):
    own = make_meeting(world.own, live=False, owner=world.maja)
    client = signed_in(world.maja)
    confirm = reverse("wagtailadmin_pages:move_confirm", args=[own.pk, world.other.pk])
    client.post(confirm)
    copy = reverse("wagtailadmin_pages:copy", args=[own.pk])
    client.post(
        copy, {"new_title": "K", "new_slug": "k", "new_parent_page": world.other.pk, "alias": ""}
    )
    assert MeetingPage.objects.child_of(world.other).count() == 2
    assert MeetingPage.objects.get(pk=own.pk).get_parent().pk == world.own.pk


def addresses(world: SimpleNamespace):
    keys = [world.foreign_draft.pk, world.foreign.pk, world.practice.pk, world.own.pk]
    for name, arguments in panel_addresses():
        if name in {"wagtailadmin_error_test", "wagtailadmin_logout"}:
            continue
        if not arguments:
            yield reverse(name)
            yield f"{reverse(name)}?q={CANARY[:-1]}"
        elif set(arguments) <= {"page_id", "pk", "parent_page_id", "page_to_move_id"}:
            for key in keys:
                with suppress(NoReverseMatch):  # Rows of the newsletter have keys of another form.
                    yield reverse(name, kwargs=dict.fromkeys(arguments, key))


@pytest.mark.once
def test_no_address_of_the_panel_tells_moderators_of_other_drafts(world):
    client = signed_in(world.maja)
    wrong = []
    for address in addresses(world):
        text = body_of(client.get(address)).replace(f"q={CANARY[:-1]}", "")
        if CANARY in text:
            at = text.index(CANARY)
            wrong.append(f"{address}: {text[max(0, at - 60) : at + 30]!r}")
    assert wrong == []


def test_a_unit_author_sees_nothing_of_networks_but_what_is_public(world):
    author = make_user("author")
    seen = isolation.visible_to(author)
    assert not seen.filter(pk__in=[world.draft.pk, world.foreign_draft.pk]).exists()
    may = world.own.permissions_for_user(author)
    assert (may.can_add_subpage(), may.can_edit(), may.can_view_revisions()) == (False,) * 3
    for page in (world.draft, world.live, world.own):
        assert signed_in(author).get(edit(page)).status_code in {302, 404}
        history = reverse("wagtailadmin_pages:history", args=[page.pk])
        assert signed_in(author).get(history).status_code in {302, 404}


def test_files_go_into_the_collection_of_the_network_and_are_shared_there(world):
    colleague = make_moderator(world.own, username="jan")
    shared = make_image("Sala obrad", "sala", colleague)
    shared.collection = world.own.collection
    shared.save()
    foreign = make_image(f"{CANARY}-obraz", "obcy", world.olek)
    foreign.collection = world.other.collection
    foreign.save()
    rooted = make_document(f"{CANARY}-plik", "plik", make_user("editor"))
    assert list(isolation.visible_files(world.maja, type(shared).objects.all())) == [shared]
    assert not isolation.visible_files(world.maja, type(rooted).objects.all()).exists()
    client = signed_in(world.maja)
    html = client.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert "Sala obrad" in html
    assert CANARY not in html
    for image, status in ((shared, 200), (foreign, 404)):
        address = reverse("wagtailimages:edit", args=[image.pk])
        assert client.get(address).status_code == status
    add = client.get(reverse("wagtaildocs:add")).content.decode()
    assert "Sieć obca" not in add


def test_moderators_who_are_authors_as_well_write_practices_for_own_units_alone(world):
    world.maja.groups.add(Group.objects.get(name=AUTHORS))
    own, foreign = make_unit("Gmina Mai"), make_unit("Gmina Cudza")
    practice = make_practice(world.practices, owner=world.maja, unit=own)
    client = signed_in(world.maja)
    assert client.get(edit(practice)).status_code == 200
    posted = {"practice_units-0-unit": foreign.pk, "practice_units-TOTAL_FORMS": "1"}
    assert client.post(edit(practice), posted).status_code == 404
    rows = inline_formset([{"unit": foreign.pk, "kind_at_time": "", "role": ""}])
    answer = client.post(edit(world.draft), form(world.draft, participants=rows))
    assert answer.status_code == 302
    assert isolation.is_isolated(world.maja)


def test_an_unseen_page_is_not_chosen_as_the_next_meeting(world):
    client = signed_in(world.maja)
    posted = form(world.draft, next_meeting=world.foreign_draft.pk)
    assert client.post(edit(world.draft), posted).status_code == 404
    posted = form(world.draft, next_meeting=world.live.pk)
    assert client.post(edit(world.draft), posted).status_code == 302
