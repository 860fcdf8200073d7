"""A printed text names a unit for certain, or nobody guesses."""

import json
from datetime import date

import pytest

from practices_pages.register import Register, read_register
from practices_pages.unit_index import IndexedUnit, KindSpan, UnitIndex, bare_name
from practices_pages.unit_matching import Outcome, Reason, UnitMatch, match_unit
from tests.factories import make_unit
from tests.practices_pages.registers import REAL_REGISTER, ROWS, register

MORE_ROWS = (
    "04;15;;;toruński;powiat",
    "04;15;04;2;Lubicz;gmina wiejska",
    "08;;;;LUBUSKIE;województwo",
    "08;10;;;żagański;powiat",
    "08;10;02;1;Żagań;gmina miejska",
    "08;10;09;2;Żagań;gmina wiejska",
    "12;;;;MAŁOPOLSKIE;województwo",
    "12;01;;;bocheński;powiat",
    "12;02;;;brzeski;powiat",
    "12;07;;;limanowski;powiat",
    "12;07;03;2;Dobra;gmina wiejska",
    "12;19;;;wielicki;powiat",
    "12;19;05;3;Wieliczka;gmina miejsko-wiejska",
    "14;;;;MAZOWIECKIE;województwo",
    "14;34;;;wołomiński;powiat",
    "14;34;12;3;Wołomin;gmina miejsko-wiejska",
    "14;63;;;Radom;miasto na prawach powiatu",
    "14;63;01;1;Radom;gmina miejska",
    "16;;;;OPOLSKIE;województwo",
    "16;01;;;brzeski;powiat",
    "16;03;;;kędzierzyńsko-kozielski;powiat",
    "16;03;01;1;Kędzierzyn-Koźle;gmina miejska",
    "16;05;;;krapkowicki;powiat",
    "16;05;02;3;Krapkowice;gmina miejsko-wiejska",
    "28;;;;WARMIŃSKO-MAZURSKIE;województwo",
    "28;13;;;olecki;powiat",
    "28;13;06;2;Wieliczki;gmina wiejska",
    "30;;;;WIELKOPOLSKIE;województwo",
    "30;22;;;rawicki;powiat",
    "30;22;03;3;Miejska Górka;gmina miejsko-wiejska",
    "30;26;;;śremski;powiat",
    "30;26;01;2;Brodnica;gmina wiejska",
    "32;;;;ZACHODNIOPOMORSKIE;województwo",
    "32;11;;;policki;powiat",
    "32;11;01;2;Dobra (Szczecińska);gmina wiejska",
    "32;18;;;łobeski;powiat",
    "32;18;01;3;Dobra;gmina miejsko-wiejska",
)
KINDS = {
    "rural": "gmina wiejska",
    "urban": "gmina miejska",
    "urban_rural": "gmina miejsko-wiejska",
    "city_powiat": "miasto na prawach powiatu",
    "powiat": "powiat",
    "voivodeship": "województwo",
}
SHARED = REAL_REGISTER.parent
real_data = pytest.mark.skipif(
    not REAL_REGISTER.exists(), reason=f"the real register is not in {SHARED}"
)


def index_of(state: Register, **former: str) -> UnitIndex:
    return UnitIndex.of(
        IndexedUnit(
            pk,
            unit.code,
            bare_name(unit.name),
            tuple(name for code, name in former.items() if code == f"u{unit.code}"),
            (KindSpan(unit.kind, state.state_on, None),),
        )
        for pk, unit in enumerate(state.units.values())
    )


@pytest.fixture(scope="module")
def small() -> UnitIndex:
    content = register(rows=(*ROWS, *MORE_ROWS)).encode()
    return index_of(read_register(content), u260403="Stare Chęciny")


@pytest.fixture(scope="module")
def country() -> UnitIndex:
    return index_of(read_register(REAL_REGISTER.read_bytes()))


def codes(match: UnitMatch) -> list[str]:
    return [unit.code for unit in match.units]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Chęciny", ["260403"]),
        ("CHĘCINY", ["260403"]),
        ("Gmina\u00a0Chęciny", ["260403"]),
        ("Urząd Miejski w Chęcinach", ["260403"]),
        ("Gmina Miasta Radomia", ["146301"]),
        ("Prezydent Miasta Radomia", ["146301"]),
        ("Kędzierzyna-Koźla", ["160301"]),
        ("Kędzierzyn – Koźle", []),
        ("powiat kędzierzyńsko-kozielski", ["1603"]),
        ("Powiatów Krapkowickiego i Wołomińskiego", ["1605", "1434"]),
        ("powiaty: krapkowicki, wołomiński", ["1605", "1434"]),
        ("powiatów – Krapkowice i Wołomin", ["1605", "1434"]),
        ("Gminy Chęciny i Lubicz", ["260403", "041504"]),
        ("Starostwo Powiatowe w Wołominie", ["1434"]),
        ("Starostwo Powiatowe w Kielcach", ["2604"]),
        ("Kielc", ["266101"]),
        ("Kielce – miasto na prawach powiatu", ["266101"]),
        ("Województwo Mazowieckie", ["14"]),
        ("Urząd Marszałkowski Województwa Mazowieckiego", ["14"]),
        ("powiat bocheński", ["1201"]),
        ("powiatu brzeskiego", []),
        ("powiat brzeski (woj. opolskie)", ["1601"]),
        ("Lubicz – gmina wiejska (woj. kujawsko- pomorskie,", ["041504"]),
        ("Brodnica", []),
        ("Brodnica, pow. śremski", ["302601"]),
        ("gmina Brodnica i powiat śremski", []),
        ("Miasto Brodnica", ["040201"]),
        ("gm. Dobra (Szczecińska)", ["321101"]),
        ("Dobra, 72-210", []),
        ("Burmistrz Dobrej, 72-210", ["321801"]),
        ("gmina Miejska Górka", ["302203"]),
        ("żagańska gmina", ["081009"]),
        ("Gmina Żagań", []),
        ("Stare Chęciny", ["260403"]),
        ("Chęciny 2604033", ["260403"]),
        ("Wieliczki", []),
        ("gmina Wieliczki", ["281306"]),
        # Wieliczka may have been a rural commune when that was written.
        ("Wójt Gminy Wieliczki", []),
        ("Zespół Szkół w Chęcinach", []),
        ("Nowe Chęciny", []),
        ("Chęciny (woj. mazowieckie)", []),
        ("Chęciny, powiat bocheński", []),
        ("", []),
    ],
)
def test_rules_name_the_unit_or_leave_it_open(small, printed, expected):
    match = match_unit(printed, index=small)
    assert codes(match) == expected
    assert match.is_certain == bool(expected)
    assert match.why


@pytest.mark.parametrize(
    ("printed", "context", "expected"),
    [
        ("Wołomin", "z powiatów – Krapkowice i Wołomin", ["1434"]),
        ("Wołomin", "", ["143412"]),
        ("Wołomin", "gmina w powiecie wołomińskim", ["143412"]),
        ("Brodnica", "z gmin miejskich", ["040201"]),
        ("Brodnica", "powiat śremski", ["302601"]),
        ("Dobra", "Burmistrz Dobrej, 72-210", ["321801"]),
        ("Dobra", "Burmistrz i Wójt", []),
    ],
)
def test_the_context_chooses_among_namesakes(small, printed, context, expected):
    assert codes(match_unit(printed, context=context, index=small)) == expected


def test_an_open_answer_shows_all_candidates(small):
    match = match_unit("Brodnica", index=small)
    assert match.outcome == Outcome.AMBIGUOUS
    assert [unit.code for unit in match.candidates] == ["040201", "040203", "302601"]
    assert match_unit("Nibylandia", index=small).outcome == Outcome.UNKNOWN


def test_what_the_source_says_in_fields_of_its_own_counts(small):
    assert codes(match_unit("Brodnica", kind="gmina miejska", index=small)) == ["040201"]
    assert codes(match_unit("Brodnica", kind="urban", index=small)) == ["040201"]
    assert codes(match_unit("Brodnica", powiat="śremski", index=small)) == ["302601"]
    assert codes(match_unit("brzeski", voivodeship="Małopolskie", index=small)) == ["1202"]
    assert codes(match_unit("Wołomin", kind="powiat", index=small)) == ["1434"]
    assert not match_unit("Chęciny", voivodeship="katowickie", index=small).is_certain


def test_a_code_wins_and_what_contradicts_it_is_reported(small):
    for code in ("260403", "2604033"):
        assert codes(match_unit("Chęciny", code=code, index=small)) == ["260403"]
    assert codes(match_unit("Kielce", code="2661", index=small)) == ["266101"]
    assert match_unit("Chęciny", code="260499", index=small).outcome == Outcome.UNKNOWN
    for contradiction in (
        {"printed": "Lubicz"},
        {"printed": "Chęciny", "voivodeship": "mazowieckie"},
        {"printed": "Chęciny", "powiat": "bocheński"},
        {"printed": "Chęciny", "kind": "powiat"},
    ):
        match = match_unit(code="2604033", index=small, **contradiction)
        assert match.outcome == Outcome.CONTRADICTION
        assert "260403" in [unit.code for unit in match.candidates]


def test_a_kind_that_has_changed_since_is_understood_and_said(small):
    match = match_unit("Chęciny – gmina wiejska", index=small)
    assert codes(match) == ["260403"]
    assert Reason.KIND_CHANGED in match.reasons
    # One of the two may have been the rural one when that was written.
    assert not match_unit("Dobra, gmina wiejska", index=small).is_certain
    # A city never was a rural commune: that must be a namesake which is no more.
    assert not match_unit("gmina wiejska Radom", index=small).is_certain


def test_the_day_of_the_source_decides_about_kinds_that_are_known():
    spans = (
        KindSpan("rural", date(2016, 1, 1), date(2024, 1, 1)),
        KindSpan("urban_rural", date(2024, 1, 1), None),
    )
    index = UnitIndex.of([IndexedUnit(1, "260412", "Morawica", (), spans)])
    rural = {"kind": "gmina wiejska", "index": index}
    assert match_unit("Morawica", on=date(2018, 5, 1), **rural).reasons == (Reason.EXACT,)
    assert Reason.KIND_CHANGED in match_unit("Morawica", **rural).reasons


def test_a_unit_that_is_no_more_is_left_out_from_that_day_on():
    closed = KindSpan("rural", date(2016, 1, 1), date(2022, 1, 1))
    index = UnitIndex.of(
        [
            IndexedUnit(1, "260412", "Morawica", (), (closed,)),
            IndexedUnit(2, "260512", "Morawica", (), (KindSpan("rural", date(2022, 1, 1), None),)),
        ]
    )
    assert codes(match_unit("Morawica", on=date(2024, 1, 1), index=index)) == ["260512"]
    assert not match_unit("Morawica", index=index).is_certain


def test_units_with_odd_names_and_odd_texts_break_nothing(small):
    odd = [
        IndexedUnit(pk, f"26{pk:02d}", name) for pk, name in enumerate(("-", "", "I", "9", "(a)"))
    ]
    index = UnitIndex.of(odd)
    for printed in (
        "-",
        "(",
        "i",
        "9",
        "gmina",
        "woj.",
        "\u200b",
        "a" * 9999,
        "Gmina (woj. )",
        "i i",
    ):
        assert not match_unit(printed, context=printed, powiat=printed, index=small).is_certain
        match_unit(printed, index=index)


def test_a_kind_that_is_none_of_a_unit_is_not_overlooked(small):
    assert not match_unit("Chęciny", kind="związek gmin", index=small).is_certain


@pytest.mark.django_db
def test_thousands_of_texts_cost_three_queries(django_assert_num_queries):
    make_unit("Chęciny", code="260403", kind="urban_rural")
    make_unit("powiat kielecki", code="2604", kind="powiat")
    with django_assert_num_queries(3):
        index = UnitIndex.load()
        for _number in range(50):
            assert match_unit("Chęciny", powiat="kielecki", index=index).is_certain


@real_data
def test_every_unit_of_the_country_is_found_by_its_own_description(country):
    wrong = []
    for unit in country.units:
        kind, powiat = KINDS[unit.kind], country.by_code.get(unit.powiat_code, unit)
        place = f"pow. {powiat.name}, " if len(powiat.code) == 4 < len(unit.code) else ""
        place += f"woj. {unit.voivodeship}" if len(unit.code) > 2 else ""
        forms = (f"{kind} {unit.name}, {place}", f"{unit.name} – {kind} ({place})")
        match = match_unit(forms[unit.pk % 2], index=country)
        if codes(match) != [unit.code]:
            wrong.append(match)
    assert wrong == []


@real_data
def test_less_than_a_full_description_is_right_or_open(country):
    namesakes: dict[str, int] = {}
    for unit in country.units:
        namesakes[unit.name] = namesakes.get(unit.name, 0) + 1
    wrong = []
    for unit in country.units:
        some = (
            (unit.name, {"kind": unit.kind}),
            (unit.name, {"voivodeship": unit.voivodeship}),
            (f"gmina {unit.name}" if len(unit.code) == 6 else unit.name, {}),
        )
        for printed, hints in ((unit.name, {}), some[unit.pk % 3]):
            match = match_unit(printed, index=country, **hints)
            said = match.units if match.is_certain else match.candidates
            if unit not in said or (namesakes[unit.name] > 1 and not hints and match.is_certain):
                wrong.append((printed, match))
    assert wrong == []


@real_data
def test_printed_names_of_real_texts_are_right_or_open(country):
    lines = (SHARED / "unit_match_cases.jsonl").read_text(encoding="utf-8").splitlines()
    certain = 0
    for case in map(json.loads, lines):
        match = match_unit(case["printed"], context=case["context"], index=country)
        expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
        found = {f"powiat {u.name}" if u.kind == "powiat" else "" for u in match.units}
        assert not match.is_certain or all(
            name in found or name[:6] in codes(match) for name in expected
        ), case
        certain += match.is_certain
    assert certain == len(lines) == 16


@real_data
def test_the_units_of_real_practices_are_found_with_and_without_their_code(country):
    lines = (SHARED / "practices.jsonl").read_text(encoding="utf-8").splitlines()
    units = [unit for line in lines if (unit := json.loads(line)["jst"])]
    assert len(units) == 39
    for unit in units:
        said = {
            "kind": unit["kind"],
            "voivodeship": unit["voivodeship"],
            "powiat": unit["county"] or "",
        }
        for code in (unit["teryt"], ""):
            match = match_unit(unit["name"], code=code, index=country, **said)
            assert codes(match) == [unit["teryt"][:6]], match
