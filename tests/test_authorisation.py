"""Who may open what: every URL, asked by six roles, compared with one allow table.

A forgotten check on one of many views is how most of Wagtail's advisories of 2026 came about; so
nothing here is a sample. A URL that the table does not name fails, and so does a row without a URL.
Besides the answer each request's SQL is read: a refusal writes nothing, and neither does a GET.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.authorisation.routes import Route, all_routes
from tests.authorisation.world import BULK_ACTIONS, PAGE_STATES, ROLES, World, build_world

TABLE = Path(__file__).parent / "authorisation" / "allow_table.txt"
LETTERS = "paemns"
METHODS = ("GET", "POST")
NAME_A_PAGE = {"page_id", "page_to_move_id", "pid", "page_path"}
PAGES_BY_PK = (
    "wagtailadmin_api:pages:",
    "wagtailadmin_pages:revisions_compare",
    "practices_pages_lacks",
)
REFUSALS = (400, 401, 403, 404, 405, 410, 429)
OPENED, REFUSED, SENT_ELSEWHERE = "+", "-", ">"
# Of no consequence: who is signed in, who looks at what just now, a smaller picture.
BOOKKEEPING = {
    "django_session",
    "wagtailadmin_editingsession",
    "wagtailcore_pagesubscription",
    "wagtailimages_rendition",
    "wagtailusers_userprofile",
}
# Nothing works here, so the site is not ready; Wagtail shows staff what an error looks like, and
# stumbles over a form that nobody can send empty.
STUMBLES = re.compile(
    r"health/ready|wagtailadmin_error_test|wagtailsnippetchoosers_\w+:create|wagtailredirects:process_import"
    r"|wagtaildocs:create_multiple_from_uploaded_document"
)
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
SIGN_IN = ("/panel/login/", "/_util/login/")
# Each builds a world of its own; with fewer, processes would wait for the last one.
GROUPS = 4
# Rights do not depend on the database: elsewhere than with SQLite every twelfth row is asked.
ELSEWHERE = 3

Row = tuple[str, str]


class Answer(NamedTuple):
    sign: str
    fault: str = ""


def states_of(route: Route) -> tuple[str, ...]:
    if "bulk" in route.parameters:
        return BULK_ACTIONS
    by_pk = route.name.startswith(PAGES_BY_PK) and "pk" in route.parameters
    return PAGE_STATES if by_pk or NAME_A_PAGE & set(route.parameters) else ("",)


def read_table() -> dict[Row, tuple[str, ...]]:
    """`name | state | GET | POST`: a role's letter where the door opens, `-` where it is refused,
    `>` where the role is sent elsewhere and nothing has happened."""
    rows: dict[Row, tuple[str, ...]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, state, *allowed = (cell.strip() for cell in line.split("|"))
        assert (name, state) not in rows, f"twice in the table: {line}"
        rows[name, state] = tuple(allowed)
    return rows


def rows_of_the_resolver() -> dict[Row, Route]:
    return {(route.key, state): route for route in all_routes() for state in states_of(route)}


def test_the_table_names_every_url_of_the_site_and_no_other():
    asked, known = set(rows_of_the_resolver()), set(read_table())
    assert sorted(asked - known) == [], "URLs that nobody decided about"
    assert sorted(known - asked) == [], "rows of URLs that are gone"


@pytest.mark.django_db
@pytest.mark.parametrize("group", range(GROUPS))
def test_each_role_may_do_what_the_table_says_and_nothing_else(group):
    if connection.vendor != "sqlite" and group:
        pytest.skip("here every twelfth row is asked, in the first group")
    world, table = build_world(), read_table()
    rows = list(rows_of_the_resolver().items())[group::GROUPS]
    if connection.vendor != "sqlite":
        rows = rows[::ELSEWHERE]
    faults = [
        fault
        for (name, state), route in rows
        if (name, state) in table
        for fault in faults_of(world, route, state, table[name, state])
    ]
    assert "\n".join(faults) == ""


def faults_of(world: World, route: Route, state: str, expected: tuple[str, ...]) -> list[str]:
    path = route.path(world.values_for(route.name, state))
    faults, answers = [], []
    for method in METHODS:
        signs = ""
        for role, letter in zip(ROLES, LETTERS, strict=True):
            answer = ask(world.clients[role], method, path, world.bodies.get(route.name))
            signs += letter if answer.sign == OPENED else answer.sign
            if answer.fault and not STUMBLES.fullmatch(route.key):
                faults.append(f"{method} {path} as {role}: {answer.fault}")
        answers.append(signs)
    if tuple(answers) != expected:
        measured = " | ".join([route.key, state, *answers])
        faults.append(f"{measured}   (the table says: {' | '.join(expected)})")
    return faults


def ask(client: Client, method: str, path: str, body: Any) -> Answer:
    """How the door answered; nothing of the request remains."""
    written: set[str] = set()
    cookies = client.cookies.copy()
    with transaction.atomic(), connection.execute_wrapper(watch(written)):
        response = getattr(client, method.lower())(path, body if method == "POST" else None)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies  # Signing out would shut every door after it.
    sign = sign_of(response, written)
    if response.status_code >= 500:
        return Answer(sign, f"answers {response.status_code}")
    if written and (method == "GET" or sign != OPENED):
        return Answer(sign, f"writes into {', '.join(sorted(written))}")
    return Answer(sign)


def sign_of(response: Any, written: set[str]) -> str:
    if response.status_code in REFUSALS:
        return REFUSED
    if response.status_code not in (301, 302) or written:
        return OPENED
    # Wagtail refuses with a message on the panel's first page.
    if response["Location"] == "/panel/" or response["Location"].startswith(SIGN_IN):
        return REFUSED
    return SENT_ELSEWHERE


def watch(written: set[str]) -> Callable[..., Any]:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[1] not in BOOKKEEPING:
            written.add(found[1])
        return execute(sql, params, many, context)

    return wrapper
