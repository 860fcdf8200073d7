"""Who may open which screen, for every address there is."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.newsletter.admin_world import (
    ACTS,
    PERMISSIONS,
    World,
    administrator,
    all_permissions,
    make_world,
    manager,
    somebody,
    viewer,
)
from tests.newsletter.rows import checksum

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def is_refused(response: Any) -> bool:
    return response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")


def names(patterns: Any) -> Iterator[str]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns)
        elif pattern.name and "_modeladmin_" in pattern.name:
            yield pattern.name


def test_every_address_of_the_screens_is_in_the_table_of_permissions() -> None:
    screens = {
        name.removeprefix("newsletter_").replace("_modeladmin_", "_")
        for name in names(get_resolver().url_patterns)
        if name.startswith("newsletter_")
    }
    assert screens == set(PERMISSIONS)


def test_a_stranger_is_asked_to_log_in(world: World) -> None:
    before, login = checksum(), reverse("wagtailadmin_login")
    for name, address in world.urls().items():
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(login), name
    assert checksum() == before


def test_access_to_the_admin_alone_opens_nothing(world: World) -> None:
    client = somebody()
    before = checksum()
    for name, address in world.urls().items():
        assert is_refused(client.get(address)), name
        assert is_refused(client.post(address, {"reason": "x"})), name
    assert checksum() == before


def test_each_permission_a_screen_asks_for_is_needed(world: World) -> None:
    """Every other permission of the newsletter together does not make up for it."""
    for missing in sorted({name for needed in PERMISSIONS.values() for name in needed}):
        client = somebody(*(all_permissions() - {missing}))
        before = checksum()
        for name in (name for name, needed in PERMISSIONS.items() if missing in needed):
            assert is_refused(client.get(world.urls()[name])), (name, missing)
            assert is_refused(client.post(world.urls()[name], {"reason": "x"})), (name, missing)
        assert checksum() == before


def test_those_who_may_only_look_open_the_lists_and_the_rows_and_no_act(world: World) -> None:
    client = viewer()
    opens = {name for name, address in world.urls().items() if not is_refused(client.get(address))}
    # Verifying reads only.
    assert opens == {name for name, needed in PERMISSIONS.items() if len(needed) == 1}
    assert opens & ACTS == {"consentevent_verify"}


@pytest.mark.parametrize("person", [manager, administrator])
def test_managers_and_administrators_open_everything(person: Any, world: World) -> None:
    client = person()
    answers = {name: client.get(address).status_code for name, address in world.urls().items()}
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(method: str, world: World) -> None:
    client = administrator()
    before = checksum()
    for address in world.urls().values():
        getattr(client, method)(address)
    assert checksum() == before


def test_an_act_without_the_token_of_its_form_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = administrator().cookies
    before = checksum()
    for name in ACTS:
        answer = strict.post(world.urls()[name], {"reason": "x", "address": "a@b.example"})
        assert answer.status_code == 403, name
    assert checksum() == before


def test_what_only_shows_takes_no_post(world: World) -> None:
    client = administrator()
    for name in set(PERMISSIONS) - ACTS:
        assert client.post(world.urls()[name]).status_code == 405, name


def test_the_screens_of_modeladmin_itself_have_no_address() -> None:
    client = administrator()
    for action in ("create", "edit/1", "delete/1", "inspect/1", "history/1", "choose_parent"):
        assert client.get(f"/panel/newsletter/subscription/{action}/").status_code == 404


def test_the_menu_shows_what_a_person_may_open(world: World) -> None:
    home = reverse("wagtailadmin_home")
    own = world.urls()
    assert own["letter_index"] not in somebody("view_subscription").get(home).content.decode()
    assert own["subscription_index"] in somebody("view_subscription").get(home).content.decode()
    assert "/panel/newsletter/" not in somebody().get(home).content.decode()
