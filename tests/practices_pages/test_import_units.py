"""The official register becomes units, with history, once and never half."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cms import demo_content
from practices_pages import search_index
from practices_pages.models import (
    FormerUnitName,
    LocalGovernmentUnit,
    UnitKindPeriod,
    UnitRegister,
)
from tests.factories import make_site_tree, make_unit, make_user
from tests.practices_pages.registers import (
    HEADER,
    REAL_REGISTER,
    ROWS,
    instead,
    register,
    without,
)
from tests.practices_pages.searching import practice, titles

pytestmark = pytest.mark.django_db
MORAWICA = "26;04;12;2;Morawica;gmina wiejska"
MORAWICA_NOW = (
    "26;04;12;3;Morawica;gmina miejsko-wiejska",
    "26;04;12;4;Morawica;miasto",
    "26;04;12;5;Morawica;obszar wiejski",
)
LATER_ROWS = (*without("260412"), *MORAWICA_NOW)


@pytest.fixture
def load(tmp_path):
    def run(content: str | bytes, *options: str) -> str:
        path = tmp_path / "terc.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = io.StringIO()
        call_command("import_units", path, *options, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    return run


@pytest.fixture
def refusal(tmp_path):
    """The problems with which a register is refused, as {line: reason}."""

    def run(content: str | bytes) -> dict[int, str]:
        path = tmp_path / "bad.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rows_before, out = _everything(), io.StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("import_units", path, "--json", stdout=out)
        assert end.value.code == 1
        assert _everything() == rows_before
        return {row["line"]: row["reason"] for row in json.loads(out.getvalue())["problems"]}

    return run


def _everything() -> list[object]:
    return [
        list(LocalGovernmentUnit.objects.order_by("code").values()),
        list(UnitKindPeriod.objects.order_by("unit", "valid_from").values()),
        list(FormerUnitName.objects.values()),
        list(UnitRegister.objects.values()),
    ]


def kinds_of(code: str) -> list[tuple[str, str, str | None]]:
    periods = UnitKindPeriod.objects.filter(unit__code=code).order_by("valid_from")
    return [(p.kind, str(p.valid_from), p.valid_to and str(p.valid_to)) for p in periods]


def test_units_stand_under_their_powiat_and_voivodeship_with_their_kind(load):
    assert "12 rows, 9 units. 9 changes." in load(register())
    morawica = LocalGovernmentUnit.objects.get(code="260412")
    assert (morawica.name, morawica.parent.name) == ("Morawica", "powiat kielecki")
    assert morawica.parent.parent.name == "województwo świętokrzyskie"
    assert kinds_of("260412") == [("rural", "2026-01-01", None)]
    assert kinds_of("2604") == [("powiat", "2026-01-01", None)]


def test_a_city_with_powiat_rights_is_one_unit_and_parts_of_communes_are_none(load):
    load(register())
    kielce = LocalGovernmentUnit.objects.get(name="Kielce")
    assert (kielce.code, kielce.parent.code) == ("266101", "26")
    assert kinds_of("266101") == [("city_powiat", "2026-01-01", None)]
    assert LocalGovernmentUnit.objects.filter(name="Chęciny").count() == 1


def test_windows_lines_a_byte_order_mark_other_columns_and_blank_lines_are_read(load):
    lines = [f"X;{HEADER};DERIVED", *(f";{row};2026-01-01;1" for row in ROWS), ";;;;;;;;", "", ""]
    load(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert LocalGovernmentUnit.objects.count() == 9


def test_the_same_register_again_changes_nothing(load):
    load(register())
    before = _everything()
    assert " 0 changes." in load(register())
    assert _everything() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(load):
    assert json.loads(load(register(), "--json", "--dry-run"))["new"] == 9
    assert not LocalGovernmentUnit.objects.exists()
    assert not UnitRegister.objects.exists()


def test_a_later_register_ends_the_kind_and_begins_another(load):
    load(register("2022-01-01"))
    facts = json.loads(load(register("2026-01-01", LATER_ROWS), "--json"))
    assert (facts["changes"], facts["kind_changed"], facts["unchanged"]) == (1, 1, 8)
    assert kinds_of("260412") == [
        ("rural", "2022-01-01", "2026-01-01"),
        ("urban_rural", "2026-01-01", None),
    ]


def test_an_older_register_adds_what_was_before_and_leaves_today_alone(load):
    renamed = instead("04;02;03;2;Brodnica;gmina wiejska", "04;02;03;2;Drwęca;gmina wiejska")
    in_order = ("2018-01-01", ROWS), ("2022-01-01", renamed), ("2026-01-01", LATER_ROWS)
    histories = []
    for order in (in_order, in_order[::-1], (in_order[0], in_order[2], in_order[1])):
        UnitRegister.objects.all().delete()
        LocalGovernmentUnit.objects.all().update(parent=None)
        LocalGovernmentUnit.objects.all().delete()
        for day, rows in order:
            load(register(day, rows))
        names = FormerUnitName.objects.values_list("unit__code", "name", "valid_from", "valid_to")
        histories.append((kinds_of("260412"), kinds_of("040203"), sorted(names)))
    assert histories[0][0][0] == ("rural", "2018-01-01", "2026-01-01")
    assert histories[0] == histories[1] == histories[2]


def test_a_renamed_unit_is_found_by_its_former_name(load, client):
    load(register("2022-01-01"))
    load(register("2026-01-01", instead(MORAWICA, "26;04;12;2;Nowa Morawica;gmina wiejska")))
    unit = LocalGovernmentUnit.objects.get(code="260412")
    assert unit.name == "Nowa Morawica"
    former = unit.former_names.get()
    assert (former.name, former.valid_to) == ("Morawica", date(2026, 1, 1))
    client.force_login(make_user("moderator"))
    url = reverse(LocalGovernmentUnit.snippet_viewset.get_url_name("list"))
    FormerUnitName.objects.create(unit=unit, name="Morawica II", valid_to=date(2001, 1, 1))
    assert [u.code for u in client.get(url, {"q": "Morawica"}).context["object_list"]] == ["260412"]


def test_practices_of_a_renamed_unit_are_found_by_its_new_name(load):
    load(register("2022-01-01"))
    unit = LocalGovernmentUnit.objects.get(code="260412")
    practice(make_site_tree(), "Dowóz", unit=unit)
    load(register("2026-01-01", instead(MORAWICA, "26;04;12;2;Zamkowo;gmina wiejska")))

    search_index.repair(seconds=60)

    assert titles("w Zamkowie") == ["Dowóz"]
    assert titles("w Morawicy") == ["Dowóz"], "The former name is a name as well."


def test_a_unit_that_left_the_register_is_closed_and_kept(load):
    load(register("2022-01-01"))
    facts = json.loads(load(register("2026-01-01", without("260412")), "--json"))
    assert (facts["closed"], facts["changes"]) == (1, 1)
    assert kinds_of("260412") == [("rural", "2022-01-01", "2026-01-01")]
    assert json.loads(load(register("2027-01-01"), "--json"))["reopened"] == 1
    assert kinds_of("260412")[-1] == ("rural", "2027-01-01", None)


def test_a_file_that_is_cut_off_does_not_close_half_of_the_country(load, refusal):
    communes = tuple(
        f"26;04;{number:02d};2;Gmina {number};gmina wiejska" for number in range(20, 60)
    )
    load(register("2022-01-01", (*ROWS, *communes)))
    assert "--close-many" in refusal(register("2026-01-01"))[0]
    assert json.loads(load(register("2026-01-01"), "--json", "--close-many"))["closed"] == 40


def test_what_people_entered_is_kept(load):
    unit = make_unit(
        "Chęciny", code="260403", kind="urban_rural", office_email="um@checiny.example"
    )
    people = make_unit("Związek gmin", code="269901")
    load(register())
    unit.refresh_from_db()
    assert unit.office_email == "um@checiny.example"
    assert unit.parent.code == "2604"
    assert kinds_of("260403") == [("urban_rural", "1999-01-01", None)]
    assert kinds_of(people.code) == [("rural", "1999-01-01", None)]


def test_the_demo_and_the_register_get_along(load):
    demo_content.create_units()
    demo = list(LocalGovernmentUnit.objects.order_by("code").values())
    assert json.loads(load(register(), "--json"))["changes"] == 9
    assert (
        list(LocalGovernmentUnit.objects.filter(registered_on=None).order_by("code").values())
        == demo
    )


def test_imported_units_are_found_in_the_chooser_by_all_their_names(load, client):
    load(register("2022-01-01", instead(MORAWICA, "26;04;12;2;Dawna Wieś;gmina wiejska")))
    load(register())
    client.force_login(make_user("author"))
    chooser = LocalGovernmentUnit.snippet_viewset.chooser_viewset
    url = reverse(chooser.get_url_name("choose_results"))
    for query in ("Moraw", "2604", "Dawn"):
        assert "260412" in client.get(url, {"q": query}).content.decode()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("26;04;1;2;Zła;gmina wiejska", "two digits"),
        ("99;;;;NIJAKIE;województwo", "no voivodeship"),
        ("26;04;13;7;Zła;gmina wiejska", "unknown RODZ"),
        ("26;05;13;2;Zła;gmina wiejska", "powiat 2605 has no row"),
        ("28;05;;;zły;powiat", "voivodeship 28 has no row"),
        ("26;04;12;3;Zła;gmina miejsko-wiejska", "stands in line 11 already"),
        ("26;04;13;4;Zła;miasto", "no row with RODZ 3"),
        ("26;04;13;;Zła;gmina wiejska", "stand together"),
        ("26;04;13;2;;gmina wiejska", "NAZWA is empty"),
        ("26;05;;;zły;hrabstwo", "NAZWA_DOD"),
        ('26;04;13;2;"Zła;gmina wiejska', "split into cells"),
        ("26;04;13;2", "cells"),
        ("26;62;;;Zła;miasto na prawach powiatu", "no row of its commune"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(refusal, bad, reason):
    problems = refusal(register(rows=(*ROWS, bad)))
    assert list(problems) == [len(ROWS) + 2]
    assert reason in problems[len(ROWS) + 2]


def test_every_bad_row_is_named_at_once(refusal):
    text = register(rows=(*ROWS, "26;04;13;7;Zła;x", "99;;;;ZŁE;x"))
    broken = text.encode().replace(b"Morawica", b"Mor\xb1wica")
    assert sorted(
        refusal(broken.replace(b"99;;;;Z\xc5\x81E;x;2026-01-01", b"99;;;;Z;x;2027-01-01"))
    ) == [
        11,
        14,
        15,
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (f"{HEADER}\n", "no rows"),
        ("WOJ;POW;GMI;RODZ;NAZWA\n02;;;;X\n", "lacks NAZWA_DOD, STAN_NA"),
        (register().replace(";", ","), "lacks"),
        (register().encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_no_register_is_refused(refusal, content, reason):
    assert reason in " ".join(refusal(content).values())


def test_problems_are_printed_for_people_too(load, tmp_path):
    errors = io.StringIO()
    path = tmp_path / "terc.csv"
    path.write_text(register(rows=(*ROWS, "26;04;13;7;Zła;x")), encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_units", path, stdout=io.StringIO(), stderr=errors)
    assert "line 14: unknown RODZ '7'" in errors.getvalue()
    with pytest.raises(CommandError):
        call_command("import_units", tmp_path / "none.csv", stderr=errors)
    assert "No such file" in errors.getvalue()


@pytest.mark.skipif(not REAL_REGISTER.exists(), reason="the real register is not here")
def test_the_whole_register_comes_in_with_few_statements(django_assert_max_num_queries):
    out = io.StringIO()
    with django_assert_max_num_queries(150):
        call_command("import_units", REAL_REGISTER, "--json", stdout=out)
    facts = json.loads(out.getvalue())
    assert (facts["rows"], facts["units"], facts["new"]) == (4360, 2809, 2809)
    kinds = UnitKindPeriod.objects.filter(valid_to=None).values_list("kind", flat=True)
    counted = {kind: list(kinds).count(kind) for kind in set(kinds)}
    assert counted == {
        "voivodeship": 16,
        "powiat": 314,
        "city_powiat": 66,
        "urban": 236,
        "urban_rural": 724,
        "rural": 1453,
    }
