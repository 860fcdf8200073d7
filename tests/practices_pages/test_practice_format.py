"""One format for exports, imports and the API, and nothing lost on the way through a table."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from jsonschema import Draft202012Validator
from openpyxl import Workbook, load_workbook

from practices_pages.exchange import files, reading, schema, tables
from practices_pages.exchange.addresses import canonical, sources_of
from practices_pages.exchange.cells import join_rows, plain_cell, safe_cell, split_rows
from practices_pages.models import SECTIONS
from tests.factories import add_rows, make_practice, make_site_tree

DOCS = Path(__file__).resolve().parents[2] / "docs"
RECORD = {
    "title": "=1+1 | Dowóz „do szkoły”",
    "lead": "+48 to nie numer",
    "units": [{"name": "Gmina | Testowo", "code": "140202", "kind_at_time": "rural"}],
    "sections": [{"key": "problem", "html": '<p>Długo;<br/>za długo, "bardzo"</p>'}],
    "steps": [
        {"who": "a|b", "when": "\\", "what": "dwa\nwiersze\\n"},
        {"who": "", "when": "2024", "what": ""},
        {"who": "", "when": "", "what": "tylko co"},
    ],
    "costs": [
        {
            "amount": "12500.00",
            "currency": "EUR",
            "year": 2024,
            "frequency": "annual",
            "per": "school",
            "funding_source": "budżet | gminy",
        }
    ],
    "areas": [{"slug": "dowozenie", "name": "Dowożenie uczniów"}],
    "is_archival": True,
    "source_url": "https://zrodlo.example/1",
    "source_id": "P01",
}


def test_the_schema_is_one_and_a_valid_one_of_2020_12():
    Draft202012Validator.check_schema(schema.SCHEMA)
    assert schema.SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads((DOCS / "practice-1.schema.json").read_text()) == schema.SCHEMA


@pytest.mark.django_db
def test_an_answer_of_the_api_is_a_document_of_the_format(client):
    page = make_practice(make_site_tree())
    add_rows(page)
    page.save_revision().publish()
    answer = client.get(reverse("jst_v1:practice", args=[page.pid])).json()
    assert list(schema.VALIDATOR.iter_errors(answer)) == []


def test_every_field_of_the_format_has_a_column_or_is_computed():
    computed = {
        "api_url", "cost_band", "first_published_at", "last_published_at", "sections",
    }  # fmt: skip
    fields = set(schema.SCHEMA["properties"]) - computed | set(SECTIONS)
    assert {column.key for column in tables.COLUMNS} == fields


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "a" * 256}, "title"),
        ({"title": "a", "costs": [{}, {"amount": "dużo"}]}, "costs 2 amount"),
        ({"title": "a", "costs": [{"amount": 10**40}]}, "costs 1 amount"),
        ({"title": "a", "costs": [{"year": 10**30}]}, "costs 1 year"),
        ({"title": "a", "film_url": "javascript:alert(1)"}, "film_url"),
        ({"title": "a", "licence": "moja"}, "licence"),
        ({"title": "a", "updated_on": "2024-02-30"}, "updated_on"),
        ({"title": "a", "sections": [{"key": "wstęp", "html": ""}]}, "sections 1 key"),
        ({"title": "a", "units": "Warszawa"}, "units"),
        ({"title": 5}, "title"),
    ],
)
def test_whatever_the_format_does_not_allow_is_named_by_its_place(record, said):
    (problem,) = schema.check(record).problems
    assert said in problem


def test_an_unknown_field_is_left_out_and_named_with_what_stood_there():
    checked = schema.check({"title": "a", "licencse": "cc0", "costs": [{"ammount": "5"}]})
    assert checked.problems == []
    assert checked.record == {"title": "a", "costs": [{}]}
    assert ["licencse" in r or "ammount" in r for r in checked.remarks] == [True, True]
    assert "cc0" in " ".join(checked.remarks)


NASTY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "'zwykły", "  =1", "\ufeff=1", "＝1", "",
    "zwykły tekst", "a=1",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_a_safe_cell_starts_no_formula_and_gives_its_text_back(text):
    assert plain_cell(safe_cell(text)) == text
    assert not safe_cell(text).lstrip(" \ufeff").startswith(("=", "+", "-", "@", "\t", "＝"))


def test_rows_in_one_cell_give_back_bars_backslashes_and_line_ends():
    rows = [["a|b", "c\\", "d\ne"], ["", "środek", ""], ["\\n", "\\|"]]
    trimmed = [["a|b", "c\\", "d\ne"], ["", "środek"], ["\\n", "\\|"]]
    assert split_rows(join_rows(rows)) == trimmed


@pytest.mark.parametrize("format", reading.FORMATS)
def test_a_record_survives_every_format(format):
    file = io.BytesIO()
    assert files.write([RECORD, RECORD], file, format) == 2
    for entry in reading.read(file.getvalue(), reading.format_of(file.getvalue(), f"a.{format}")):
        assert entry.problem == ""
        expected = json.loads(json.dumps(RECORD))
        if format != "jsonl":
            # A cell holds no more than the term's slug, and no empty parts.
            expected["areas"] = ["dowozenie"]
            expected["steps"] = [
                {"who": "a|b", "when": "\\", "what": "dwa\nwiersze\\n"},
                {"when": "2024"},
                {"what": "tylko co"},
            ]
        assert entry.record == expected


def test_no_cell_of_an_exported_workbook_is_a_formula():
    file = io.BytesIO()
    files.write([RECORD], file, "xlsx")
    cells = [cell for row in load_workbook(file).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


def test_a_text_that_no_cell_holds_is_refused_and_not_cut():
    with pytest.raises(files.TooLongForXLSX):
        files.write([{"title": "a", "lead": "b" * 40_000}], io.BytesIO(), "xlsx")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_template_explains_itself_and_holds_no_practice(format):
    data = files.template(format)
    assert list(reading.read(data, format)) == []
    if format == "xlsx":
        sheet = load_workbook(io.BytesIO(data))["Objaśnienia"]
        assert sheet.max_row == len(tables.COLUMNS) + 1


TABLE = "Tytuł{0}Jednostki{0}2. Problem\r\nŻłobek w Łodzi{0}1061{0}Długa kolejka\r\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_polish_tables_are_read_in_every_encoding_they_come_in(delimiter, encoding):
    data = TABLE.format(delimiter).encode(encoding)
    (entry,) = reading.read(data, "csv")
    assert entry.record == {
        "title": "Żłobek w Łodzi",
        "units": [{"code": "1061"}],
        "sections": [{"key": "problem", "html": "Długa kolejka"}],
    }
    assert bool(entry.remarks) == (encoding in {"cp1250", "iso8859-2"})


def test_a_cell_below_an_unknown_heading_is_named_with_its_text():
    data = "Tytuł;Uwagi wójta\na;ważne\n".encode()
    (entry,) = reading.read(data, "csv")
    assert "Uwagi wójta" in entry.remarks[0]
    assert "ważne" in entry.remarks[0]


def test_amounts_and_words_are_read_as_people_write_them():
    data = 'title;Koszty\na;"12 500,00 zł | PLN | 2024 | rocznie | szkoła\n300"\n'.encode()
    (entry,) = reading.read(data, "csv")
    assert entry.record["costs"] == [
        {
            "amount": "12500.00",
            "currency": "PLN",
            "year": 2024,
            "frequency": "annual",
            "per": "school",
        },
        {"amount": "300"},
    ]


BROKEN = [
    "{",
    "[]",
    '"tekst"',
    "[" * 100_000,
    '{"title": NaN}',
    '{"title": ' + "9" * 5000 + "}",
    '{"title": "' + "a" * reading.MAX_LINE + '"}',
]


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_is_named_by_its_number_and_the_rest_is_read(line):
    data = f'{{"title": "a"}}\n{line}\n\n{{"title": "b"}}\n'.encode()
    entries = list(reading.read(data, "jsonl"))
    assert [entry.number for entry in entries] == [1, 2, 4]
    assert [bool(entry.problem) for entry in entries] == [False, True, False]


def test_characters_that_no_database_takes_are_gone():
    data = b'{"title": "a\\u0000b\\ud800c\\u0007", "x\\u0000": ["\\r\\n"]}'
    (entry,) = reading.read(data, "jsonl")
    assert entry.record == {"title": "abc", "x": [""]}


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_formula_is_a_problem_of_its_row_and_never_evaluated():
    data = workbook(["Tytuł", "Lead"], ["a", '=HYPERLINK("http://x.example")'], ["b", 5.0])
    broken, good = reading.read(data, "xlsx")
    assert broken.number == 2
    assert "B2" in broken.problem
    assert good.record == {"title": "b", "lead": "5"}


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"", "jsonl"),
        (b"PK\x03\x04broken", "xlsx"),
        (b"a;b\n1;2\n", "csv"),
        (b'"', "csv"),
        ("Tytuł;Tytuł\na;b\n".encode(), "csv"),
        (b"x" * (reading.MAX_BYTES + 1), "jsonl"),
        (b'{"title": "a"}\n' * (reading.MAX_ROWS + 1), "jsonl"),
        (b"\x81\x00\x98", "csv"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(data, format):
    with pytest.raises(reading.Unreadable) as refused:
        list(reading.read(data, format))
    assert str(refused.value)


def test_a_workbook_that_unpacks_beyond_measure_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(reading.Unreadable):
        list(reading.read(file.getvalue(), "xlsx"))


SAME = [
    ("http://www.ore.edu.pl/2019/12/a/", "https://ore.edu.pl/2019/12/a"),
    ("https://dev.ore.edu.pl/a", "http://ore.edu.pl:80/a/"),
    ("https://nowa.dobre.example/praktyka/384,a.html?tab=content", "https://dobre.example/praktyka/384,a.html"),
    ("https://a.example/b?utm_source=x&p=1#c", "http://A.example/b?p=1"),
    ("https://a.example/ma%C5%82e", "https://a.example/małe"),
]  # fmt: skip
OTHER = [
    ("https://a.example/?art=437", "https://a.example/?art=438"),
    ("https://a.example/b", "https://a.example/B"),
    ("https://gmina.a.example/b", "https://a.example/b"),
    ("https://a.example:8443/b", "https://a.example/b"),
]


def test_addresses_of_one_source_are_one_and_others_are_not():
    assert all(canonical(one) == canonical(other) for one, other in SAME)
    assert not any(canonical(one) == canonical(other) for one, other in OTHER)
    assert canonical("http://[broken") == "http://[broken"


def test_an_address_with_two_ids_is_two_sources():
    keys = {
        sources_of({"title": "a", "source_url": url, "source_id": number})[0].key
        for url in ("http://a.example/1", "https://www.a.example/1/")
        for number in ("P32", "P33")
    }
    assert len(keys) == 2
