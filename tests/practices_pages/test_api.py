"""The contract of the headless API, read as a front-end developer meets it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from practices_pages.api.schemas import PracticeDetail, PracticeList
from practices_pages.catalogue import PRACTICES
from practices_pages.models import ContactPerson, PracticeAuthor, PracticeIndexPage
from tests.factories import add_rows, make_practice, make_site_tree, make_unit

pytestmark = pytest.mark.django_db
LIST = "/api/v1/practices"
PROBLEM = "application/problem+json"


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == PROBLEM
    problem = json.loads(response.content)
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_the_list_pages_through_every_practice_once(index, client) -> None:
    unit = make_unit()
    made = {make_practice(index, live=True, unit=unit).pid for _ in range(7)}
    url, seen = f"{LIST}?limit=3", []

    while url:
        answer = PracticeList.model_validate(client.get(url).json())
        assert answer.count == 7
        seen += [item.id for item in answer.items]
        url = answer.next

    assert len(seen) == 7
    assert set(seen) == made
    last = client.get(f"{LIST}?limit=3&offset=6").json()
    assert last["next"] is None
    assert last["previous"] == f"http://testserver{LIST}?limit=3&offset=3"
    assert client.get(f"{LIST}?limit=3&offset=2").json()["previous"].endswith("limit=3&offset=0")


def test_the_list_is_empty_beyond_its_end(index, client) -> None:
    make_practice(index, live=True)

    answer = client.get(f"{LIST}?offset=100000").json()

    assert (answer["count"], answer["items"], answer["next"]) == (1, [], None)


def test_a_practice_is_answered_whole_with_absolute_addresses_and_offsets(index, client) -> None:
    page = make_practice(index, solution=f'<p><a linktype="page" id="{index.pk}">lista</a></p>')
    add_rows(page)
    page.authors.add(PracticeAuthor(name="Anna Nieujawniona"))
    page.save_revision().publish()

    response = client.get(f"{LIST}/{page.pid}")
    practice = PracticeDetail.model_validate(response.json())

    assert practice.id == page.pid == practice.api_url.rpartition("/")[2]
    assert practice.html_url == f"http://testserver{page.url}"
    assert [section.number for section in practice.sections] == list(range(1, 9))
    assert practice.sections[2].html == '<p><a href="http://testserver/praktyki/">lista</a></p>'
    assert practice.sections[0].heading == "Charakterystyka lokalnego systemu"
    assert (practice.units[0].kind_at_time, practice.units[0].voivodeship) == (
        "rural",
        "mazowieckie",
    )
    assert response.json()["costs"][0]["amount"] == "12500.00"
    assert practice.cost_band == "up_to_50k"
    assert [author.name for author in practice.authors] == ["Ewa Próbna"]
    published = response.json()["first_published_at"]
    assert re.search(r"[+-]\d\d:\d\d$", published)
    assert datetime.fromisoformat(published).utcoffset() is not None


def test_a_contact_person_leaves_the_api_when_their_consent_ends(index, client) -> None:
    person = ContactPerson.objects.create(
        name="Jan Kontaktowy", email="jan@gmina.example", published_until=timezone.localdate()
    )
    page = make_practice(index, live=True, contact=person)
    url = f"{LIST}/{page.pid}"
    before = client.get(url)
    assert before.json()["contact"]["name"] == "Jan Kontaktowy"

    ContactPerson.objects.update(published_until=timezone.localdate() - timedelta(days=1))
    after = client.get(url, headers={"If-Modified-Since": before["Last-Modified"]})

    assert after.status_code == 200
    assert "Jan Kontaktowy" not in after.content.decode()
    assert "jan@gmina.example" not in after.content.decode()
    assert after["ETag"] != before["ETag"]


@pytest.mark.parametrize(
    "pid", ["DP-9999", "DP-1", "dp-0001", "0001", "DP-٠٠٠١", "DP-0001x", "%00"]
)
def test_an_unknown_id_is_a_404_problem(pid: str, index, client) -> None:
    make_practice(index, live=True)

    problem_of(client.get(f"{LIST}/{pid}"), 404)


def test_every_wrong_address_below_the_api_is_a_problem_not_a_page(index, client) -> None:
    for url in ("/api/v1/", "/api/v1/practice", f"{LIST}/", "/api/v1/a/b/c"):
        problem_of(client.get(url), 404)


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("limt=5", "limt", "limit"),
        ("colour=red", "colour", "limit, "),
        ("page=2", "page", "parametr"),
        ("utm_source=mail", "utm_source", "parametr"),
        ("aera=dowozenie", "aera", "area"),
        ("area=nie-ma", "area", "nie-ma"),
        ("group=rurall", "group", "rurall"),
        ("group=", "group", "wartości"),
        ("sort=price", "sort", "newest"),
        ("sort=relevance", "sort", "szukanych słów"),
        ("facets=colour", "facets", "area"),
        ("q=" + "a" * 201, "q", "200"),
        ("limit=0", "limit", "1"),
        ("limit=101", "limit", "100"),
        ("limit=abc", "limit", "liczba"),
        ("offset=-1", "offset", "0"),
        ("offset=99999999999999999999999", "offset", "100000"),
        ("limit=5&limit=6", "limit", "raz"),
    ],
)
def test_a_query_that_means_nothing_is_refused_with_a_reason(
    query: str, parameter: str, words: str, index, client
) -> None:
    problem = problem_of(client.get(f"{LIST}?{query}"), 422)

    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert words in problem["errors"][0]["message"]


def test_filters_text_and_order_are_those_of_the_pages(index, client) -> None:
    for title, area in (("Zebra", "cyfryzacja"), ("Żaba", "dowozenie"), ("Łąka", "dowozenie")):
        make_practice(index, live=True, title=title, areas=[area])

    def titles(query: str) -> list[str]:
        answer = PracticeList.model_validate(client.get(f"{LIST}?{query}").json())
        assert answer.count == len(answer.items)
        return [item.title for item in answer.items]

    assert titles("area=dowozenie&sort=title") == ["Łąka", "Żaba"]
    assert titles("area=dowozenie&area=cyfryzacja&sort=title") == ["Łąka", "Zebra", "Żaba"]
    assert titles("area=dowozenie") == ["Łąka", "Żaba"]
    assert titles("voivodeship=14&group=powiat") == []
    assert titles("q=zebra") == ["Zebra"]


def test_facets_come_when_asked_for_and_count_what_the_pages_count(index, client) -> None:
    for area in ("cyfryzacja", "dowozenie", "dowozenie"):
        make_practice(index, live=True, areas=[area])

    answer = client.get(f"{LIST}?area=cyfryzacja&facets=area&facets=group&limit=1").json()

    assert list(answer["facets"]) == ["area", "group"]
    values = {row["value"]: row for row in answer["facets"]["area"]["values"]}
    assert {value: row["count"] for value, row in values.items()} == {
        "cyfryzacja": 1,
        "dowozenie": 2,
    }
    assert values["cyfryzacja"]["is_chosen"]
    assert answer["facets"]["area"]["label"] == "Obszar tematyczny"
    assert client.get(LIST).json()["facets"] is None
    everything = client.get(f"{LIST}?facets=all").json()["facets"]
    assert list(everything) == list(PRACTICES.filter_named)


def test_the_next_part_has_the_same_filters(index, client) -> None:
    for _ in range(3):
        make_practice(index, live=True)

    answer = client.get(f"{LIST}?group=rural&area=dowozenie&sort=title&limit=2&facets=area").json()

    expected = "area=dowozenie&group=rural&sort=title&facets=area&limit=2&offset=2"
    assert answer["next"] == f"http://testserver{LIST}?{expected}"
    rest = client.get(answer["next"]).json()
    assert len(rest["items"]) == 1
    assert rest["previous"].endswith("facets=area&limit=2&offset=0")


def test_the_contract_names_every_filter(index, client) -> None:
    contract = client.get("/api/v1/openapi.json").json()

    described = {one["name"]: one for one in contract["paths"][LIST]["get"]["parameters"]}

    assert set(described) == {*PRACTICES.filter_named, "q", "sort", "facets", "limit", "offset"}
    for one in described.values():
        assert one["description"].strip(), one["name"]
        assert not one["description"].startswith(" "), one["name"]
    assert "up_to_50k" in described["cost"]["schema"]["items"]["enum"]


def test_a_practice_takes_no_parameters(index, client) -> None:
    page = make_practice(index, live=True)

    problem_of(client.get(f"{LIST}/{page.pid}?fields=title"), 422)


@pytest.mark.parametrize("is_list", [True, False])
def test_an_unchanged_answer_is_304_and_a_changed_one_is_not(is_list: bool, index, client) -> None:
    page = make_practice(index, live=True)
    url = LIST if is_list else f"{LIST}/{page.pid}"
    first = client.get(url)
    assert first["Cache-Control"].startswith("public, max-age=")
    assert first["Last-Modified"].endswith("GMT")

    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Access-Control-Allow-Origin"] == "*"

    page.lead = "Inny wstęp, który trzeba pobrać."
    page.save_revision().publish()
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Inny wst\\u0119p" in changed.content.decode()


def test_errors_are_never_cached(index, client) -> None:
    for url in (f"{LIST}?limit=0", f"{LIST}/DP-0999"):
        assert client.get(url)["Cache-Control"] == "no-store"


def test_head_answers_the_headers_of_get_without_a_body(index, client) -> None:
    page = make_practice(index, live=True)
    for url in (LIST, f"{LIST}/{page.pid}"):
        head, get = client.head(url), client.get(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head["ETag"] == get["ETag"]


def test_scripts_of_any_origin_may_read_without_cookies(index, client) -> None:
    page = make_practice(index, live=True)
    for url in (LIST, f"{LIST}/{page.pid}", "/api/v1/openapi.json", f"{LIST}?limit=0"):
        response = client.get(url, headers={"Origin": "https://front.example"})
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies

    preflight = client.options(
        LIST, headers={"Origin": "https://front.example", "Access-Control-Request-Method": "GET"}
    )
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method: str, index, client) -> None:
    response = getattr(client, method)(LIST)

    problem_of(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_translation_does_not_list_the_practice_twice(index, client) -> None:
    english = Locale.objects.get_or_create(language_code="en")[0]
    page = make_practice(index, live=True)
    translated = page.copy_for_translation(english, copy_parents=True)
    translated.save_revision().publish()

    answer = client.get(LIST).json()

    assert [item["id"] for item in answer["items"]] == [page.pid]
    assert client.get(f"{LIST}/{page.pid}").json()["language"] == "pl"


@pytest.mark.once
@pytest.mark.parametrize("number", [20, 200])
def test_the_list_asks_the_database_at_most_twelve_times(
    number: int, index, client, django_assert_max_num_queries: CaptureQueriesContext
) -> None:
    unit = make_unit()
    first = make_practice(index, live=True, unit=unit)
    for copy in range(number - 1):
        first.copy(
            to=index,
            update_attrs={"slug": f"kopia-{copy}", "title": f"Kopia {copy}"},
            log_action="",
        )
    client.get(LIST)

    with django_assert_max_num_queries(12):
        answer = client.get(f"{LIST}?limit=100").json()

    assert answer["count"] == number
    assert len(answer["items"]) == min(number, 100)


def schemas_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def test_the_contract_describes_itself_completely(index, client) -> None:
    contract = client.get("/api/v1/openapi.json").json()
    assert contract["openapi"].startswith("3.1")
    assert set(contract["paths"]) == {LIST, f"{LIST}/{{pid}}"}
    schemas = contract["components"]["schemas"]

    for reference in schemas_in(contract):
        assert reference.rpartition("/")[2] in schemas
    for name, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            assert described.get("description"), f"{name}.{field}"
    operations = [op for path in contract["paths"].values() for op in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) == 4
    for operation in operations:
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert set(response["content"]) == {PROBLEM}
        assert all(parameter["schema"] for parameter in operation["parameters"])


def test_the_documentation_comes_from_this_site_alone(index, client) -> None:
    html = client.get("/api/v1/docs").content.decode()

    assert "/static/ninja/" in html
    assert "//" not in html.replace("https://testserver", "").replace("http://testserver", "")
