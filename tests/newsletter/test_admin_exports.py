"""Files for spreadsheets: no cell starts a formula, and memory does not grow with the list."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from newsletter.admin_views import exports
from newsletter.admin_views.exports import csv_lines, safe_cell, xlsx_file
from newsletter.models import Delivery, DeliveryState, Subscription
from tests.newsletter.admin_world import administrator, somebody, text_of, url
from tests.newsletter.factories import ANA, make_subscription, subscribe
from tests.newsletter.stories import opened

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    " =1",
    "\ufeff=1",
    "＝1+1",
    '=HYPERLINK("http://zle.example","kliknij")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_never_starts_a_formula(text: str) -> None:
    cell = str(safe_cell(text))
    assert cell.startswith("'")
    assert "\0" not in cell


@pytest.mark.parametrize("text", ["Ana", "a=b", "12", "", "2026-01-02", "'cytat'", "łódź"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_values_are_written_so_that_a_program_can_read_them() -> None:
    assert safe_cell(-5) == -5
    assert safe_cell(None) == ""
    assert (safe_cell(True), safe_cell(False)) == ("1", "0")
    assert safe_cell(datetime(2026, 7, 1, 10, tzinfo=UTC)) == "2026-07-01T12:00:00+02:00"


def test_csv_is_rfc_4180_with_a_byte_order_mark() -> None:
    text = "".join(csv_lines([["a", 'mówi "tak"', "x,y", "dwie\nlinie"]]))
    assert text == '\ufeffa,"mówi ""tak""","x,y","dwie\nlinie"\r\n'


def test_a_workbook_holds_text_and_no_formula() -> None:
    with xlsx_file([[text, "a\x0bb"] for text in DANGEROUS]) as file:
        sheet = load_workbook(file).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert sheet["B1"].value == "ab"


def test_a_long_table_is_not_kept_in_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _line in csv_lines([number, "x" * 100] for number in range(count)):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(20_000) < peak(200) + 50_000


@pytest.fixture
def client(db: None) -> Client:
    return administrator()


def table(client: Client, name: str, **query: Any) -> list[list[str]]:
    response = client.get(url(name, "csv"), query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    body = text_of(response)
    assert body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(body[1:], newline="")))


def test_subscriptions_are_exported_as_filtered(client: Client) -> None:
    ana = make_subscription(ANA, topics=["all", "area:transport"])
    make_subscription("-nie@gmina.example", state="withdrawn")
    heading, row = table(client, "subscription_export", state="confirmed")
    assert (len(heading), row[:5]) == (
        8,
        [str(ana.ref), ANA, "confirmed", "pl", "all area:transport"],
    )
    _heading, row = table(client, "subscription_export", state="withdrawn")
    assert row[1] == "'-nie@gmina.example"


def test_consent_events_are_exported_with_wording_and_hashes(client: Client) -> None:
    subscribe(ANA)
    heading, confirmed, requested = table(client, "consentevent_export")
    assert len(heading) == len(requested) == 14
    assert requested[13] == confirmed[12]
    assert requested[9] == ANA


def test_deliveries_are_exported_without_addresses(client: Client) -> None:
    make_subscription(ANA)
    announcement = opened()
    Delivery.objects.update(state=DeliveryState.DEFERRED, answer="=451 4.7.1 later")
    _heading, row = table(client, "delivery_export")
    assert row[1] == str(announcement.ref)
    assert row[-1] == "'=451 4.7.1 later"
    assert ANA not in "".join(row)


def test_a_delivery_of_an_erased_person_is_exported_without_reference(client: Client) -> None:
    make_subscription(ANA)
    opened()
    Subscription.objects.all().delete()
    assert table(client, "delivery_export")[1][2] == ""


@pytest.mark.parametrize("name", ["subscription", "consentevent", "delivery"])
def test_the_workbook_says_the_same_as_the_csv(name: str, client: Client) -> None:
    subscribe("=1+1@gmina.example")
    opened()
    response = client.get(url(f"{name}_export", "xlsx"))
    content = io.BytesIO(b"".join(response.streaming_content))
    rows = [
        ["" if value is None else str(value).replace("\r\n", "\n") for value in row]
        for row in load_workbook(content).active.values
    ]
    assert rows == table(client, f"{name}_export")


def test_the_list_offers_what_the_search_left_to_those_who_may_take_it(client: Client) -> None:
    make_subscription(ANA)
    offered = text_of(client.get(url("subscription_results"), {"q": "ana", "state": "confirmed"}))
    assert f"{url('subscription_export', 'csv')}?q=ana&amp;state=confirmed" in offered
    others = somebody("view_subscription", "view_address")
    assert "/export/" not in text_of(others.get(url("subscription_results")))


def test_a_table_that_is_too_long_for_a_workbook_is_left_to_csv(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_XLSX_ROWS", 1)
    make_subscription(ANA)
    make_subscription()
    answer = client.get(url("subscription_export", "xlsx"), follow=True)
    assert answer.redirect_chain == [(url("subscription_index"), 302)]
    assert "zbyt długa dla XLSX" in text_of(answer)
    assert len(table(client, "subscription_export")) == 3


@pytest.mark.parametrize("name", ["subscription", "consentevent", "delivery"])
def test_other_kinds_of_file_do_not_exist(name: str, client: Client) -> None:
    address = url(f"{name}_export", "csv").replace("/csv/", "/html/")
    assert client.get(address).status_code == 404
    # modeladmin's own export writes formulas as they are.
    page = client.get(url(f"{name}_index"), {"export": "csv"})
    assert page["Content-Type"].startswith("text/html")
