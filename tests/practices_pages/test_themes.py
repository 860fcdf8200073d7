"""Themes of other collections, and the areas that they become."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from practices_pages.models import KeyCompetence, SchoolType, ThematicArea

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PRACTICES = ROOT.parent / "shared" / "data" / "practices.jsonl"
MODELS = {"areas": ThematicArea, "competences": KeyCompetence, "school_types": SchoolType}
ADVICE_MODEL = ROOT.parent / "shared" / "design" / "domain-sources.md"


def themes() -> dict[str, dict[str, str]]:
    text = files("practices_pages.exchange").joinpath("themes.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_every_theme_leads_to_a_term_that_is_there_from_the_start() -> None:
    for kind, mapping in themes().items():
        slugs = set(MODELS[kind].objects.values_list("slug", flat=True))
        assert set(mapping.values()) <= slugs


def test_the_documentation_names_every_area_and_every_theme() -> None:
    text = (ROOT / "docs" / "practice-format.md").read_text(encoding="utf-8")
    section = text.partition("## Themes")[2]
    for area in ThematicArea.objects.all():
        row = next(line for line in section.splitlines() if f"`{area.slug}`" in line)
        assert area.name in row
        mapped = {theme for theme, slug in themes()["areas"].items() if slug == area.slug}
        assert set(re.findall(r"`([a-z_]+)`", row.rpartition("|")[0].rpartition("|")[2])) == mapped
    for kind in ("competences", "school_types"):
        assert all(f"`{theme}`" in section for theme in themes()[kind])


def test_every_area_says_in_a_sentence_what_is_in_it() -> None:
    for area in ThematicArea.objects.all():
        assert area.description.endswith("."), area.slug
        assert 30 < len(area.description) <= 120, area.slug


def test_every_real_practice_has_an_area() -> None:
    if not PRACTICES.exists():
        pytest.skip("NOT CHECKED: ../shared/data is not here.")
    areas = themes()["areas"]
    rows = [json.loads(line) for line in PRACTICES.read_text(encoding="utf-8").splitlines()]

    assert [row["id"] for row in rows if not set(row["themes"]) & set(areas)] == []


def test_the_ten_known_areas_of_the_advice_model_stand_first() -> None:
    if not ADVICE_MODEL.exists():
        pytest.skip("NOT CHECKED: ../shared/design is not here.")
    text = ADVICE_MODEL.read_text(encoding="utf-8")
    [listed] = re.findall(r"^\*\*Thematic areas, real list.*?\*\* (.+?)\. Two names", text, re.M)
    # Each is followed by how many chose it; of one only the beginning is known.
    names = [re.sub(r" (\d+|…) ?.*$", "", name) for name in listed.split("; ")]
    first = ThematicArea.objects.order_by("sort_order")[: len(names)]
    assert len(names) == 10
    assert all(area.name.startswith(name) for name, area in zip(names, first, strict=True)), list(
        zip(names, first, strict=True)
    )
