"""Query string -> state -> canonical address, and what in it means nothing. No database."""

from typing import Any

import pytest
from django.http import QueryDict

from practices_pages.catalogue import PRACTICES, Complaint, State, read


def read_query(query: str, **options: Any) -> tuple[State, list[Complaint]]:
    return read(dict(QueryDict(query).lists()), PRACTICES, **options)


def complained(query: str, **options: Any) -> list[str]:
    return [complaint.parameter for complaint in read_query(query, **options)[1]]


def test_values_of_one_filter_gather_and_filters_stay_apart() -> None:
    state, complaints = read_query("area=dowozenie&group=rural&area=cyfryzacja&q=autobus")

    assert complaints == []
    assert state.values("area") == {"dowozenie", "cyfryzacja"}
    assert state.values("group") == {"rural"}
    assert (state.text, state.sort, state.page) == ("autobus", "", 1)
    assert state.active == ["area", "group"]


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("q=&area=&sort=&page=", ""),
        ("page=1&sort=newest", ""),
        ("q=bus&sort=relevance", "q=bus"),
        ("sort=newest&q=bus", "q=bus&sort=newest"),
        ("group=urban&area=b&area=a", "area=a&area=b&group=urban"),
        ("area=a&area=b&group=urban&area=a", "area=a&area=b&group=urban"),
        ("page=3&q=%20dow%C3%B3z%20%20bus&year=2024", "year=2024&q=dow%C3%B3z+bus&page=3"),
        ("utm_source=mail&fbclid=x&film=yes", "film=yes"),
    ],
)
def test_a_state_has_one_address_however_it_was_asked_for(query: str, canonical: str) -> None:
    state, complaints = read_query(query)

    assert complaints == []
    assert state.query == canonical
    assert read_query(canonical)[0] == state


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("aera=dowozenie", "aera"),
        ("group=rurall", "group"),
        ("voivodeship=99", "voivodeship"),
        ("powiat=abc", "powiat"),
        ("area=%3Cb%3E", "area"),
        ("year=20244", "year"),
        ("film=no", "film"),
        ("sort=price", "sort"),
        ("sort=relevance", "sort"),
        ("sort=title&sort=cost", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=%D9%A3", "page"),
        ("page=" + "9" * 5000, "page"),
        ("q=a&q=b", "q"),
        ("q=" + "a" * 201, "q"),
        ("limit=5", "limit"),
        ("&".join(f"unit={n:06d}" for n in range(41)), "unit"),
    ],
)
def test_what_means_nothing_is_left_out_and_named(query: str, parameter: str) -> None:
    state, complaints = read_query(query)

    assert [complaint.parameter for complaint in complaints] == [parameter]
    assert all(complaint.message for complaint in complaints)
    assert state.page == 1
    assert read_query(state.query) == (state, [])


def test_a_misspelt_parameter_is_told_the_right_one() -> None:
    assert "area" in read_query("aera=dowozenie")[1][0].message


def test_parameters_that_somebody_else_reads_are_no_mistake() -> None:
    assert complained("limit=5&offset=0&page=2", also=("limit", "offset")) == []
    assert complained("limit=5") == ["limit"]


def test_signs_that_no_database_takes_leave_the_text() -> None:
    assert read_query("q=a%00b%0Ac")[0].text == "a b c"


def test_every_step_from_a_state_begins_at_its_first_page() -> None:
    state = State(frozenset({("area", "a"), ("area", "b"), ("group", "urban")}), "bus", "title", 4)

    assert state.dropping("area", "a").query == "area=b&group=urban&q=bus&sort=title"
    assert state.without("area").query == "group=urban&q=bus&sort=title"
    assert state.alone("area", "c").query == "area=c&group=urban&q=bus&sort=title"
    assert state.without_text().query == "area=a&area=b&group=urban&sort=title"
    assert state.adding("year", "2024").page == 1
    assert state.at_page(2).address == "?area=a&area=b&group=urban&q=bus&sort=title&page=2"
    assert State().address == "."
