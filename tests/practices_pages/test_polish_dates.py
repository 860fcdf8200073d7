"""Dates as Polish texts write them, and which of them cannot be those of a meeting."""

from datetime import date

import pytest

from practices_pages.polish_dates import contradictions, mentions, plain, slips

OCTOBER = (date(2018, 10, 23), date(2018, 10, 24))


def spans(text: str, year: int = 2018) -> list[tuple[date, date] | None]:
    return [mention.span(year) for mention in mentions(text)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("W dniach 23–24 października 2018 r. w Sulejówku", (10, 23), (10, 24)),
        ("23-24 października 2018 r. –Sulejówek", (10, 23), (10, 24)),
        ("23—24 października", (10, 23), (10, 24)),
        ("23\u00a0–\u00a024\u00a0października\u00a02018\u00a0r.", (10, 23), (10, 24)),
        ("23 \u2212 24 pazdziernika 2018", (10, 23), (10, 24)),
        ("23 i 24 października 2018 roku", (10, 23), (10, 24)),
        ("23,24 października 2018", (10, 23), (10, 24)),
        ("22, 23 oraz 24 października 2018 r.", (10, 22), (10, 24)),
        ("od 23 do 24 października 2018 r.", (10, 23), (10, 24)),
        ("od 30 września do 1 października 2018 r.", (9, 30), (10, 1)),
        ("30 września – 1 października 2018 r.", (9, 30), (10, 1)),
        ("30 Września - 1 Października 2018", (9, 30), (10, 1)),
        ("23 października 2018 r. – 24 października 2018 r.", (10, 23), (10, 24)),
        ("dnia 5 maja 2018 r.", (5, 5), (5, 5)),
        ("23 paź. 2018", (10, 23), (10, 23)),
        ("23.10.2018", (10, 23), (10, 23)),
        ("23.10.2018 r.", (10, 23), (10, 23)),
        ("23-24.10.2018", (10, 23), (10, 24)),
        ("30.09–1.10.2018 r.", (9, 30), (10, 1)),
        ("30.09.2018 – 1.10.2018", (9, 30), (10, 1)),
        ("30.09.-1.10.2018", (9, 30), (10, 1)),
        ("5/5/2018", (5, 5), (5, 5)),
        ("23.X.2018", (10, 23), (10, 23)),
        ("23-24 X 2018 r.", (10, 23), (10, 24)),
        ("5 I 2018", (1, 5), (1, 5)),
        ("2018-10-23", (10, 23), (10, 23)),
        ("w styczniu 2018 r.", (1, 1), (1, 31)),
        ("LUTY 2018", (2, 1), (2, 28)),
        ("przed październikiem 2018", (10, 1), (10, 31)),
    ],
)
def test_a_date_is_found_however_it_is_written(text, first, last):
    assert spans(text) == [(date(2018, *first), date(2018, *last))]


@pytest.mark.parametrize(
    "text",
    [
        "Grupa 3 się spotkała",
        "Grupa 3 sie spotkała",
        "Zespół nr 5 się. Potem 7 się, 8 się",
        "przyszedł 3 list od wójta",
        "opisano 12 lip i 3 lis",
    ],
)
def test_a_word_that_only_looks_like_a_month_is_none(text):
    assert mentions(text) == []


@pytest.mark.parametrize(
    "text", ["3 sie. w urzędzie", "3 sie 2018", "3 sierp. 2018 r.", "3 SIE 2018"]
)
def test_an_abbreviated_month_has_a_dot_or_a_year(text):
    assert spans(text) == [(date(2018, 8, 3), date(2018, 8, 3))]


@pytest.mark.parametrize(
    ("number", "month"),
    [
        (1, "stycznia"), (2, "lutego"), (3, "marca"), (4, "kwietnia"), (5, "maja"), (6, "czerwca"),
        (7, "lipca"), (8, "sierpnia"), (9, "września"), (10, "października"), (11, "listopada"),
        (12, "grudnia"),
    ],
)  # fmt: skip
def test_every_month_is_known_in_the_genitive(number, month):
    day = date(2018, number, 7)
    assert spans(f"7 {month} 2018") == [(day, day)]


@pytest.mark.parametrize(
    ("number", "nominative", "locative"),
    [
        (1, "styczeń", "styczniu"), (2, "luty", "lutym"), (3, "marzec", "marcu"),
        (4, "kwiecień", "kwietniu"), (5, "maj", "maju"), (6, "czerwiec", "czerwcu"),
        (7, "lipiec", "lipcu"), (8, "sierpień", "sierpniu"), (9, "wrzesień", "wrześniu"),
        (10, "październik", "październiku"), (11, "listopad", "listopadzie"),
        (12, "grudzień", "grudniu"),
    ],
)  # fmt: skip
def test_a_month_alone_is_known_in_nominative_and_locative(number, nominative, locative):
    for text in (f"{nominative} 2019", f"w {locative} 2019 r."):
        [(first, last)] = spans(text)
        assert (first, last.month, last.year) == (date(2019, number, 1), number, 2019)


def test_a_span_over_the_new_year_is_read_in_the_right_years():
    turn = (date(2018, 12, 31), date(2019, 1, 1))
    assert spans("31 grudnia 2018 r. – 1 stycznia 2019 r.") == [turn]
    assert spans("31 grudnia – 1 stycznia 2019 r.") == [turn]
    assert spans("31 grudnia – 1 stycznia") == [turn]
    assert spans("31.12–1.01.2019") == [turn]


@pytest.mark.parametrize(
    "text",
    [
        "", "ul. 3 Maja 12", "plac 11 Listopada", "w godz. 10.00–15.30", "lata 2014–2020",
        "tel. 22 345 37 00", "Działanie 2.10", "123 października", "§ 5 ust. 3", "10,5 mln",
        "Oś II, Działanie 2.10, PO WER na lata 2014–2020", "8.45", "III etap",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_taken_for_one(text):
    assert mentions(text) == []


def test_a_day_that_does_not_exist_has_no_span_and_contradicts_every_date():
    assert spans("31 lutego 2018") == [None]
    assert [m.text for m in contradictions("31 lutego 2018 r.", *OCTOBER)] == ["31 lutego 2018 r."]


def test_several_dates_are_found_in_the_order_of_the_text():
    text = "Od 1 września 2018 r. wdrażają plany; spotkali się 23.10.2018, znowu w styczniu 2019."
    assert [mention.text for mention in mentions(text)] == [
        "1 września 2018 r.", "23.10.2018", "styczniu 2019",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "caption",
    [
        "Spotkanie sieci, 23–24 października 2018 r.",
        "Pierwszy dzień, 23 października",
        "24.10.2018: podsumowanie",
        "Sulejówek, październik 2018",
        "Uczestnicy przy pracy",
    ],
)
def test_a_caption_that_agrees_with_the_dates_is_left_alone(caption):
    assert contradictions(caption, *OCTOBER) == []


@pytest.mark.parametrize(
    "caption",
    [
        "23-24 listopada 2018 r. –Sulejówek - Spotkanie sieci",
        "23–24 października 2019 r.",
        "23–25 października 2018 r.",
        "22.10.2018",
        "Listopad 2018",
        "24 listopada",
    ],
)
def test_a_caption_with_another_date_contradicts(caption):
    assert len(contradictions(caption, *OCTOBER)) == 1


def test_a_month_agrees_with_a_day_in_it():
    january = (date(2019, 1, 1), date(2019, 1, 31))
    assert contradictions("15 stycznia 2019 r.", *january) == []
    assert contradictions("styczeń 2019", *january) == []
    assert len(contradictions("15 lutego", *january)) == 1


def test_a_report_may_name_other_days_but_not_the_same_days_of_another_month():
    fine = "Od 1 września 2018 r. wdrażają plany. Kolejne spotkanie w styczniu 2019 r., 5 listopada"
    assert slips(fine, *OCTOBER) == []
    for wrong in ("23–24 listopada 2018 r.", "23-24.10.2017", "22–23 października 2018"):
        assert [m.text for m in slips(f"{fine} {wrong} odbyło się", *OCTOBER)] == [wrong]


def test_the_date_of_the_next_meeting_is_no_slip():
    later = (date(2019, 1, 23), date(2019, 1, 24))
    text = "Następne spotkanie: 23–24 stycznia 2019 r."
    assert len(slips(text, *OCTOBER)) == 1
    assert slips(text, *OCTOBER, others=[later]) == []


def test_rich_text_is_read_block_by_block():
    html = "<ol><li>punkt 1</li><li>2 maja 2018&nbsp;r.</li></ol>"
    assert [mention.text for mention in mentions(plain(html))] == ["2 maja 2018 r."]


@pytest.mark.parametrize("evil", ["1-", "1, ", "23 i ", "1.1.1.", "<", " ", "İ", "1 maja - "])
def test_a_hostile_text_is_read_to_its_end(evil):
    text = (evil * 60_000)[:100_000] + "23.10.2018"
    plain(text)
    assert isinstance(mentions(text), list)
