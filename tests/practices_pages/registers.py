"""Small registers in the official form. Codes and names of real units; the rest is of the test."""

from pathlib import Path

HEADER = "WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA"
REAL_REGISTER = Path(__file__).parents[3] / "shared" / "data" / "terc-2026-01-01.csv"
ROWS = (
    "04;;;;KUJAWSKO-POMORSKIE;województwo",
    "04;02;;;brodnicki;powiat",
    "04;02;01;1;Brodnica;gmina miejska",
    "04;02;03;2;Brodnica;gmina wiejska",
    "26;;;;ŚWIĘTOKRZYSKIE;województwo",
    "26;04;;;kielecki;powiat",
    "26;04;03;3;Chęciny;gmina miejsko-wiejska",
    "26;04;03;4;Chęciny;miasto",
    "26;04;03;5;Chęciny;obszar wiejski",
    "26;04;12;2;Morawica;gmina wiejska",
    "26;61;;;Kielce;miasto na prawach powiatu",
    "26;61;01;1;Kielce;gmina miejska",
)


def register(day: str = "2026-01-01", rows: tuple[str, ...] = ROWS) -> str:
    return "\n".join([HEADER, *(f"{row};{day}" for row in rows)]) + "\n"


def without(code: str, rows: tuple[str, ...] = ROWS) -> tuple[str, ...]:
    return tuple(row for row in rows if "".join(row.split(";")[:3]) != code)


def instead(old: str, new: str, rows: tuple[str, ...] = ROWS) -> tuple[str, ...]:
    assert old in rows
    return tuple(new if row == old else row for row in rows)
