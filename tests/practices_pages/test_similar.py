"""Practices of units like one's own: who is first, why, and what it costs to know."""

import itertools
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import PageViewRestriction

from practices_pages import similar
from practices_pages.models import (
    LocalGovernmentUnit,
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    ThematicArea,
    UnitKind,
)
from practices_pages.population import PopulationRefusedError, read_population, write_population
from practices_pages.similar import Likeness, from_units_like, like
from practices_pages.unit_search import find_units, unit_of
from tests.factories import make_practice, make_site_tree, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def titles(found) -> list[str]:
    return [entry.practice.title for entry in found]


def reasons(found) -> dict[str, list[str]]:
    return {entry.practice.title: list(entry.reasons) for entry in found}


def described(index, title, code, *, kind=UnitKind.RURAL, people=None, **fields) -> PracticePage:
    unit = make_unit(title, kind=kind, code=code, population=people)
    return make_practice(index, live=True, title=title, unit=unit, **fields)


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_the_group_counts_before_the_size_and_the_size_before_the_place(index):
    mine = make_unit("Moja", code="140101", population=5000)
    described(index, "Miasto obok", "140102", kind=UnitKind.URBAN, people=5000)
    described(index, "Daleka wieś", "020101", people=50_000)
    described(index, "Podobna wieś", "020102", people=9000)
    described(index, "Wieś obok", "140103", people=50_000)
    described(index, "Dalekie miasto", "020103", kind=UnitKind.URBAN, people=50_000)
    found = from_units_like(mine, index)
    assert titles(found) == ["Podobna wieś", "Wieś obok", "Daleka wieś", "Miasto obok"]
    assert reasons(found) == {
        "Podobna wieś": ["ta sama grupa JST", "podobna liczba mieszkańców"],
        "Wieś obok": ["ta sama grupa JST", "ten sam powiat"],
        "Daleka wieś": ["ta sama grupa JST"],
        "Miasto obok": ["podobna liczba mieszkańców", "ten sam powiat"],
    }


def test_a_chosen_area_comes_first(index):
    mine = make_unit("Moja", code="140101")
    described(index, "Taka sama", "140102", areas=["dowozenie"])
    described(index, "Z obszaru", "020101", kind=UnitKind.POWIAT, areas=["male-szkoly"])
    area = ThematicArea.objects.get(slug="male-szkoly")
    assert titles(from_units_like(mine, index)) == ["Taka sama"]
    found = from_units_like(mine, index, areas=[area.pk])
    assert titles(found) == ["Z obszaru", "Taka sama"]
    assert reasons(found)["Z obszaru"] == [f"ten sam obszar: {area.name}"]


def test_cities_with_powiat_rights_are_of_the_group_of_towns(index):
    city = make_unit("Miasto", kind=UnitKind.CITY_POWIAT, code="146501")
    described(index, "Małe miasto", "020101", kind=UnitKind.URBAN)
    described(index, "Powiat", "0201", kind=UnitKind.POWIAT)
    assert titles(from_units_like(city, index)) == ["Małe miasto"]


def test_the_kind_at_the_time_of_the_practice_counts(index):
    mine = make_unit("Moja", kind=UnitKind.URBAN_RURAL, code="140101")
    page = described(index, "Wtedy wiejska", "020101", kind=UnitKind.URBAN_RURAL)
    PracticeUnit.objects.filter(page=page).update(kind_at_time=UnitKind.RURAL)
    described(index, "Miejsko-wiejska", "020102", kind=UnitKind.URBAN_RURAL)
    assert titles(from_units_like(mine, index)) == ["Miejsko-wiejska"]


def test_a_size_that_is_not_known_says_nothing(index):
    mine = make_unit("Moja", code="140101", population=None)
    described(index, "Znana", "020101", people=5000)
    assert reasons(from_units_like(mine, index)) == {"Znana": ["ta sama grupa JST"]}
    mine.population = 5000
    described(index, "Nieznana", "020102", people=None)
    assert reasons(from_units_like(mine, index))["Nieznana"] == ["ta sama grupa JST"]


@pytest.mark.parametrize(
    ("people", "is_like"), [(2499, False), (2500, True), (10_000, True), (10_001, False)]
)
def test_half_to_twice_as_many_inhabitants_are_like(index, people, is_like):
    mine = make_unit("Moja", code="140101", population=5000)
    described(index, "Inna", "020101", people=people)
    (found,) = from_units_like(mine, index)
    assert ("podobna liczba mieszkańców" in found.reasons) == is_like


def test_the_newest_is_first_among_equals_and_the_order_never_changes(index):
    mine = make_unit("Moja", code="140101")
    for number in range(4):
        described(index, f"Gmina {number}", f"02010{number + 1}")
    expected = ["Gmina 3", "Gmina 2", "Gmina 1", "Gmina 0"]
    assert [titles(from_units_like(mine, index)) for _number in range(2)] == [expected] * 2


def test_the_reasons_are_those_of_the_database(index):
    """What a sentence says is what the order follows."""
    area = ThematicArea.objects.get(slug="dowozenie")
    kinds = (UnitKind.RURAL, UnitKind.URBAN, UnitKind.POWIAT)
    codes = ("140150", "140250", "020150")
    unit = make_unit()
    page = make_practice(index, live=True, unit=unit, areas=[])
    likeness = Likeness("140101", frozenset({"rural"}), 4000, frozenset({area.pk}))
    for code, kind, people in itertools.product(codes, kinds, (None, 100, 5000)):
        LocalGovernmentUnit.objects.filter(pk=unit.pk).update(code=code, population=people)
        PracticeUnit.objects.filter(page=page).update(kind_at_time=kind)
        row = PracticeUnit.objects.select_related("unit").get(page=page)
        best = PracticeUnit.objects.filter(pk=row.pk).annotate(best=similar._points(likeness)).get()
        assert best.best == similar.points_of(row, likeness)


def test_only_what_the_public_may_see_is_shown(index):
    mine = make_unit("Moja", code="140101")
    make_practice(index, title="Szkic", unit=make_unit(code="020101"))
    described(index, "Wycofana", "020102").unpublish()
    private = described(index, "Prywatna", "020103")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    described(index, "Publiczna", "020104").create_alias(update_slug="alias")
    assert titles(from_units_like(mine, index)) == ["Publiczna"]


def test_a_practice_shows_similar_ones_with_the_reason(index, client):
    page = described(index, "Ta praktyka", "140101", people=5000)
    described(index, "Bliska", "020101", people=6000)
    described(index, "Inna", "020102", kind=UnitKind.POWIAT, areas=["male-szkoly"])
    found = like(PracticePage.objects.get(pk=page.pk), count=3)
    area = ThematicArea.objects.get(slug="dowozenie").name
    assert reasons(found) == {
        "Bliska": [f"ten sam obszar: {area}", "ta sama grupa JST", "podobna liczba mieszkańców"]
    }
    alone = described(index, "Sama", "040101", kind=UnitKind.URBAN, areas=[])
    html = read(client, page.url)
    assert "Podobne praktyki" in html
    assert f"ten sam obszar: {area}; ta sama grupa JST" in html
    assert "Podobne praktyki" not in read(client, alone.url)


def test_the_cost_is_fixed_however_many_practices(index, django_assert_max_num_queries):
    mine = make_unit("Moja", code="140101", population=5000)
    for number in range(8):
        described(index, f"Gmina {number}", f"0201{number + 10}", people=5000)
    page = PracticePage.objects.get(title="Gmina 0")
    with django_assert_max_num_queries(14):
        assert len(from_units_like(mine, index)) == 8
    with django_assert_max_num_queries(18):
        assert len(like(page, count=3)) == 3


# Choosing one's unit


@pytest.fixture
def units() -> None:
    for name, code in (
        ("Chęciny", "260404"), ("Łódź", "106101"), ("Garwolin", "140301"), ("Garwolin", "140304"),
        ("Dobra (Szczecińska)", "321101"), ("Rzeszów", "186301"),
    ):  # fmt: skip
        make_unit(name, code=code)
    make_unit("powiat krapkowicki", code="1605", kind=UnitKind.POWIAT)
    make_unit("województwo łódzkie", code="10", kind=UnitKind.VOIVODESHIP)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Chęciny", ["260404"]),
        ("checiny", ["260404"]),
        ("w Chęcinach", ["260404"]),
        ("gmina CHĘC", ["260404"]),
        ("lodz", ["106101"]),
        ("Garwolin", ["140301", "140304"]),
        ("dobra szczecińska", ["321101"]),
        ("powiat krapkowicki", ["1605"]),
        ("krapkowickiego", ["1605"]),
        ("Rzeszowa", ["186301"]),
        ("nie ma takiej", []),
        ("%", []),
        ("", []),
    ],
)
def test_units_are_found_as_people_type_them(units, typed, codes):
    assert [unit.code for unit in find_units(typed).units] == codes


def test_too_many_units_are_counted():
    for number in range(23):
        make_unit(f"Nowa {number}", code=f"1402{number + 10}")
    found = find_units("nowa")
    assert (len(found.units), found.more) == (20, 3)


@pytest.mark.parametrize("code", ["2604041", "260404"])
def test_a_unit_is_known_by_six_or_seven_digits(units, code):
    assert unit_of(code).name == "Chęciny"


@pytest.mark.parametrize("code", ["", "10", "999999", "abc", "26040४", "2604040000"])
def test_anything_else_is_no_unit(units, code):
    assert unit_of(code) is None


def test_the_page_leads_from_the_name_to_the_practices(index, units, client):
    described(index, "Z podobnej gminy", "020101")
    here = f"{index.url}podobne-jst/"
    assert "Nazwa gminy" in read(client, here)
    html = read(client, f"{here}?q=w+Chęcinach")
    assert f'href="{here}?unit=260404"' in html
    html = read(client, f"{here}?unit=260404&area=dowozenie")
    assert "Z podobnej gminy" in html
    assert 'value="dowozenie" lang="pl" selected' in html
    assert "ta sama grupa JST" in html
    assert "Nie znamy" in html


def test_a_wrong_code_and_a_strange_name_are_said(index, units, client):
    here = f"{index.url}podobne-jst/"
    assert "Nie ma JST o tym kodzie" in read(client, f"{here}?unit=1")
    html = read(client, f"{here}?q=<script>&area=nie-ma")
    assert "Żadna JST nie nazywa się" in html
    assert "„<script>" not in html


# Numbers of inhabitants

TABLE = """Kod;Nazwa;"ogółem;stan na 31 XII;2024;[osoba]"
0000000;POLSKA;37 489 087
1000000;ŁÓDZKIE;2 350 000
1061000;Powiat m. Łódź;645 693
1061011;Łódź (1);645 693
2604043;Chęciny (3);14 800
2604044;Chęciny - miasto (4);4 200
1403011;Garwolin (1);
"""


def table() -> bytes:
    return TABLE.encode()


def test_a_table_of_the_statistical_office_is_taken_over(units):
    done = write_population(read_population(table()))
    assert (done.year, done.changed, done.unknown) == (2024, 3, 2)
    people = dict(LocalGovernmentUnit.objects.values_list("code", "population"))
    assert (people["260404"], people["106101"], people["10"]) == (14_800, 645_693, 2_350_000)
    assert people["140301"] is None
    again = write_population(read_population(table()))
    assert (again.changed, again.unchanged) == (0, 3)


def test_an_older_table_never_takes_the_place_of_a_newer_one(units):
    write_population(read_population(table()))
    write_population(read_population("Kod;Nazwa;2023\n260404;Chęciny;1".encode()))
    assert LocalGovernmentUnit.objects.get(code="260404").population == 14_800


def test_of_several_years_one_is_chosen(units):
    content = "\ufeffKod;Nazwa;2023;2024\n260404;Chęciny;1;2\n".encode()
    with pytest.raises(PopulationRefusedError, match="2023, 2024"):
        read_population(content)
    assert read_population(content, year=2023).people == {"260404": 1}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        ("Kod;Nazwa;2024\n260404;x;y\n".encode("utf-16"), "UTF-8"),
        (b"Nazwa;2024\n", "Kod"),
        (b"Kod;Nazwa;osoby\n260404;x;1\n", "there are: none"),
        (b"Kod;Nazwa;2024\n260404;x;1,5\n26;x;-3\n", "line 2: no number"),
        (b"Kod;Nazwa;2024\nx;x;1\n", "line 2: no TERYT"),
        (b"Kod;Nazwa;2024\n260404;x;1\n2604043;x;2\n", "twice"),
        (b"Kod;Nazwa;2024\n260404;x;99999999999\n", "no number"),
        (b"Kod;Nazwa;2024\n260404;x;\n", "no row"),
    ],
)
def test_a_bad_table_is_refused_whole_and_says_where(units, content, problem):
    with pytest.raises(PopulationRefusedError, match=problem):
        write_population(read_population(content))
    assert not LocalGovernmentUnit.objects.exclude(population=None).exists()


def test_the_command_tells_what_it_did(units, tmp_path, capsys):
    file = tmp_path / "ludnosc.csv"
    file.write_bytes(table())
    call_command("import_population", str(file))
    assert "Inhabitants of 2024: 3 units changed" in capsys.readouterr().out
    call_command("import_population", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["changed"] == 0
    file.write_bytes(b"x")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_population", str(file))
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("import_population", str(tmp_path / "nobody.csv"))
