"""The map of Poland: shapes that fit together, and numbers that are those of the list."""

import re
from collections import defaultdict

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from practices_pages import practice_map
from practices_pages.catalogue import PRACTICES, pages_of, results
from practices_pages.models import VOIVODESHIPS, PracticeIndexPage, PracticeUnit
from practices_pages.poland import POLAND, SOURCE
from tests.factories import make_practice, make_site_tree, make_unit

# Every two voivodeships that have a border in common.
NEIGHBOURS = {
    "02": "08 16 30", "04": "10 14 22 28 30", "06": "14 18 20 26", "08": "02 30 32",
    "10": "04 14 16 24 26 30", "12": "18 24 26", "14": "04 06 10 20 26 28", "16": "02 10 24 30",
    "18": "06 12 26", "20": "06 14 28", "22": "04 28 30 32", "24": "10 12 16 26",
    "26": "06 10 12 14 18 24", "28": "04 14 20 22", "30": "02 04 08 10 16 22 32", "32": "08 22 30",
}  # fmt: skip


@pytest.fixture
def index(db) -> PracticeIndexPage:
    return make_site_tree()


def url_of(index: PracticeIndexPage) -> str:
    return f"{index.url}mapa/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def edges(ring):
    return {frozenset(pair) for pair in zip(ring, ring[1:] + ring[:1], strict=True)}


def test_there_is_a_shape_for_each_voivodeship_and_no_other() -> None:
    assert [shape.code for shape in POLAND.shapes] == sorted(VOIVODESHIPS)


def test_borders_are_drawn_once_for_both_neighbours() -> None:
    """Shapes touch exactly where voivodeships do, by lines with the same ends."""
    owners = defaultdict(set)
    for shape in POLAND.shapes:
        for edge in edges(shape.ring):
            owners[edge].add(shape.code)
    assert max(map(len, owners.values())) == 2
    found = defaultdict(set)
    for codes in owners.values():
        for code in codes:
            found[code] |= codes - {code}
    assert {code: " ".join(sorted(others)) for code, others in found.items()} == NEIGHBOURS


def test_voivodeships_lie_where_they_lie() -> None:
    """North is up: Szczecin's in the west, Białystok's in the east, Kraków's in the south."""
    at = {shape.code: (shape.x, shape.y) for shape in POLAND.shapes}
    assert min(at, key=lambda code: at[code][0]) in {"32", "08"}
    assert max(at, key=lambda code: at[code][0]) in {"20", "06"}
    assert min(at, key=lambda code: at[code][1]) == "22"
    assert max(at, key=lambda code: at[code][1]) == "12"


def test_the_numbers_stand_inside_their_shapes() -> None:
    for shape in POLAND.shapes:
        crossings = sum(
            (ay > shape.y) != (by > shape.y)
            and shape.x < (bx - ax) * (shape.y - ay) / (by - ay) + ax
            for (ax, ay), (bx, by) in zip(shape.ring, shape.ring[1:] + shape.ring[:1], strict=True)
        )
        assert crossings % 2, shape.name


def test_the_shapes_are_small_and_say_where_they_are_from() -> None:
    assert SOURCE.stat().st_size < 12_000
    assert "Natural Earth (public domain)" in SOURCE.read_text(encoding="utf-8")


def test_each_shape_and_each_row_links_to_the_filtered_list(index, client) -> None:
    make_practice(index, live=True, unit=make_unit(code="240101"))
    html = read(client, url_of(index))
    for code, name in VOIVODESHIPS.items():
        links = re.findall(rf'<a href="{index.url}\?voivodeship={code}"[^>]*>', html)
        assert len(links) == 2, name
        assert f'aria-label="{name}: ' in links[0]
    assert 'aria-label="śląskie: 1 praktyka"' in html
    assert 'aria-label="łódzkie: 0 praktyk"' in html


def test_map_and_table_say_the_same(index, client) -> None:
    for code in ("240101", "240102", "140101"):
        make_practice(index, live=True, unit=make_unit(code=code))
    html = read(client, url_of(index))
    drawn = re.findall(r'voivodeship=(\d\d)".*?class="map-count"[^>]*>(\d+)<', html)
    listed = re.findall(
        r'<th scope="row"><a href="[^"]*voivodeship=(\d\d)"[^>]*>[^<]*</a></th><td[^>]*>(\d+)<',
        html,
    )
    assert drawn == listed
    assert {code: int(number) for code, number in listed if number != "0"} == {"24": 2, "14": 1}


def test_a_practice_of_two_voivodeships_counts_in_both_and_once_in_the_sum(index) -> None:
    page = make_practice(index, unit=make_unit(code="240101"))
    page.practice_units.add(PracticeUnit(unit=make_unit(code="240102")))
    page.practice_units.add(PracticeUnit(unit=make_unit(code="140101")))
    page.save_revision().publish()
    found = practice_map.map_of(index)
    counts = {place.shape.code: place.count for place in found.places if place.count}
    assert counts == {"24": 1, "14": 1}
    assert (found.practices, found.voivodeships) == (1, 2)


def test_only_what_the_public_may_see_is_counted(index) -> None:
    make_practice(index, unit=make_unit(code="020101"))
    make_practice(index, live=True, unit=make_unit(code="040101")).unpublish()
    private = make_practice(index, live=True, unit=make_unit(code="060101"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    public = make_practice(index, live=True, unit=make_unit(code="080101"))
    public.create_alias(update_slug="alias")
    found = practice_map.map_of(index)
    assert {place.shape.code: place.count for place in found.places if place.count} == {"08": 1}
    assert found.practices == 1


def test_each_number_is_what_the_list_shows_when_the_voivodeship_is_chosen(index) -> None:
    for code in ("240101", "240102", "140101"):
        make_practice(index, live=True, unit=make_unit(code=code))
    pages = pages_of(PRACTICES, within=index)
    for place in practice_map.map_of(index).places:
        found = results(PRACTICES, {"voivodeship": [place.shape.code]}, pages=pages)
        assert (found.total, found.complaints) == (place.count, [])


@pytest.mark.parametrize(
    ("most", "ranges"),
    [
        (0, [(0, 0)]),
        (1, [(0, 0), (1, 1)]),
        (3, [(0, 0), (1, 1), (2, 2), (3, 3)]),
        (9, [(0, 0), (1, 3), (4, 6), (7, 9)]),
        (400, [(0, 0), (1, 100), (101, 200), (201, 300), (301, 400)]),
    ],
)
def test_the_legend_covers_every_count_without_gaps(most, ranges) -> None:
    legend = list(practice_map._ranges(most))
    assert [(entry.least, entry.most) for entry in legend] == ranges
    for count in range(most + 1):
        (fits,) = [entry for entry in legend if entry.least <= count <= entry.most]
        assert practice_map._shade(count, most) == fits.shade


def test_the_map_costs_three_queries_however_many_practices(
    index, django_assert_num_queries
) -> None:
    for _number in range(5):
        make_practice(index, live=True)
    with django_assert_num_queries(3):
        practice_map.map_of(index)


def test_the_map_is_translated_and_keeps_the_names(index, client) -> None:
    html = read(client, f"/en{url_of(index)}")
    assert "Map of practices" in html
    assert f'href="/en{index.url}?voivodeship=24"' in html
    assert 'lang="pl">śląskie</a>' in html
    assert "Mapa praktyk" in read(client, url_of(index))


def test_the_map_has_no_inline_style(index, client) -> None:
    html = read(client, url_of(index))
    assert "style=" not in html
    assert "<style" not in html
    assert "fill=" not in html


def test_the_map_of_a_private_list_is_private(index, client) -> None:
    PageViewRestriction.objects.create(page=index, restriction_type="login")
    assert client.get(url_of(index)).status_code == 302
    Page.objects.filter(pk=index.pk).update(live=False)
    assert client.get(url_of(index)).status_code == 404


def test_a_practice_cannot_take_the_address_of_the_map(index) -> None:
    page = make_practice(index, title="Mapa", slug="mapa")
    assert [problem.field for problem in page.publication_problems()] == ["slug"]
    page.slug = "mapa-dowozu"
    assert page.publication_problems() == []


def test_the_drawing_is_a_small_part_of_the_page(index, client) -> None:
    html = read(client, url_of(index))
    svg = re.search(r'<svg class="map".*?</svg>', html, re.DOTALL)
    assert svg
    assert len(svg[0]) < 16_000
