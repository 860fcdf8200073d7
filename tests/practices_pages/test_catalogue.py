"""Filters, counts and orders, asked of pages; compared with counting by hand."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from practices_pages import search
from practices_pages.catalogue import PRACTICES, Results, State, pages_of, results
from practices_pages.catalogue.results import Facet
from practices_pages.catalogue.tallying import Tally
from practices_pages.invented import saving
from practices_pages.models import (
    CostItem,
    LocalGovernmentUnit,
    PracticeIndexPage,
    PracticePage,
    ThematicArea,
    UnitKind,
)
from tests.factories import add_rows, make_practice, make_site_tree, make_unit
from tests.practices_pages.many import multiply

pytestmark = pytest.mark.django_db
TEXTS = ("", "", "gmina", "uczniowie szkoły")


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def invent(count: int, index: PracticeIndexPage) -> None:
    saving.make(count, index=index, seed=7, tell=lambda done, total: None)


def look(index: PracticeIndexPage, query: State | dict[str, list[str]] | None = None) -> Results:
    asked: dict[str, list[str]] = {}
    if isinstance(query, State):
        for name, value in query.parameters():
            asked.setdefault(name, []).append(value)
    else:
        asked = query or {}
    return results(PRACTICES, asked, pages=pages_of(PRACTICES, within=index))


def titles(found: Results) -> list[str]:
    return [card.page.title for card in found.cards]


def counts(found: Results, name: str) -> dict[str, int]:
    facet = next(facet for facet in found.facets if facet.name == name)
    return {option.value: option.count for option in facet.options}


def facts_by_hand() -> dict[int, set[tuple[str, str]]]:
    return {page.pk: set(PRACTICES.facts(page)) for page in PracticePage.objects.all()}


def matching(facts: dict[int, set[tuple[str, str]]], state: State) -> set[int]:
    """The meaning of a state, spelled out: one of the values in each filter that has any."""
    return {
        page
        for page, pairs in facts.items()
        if all(any((name, value) in pairs for value in state.values(name)) for name in state.active)
    }


def random_state(chance: Random, pairs: list[tuple[str, str]]) -> State:
    return State(frozenset(chance.sample(pairs, chance.randint(0, 5))), chance.choice(TEXTS))


def having(text: str, pages: Collection[int]) -> Collection[int]:
    """What the search itself finds of a text."""
    if not text:
        return pages
    found = search.find(text, pages=PracticePage.objects.live())
    assert found.exact
    return [*found.exact, *found.similar]


def test_every_count_is_what_choosing_it_would_give(index) -> None:
    invent(60, index)
    everything, chance = facts_by_hand(), Random(20)
    pairs = sorted(set.union(*everything.values()))

    for _ in range(40):
        state = random_state(chance, pairs)
        facts = {page: everything[page] for page in having(state.text, everything)}
        found = look(index, state)
        assert found.total == len(matching(facts, state)), state
        assert found.complaints == []
        for name in PRACTICES.filter_named:
            expected = Counter(
                value
                for page in matching(facts, state.without(name))
                for facet, value in facts[page]
                if facet == name
            )
            assert found.tally.counts.get(name, {}) == expected, (state, name)
        for name, value in chance.sample(pairs, 3):
            alone = len(matching(facts, state.alone(name, value)))
            assert found.tally.counts.get(name, {}).get(value, 0) == alone
            assert look(index, state.alone(name, value)).total == alone


def test_every_page_of_a_list_follows_from_the_one_before(index) -> None:
    invent(30, index)
    by_title = sorted(PracticePage.objects.all(), key=lambda page: (page.title.casefold(), page.pk))
    assert len(by_title) == 30

    for sort in ("newest", "title", "cost"):
        seen = [
            card.page.pk
            for number in (1, 2, 3)
            for card in look(index, State(sort=sort, page=number)).cards
        ]
        assert sorted(seen) == sorted(page.pk for page in by_title), sort


def test_titles_stand_in_polish_order_and_costs_from_the_lowest(index) -> None:
    names = ["Źródła", "zebra", "Łąka", "Lato", "Ósma klasa", "Obiady", "Ćwiczenia", "Cuda"]
    for name in names:
        page = make_practice(index, title=name)
        if name == "zebra":
            add_rows(page)
        page.save_revision().publish()

    found = look(index, State(sort="title"))
    assert titles(found) == [
        "Cuda",
        "Ćwiczenia",
        "Lato",
        "Łąka",
        "Obiady",
        "Ósma klasa",
        "zebra",
        "Źródła",
    ]
    assert titles(look(index, State(sort="cost")))[0] == "zebra"


def test_costs_stand_from_the_lowest_and_what_is_not_stated_last(index) -> None:
    for amount in (300_000, None, 20_000, 2_000_000, 100_000):
        page = make_practice(index, title=str(amount))
        if amount is not None:
            page.cost_items.add(CostItem(amount=amount, year=2024))
        page.save_revision().publish()

    in_order = ["20000", "100000", "300000", "2000000", "None"]
    assert titles(look(index, State(sort="cost"))) == in_order


def test_the_best_match_stands_first_on_the_page_and_in_the_api(index, client) -> None:
    make_practice(index, live=True, title="Pływalnia dla pływalni")
    make_practice(index, live=True, title="Kręgielnia", solution="<p>Obok jest pływalnia.</p>")
    best = ["Pływalnia dla pływalni", "Kręgielnia"]

    assert titles(look(index, {"q": ["pływalnia"]})) == best
    assert titles(look(index, {"q": ["pływalnia"], "sort": ["newest"]})) == best[::-1]
    for query, expected in (("", best), ("&sort=relevance", best), ("&sort=newest", best[::-1])):
        answer = client.get(f"/api/v1/practices?q=pływalnia{query}").json()
        assert [item["title"] for item in answer["items"]] == expected


def test_similar_results_have_a_heading_and_stand_below_the_exact_ones(index, client) -> None:
    make_practice(index, live=True, title="Basen i kręgielnia")
    make_practice(index, live=True, title="Kręgielnia")

    html = client.get(f"{index.url}?q=basen+kręgielnia").content.decode()

    exact, similar = html.split('<h3 class="similar">Podobne wyniki')
    assert "Basen" in exact
    assert "<mark>Kręgielnia</mark>" in similar
    assert "Basen" not in similar


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        (1, [1, 2, 3, None, 20]),
        (10, [1, None, 8, 9, 10, 11, 12, None, 20]),
        (20, [1, None, 18, 19, 20]),
    ],
)
def test_the_row_of_pages_has_the_first_the_last_and_the_near_ones(page, numbers) -> None:
    total = 20 * PRACTICES.on_a_page
    found = Results(PRACTICES, State(text="bus", page=page), [], Tally(total=total))

    assert [link.number for link in found.page_links] == numbers
    assert [link.number for link in found.page_links if link.is_current] == [page]
    addresses = {link.number: link.address for link in found.page_links}
    assert (addresses[1], addresses[20]) == ("?q=bus", "?q=bus&page=20")


def test_the_newest_stands_first(index) -> None:
    for name in ("dawna", "nowa"):
        make_practice(index, title=name, live=True)
    assert titles(look(index)) == ["nowa", "dawna"]


@pytest.mark.parametrize("number", [20, 2000])
def test_a_page_with_all_facets_asks_a_dozen_times_however_many_there_are(
    number: int, index, client, django_assert_max_num_queries: CaptureQueriesContext
) -> None:
    invent(20, index)
    with_the_word = look(index, {"q": ["gmina"]}).total
    multiply(index, number)
    assert look(index, {"q": ["gmina"]}).total == with_the_word * number // 20 > number // 2
    filtered = "?area=dowozenie&group=rural&voivodeship=14&sort=title"
    # A text is two statements: what the index knows of the words, and the ranking. Where nothing is
    # found, the spelling takes the place of the cards.
    queries = {"": 10, filtered: 10, "?q=gmina&page=2": 12, "?q=kosmodrom": 12}
    for query, most in queries.items():
        client.get(index.url + query)
        with django_assert_max_num_queries(most):
            html = client.get(index.url + query).content.decode()
        assert query or f"{number} praktyk" in html
        assert 'name="area"' in html or "kosmodrom" in query


def hide(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(live=False)


def expire(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def restrict_above(page: Page) -> None:
    restrict(page.get_parent())


def hide_above(page: Page) -> None:
    hide(page.get_parent())


@pytest.mark.parametrize("bar", [hide, expire, restrict, restrict_above, hide_above])
def test_what_the_public_may_not_see_leaves_results_and_counts_at_once(bar, index) -> None:
    other = PracticeIndexPage(title="Inne", slug="inne", locale=index.locale)
    index.get_parent().add_child(instance=other)
    unit = make_unit(code="146501", kind=UnitKind.CITY_POWIAT)
    page = make_practice(other, live=True, unit=unit, areas=["cyfryzacja"])
    make_practice(index, live=True)
    home = index.get_parent()
    before = results(PRACTICES, {}, pages=pages_of(PRACTICES, within=home))
    assert counts(before, "area") == {"cyfryzacja": 1, "dowozenie": 1}

    bar(Page.objects.get(pk=page.pk))

    after = results(PRACTICES, {}, pages=pages_of(PRACTICES, within=home))
    assert counts(after, "area") == {"dowozenie": 1}
    assert after.total == 1
    chosen = results(PRACTICES, {"area": ["cyfryzacja"]}, pages=pages_of(PRACTICES, within=home))
    assert (chosen.total, chosen.cards) == (0, [])


def test_a_list_shows_what_is_below_it_and_nothing_else(index) -> None:
    other = PracticeIndexPage(title="Inne", slug="inne", locale=index.locale)
    index.get_parent().add_child(instance=other)
    make_practice(index, live=True, title="tu")
    make_practice(other, live=True, title="tam")

    assert titles(look(index)) == ["tu"]
    assert titles(look(other)) == ["tam"]


def test_an_alias_is_listed_once_with_its_source(index) -> None:
    page = make_practice(index, live=True)
    page.create_alias(update_slug="to-samo")

    assert look(index).total == 1


def test_a_value_that_no_vocabulary_knows_is_left_out_and_named(index) -> None:
    make_practice(index, live=True)

    found = look(index, {"area": ["dowozenie", "nie-ma"], "unit": ["999999"]})

    assert [complaint.parameter for complaint in found.complaints] == ["area", "unit"]
    assert found.state == State(frozenset({("area", "dowozenie")}))
    assert found.total == 1


def test_a_known_value_without_practices_is_an_answer(index) -> None:
    make_practice(index, live=True)

    found = look(index, {"area": ["cyfryzacja"], "group": ["rural"]})

    assert found.complaints == []
    assert (found.total, found.cards) == (0, [])
    assert counts(found, "area") == {"cyfryzacja": 0, "dowozenie": 1}


def test_nothing_found_says_what_taking_back_one_thing_would_give(index) -> None:
    make_practice(index, live=True)
    make_practice(index, live=True, areas=["cyfryzacja"])

    found = look(index, {"area": ["cyfryzacja"], "group": ["powiat"], "q": ["Praktyka"]})

    assert found.total == 0
    assert [(way.address, way.count) for way in found.advice] == [
        ("?area=cyfryzacja&q=Praktyka", 1)
    ]
    found = look(index, {"area": ["cyfryzacja"], "q": ["zzzz"], "page": ["3"]})
    assert [complaint.parameter for complaint in found.complaints] == ["page"]
    assert (found.state.page, found.without_text, found.elsewhere.total) == (1, 1, 1)
    assert [(way.address, way.count) for way in found.advice] == [("?area=cyfryzacja", 1)]


def test_a_page_too_far_is_the_last_one_and_says_so(index) -> None:
    unit = make_unit()
    for number in range(14):
        make_practice(index, live=True, unit=unit, title=f"Praktyka {number:02d}")

    found = look(index, State(sort="title", page=9))

    assert found.state.page == 2
    assert titles(found) == ["Praktyka 12", "Praktyka 13"]
    assert [complaint.parameter for complaint in found.complaints] == ["page"]
    assert found.next_address == ""
    assert found.previous_address == "?sort=title"


def test_long_lists_of_units_wait_until_they_are_short(index) -> None:
    parent = LocalGovernmentUnit.objects.create(code="1465", name="powiat testowy")
    for number in range(6):
        unit = make_unit(f"Gmina {number}", code=f"1465{number:02d}", parent=parent)
        make_practice(
            index, live=True, unit=unit, areas=["cyfryzacja" if number < 3 else "dowozenie"]
        )
    short_lists = tuple(
        replace(one, most=5) if one.name == "unit" else one for one in PRACTICES.filters
    )
    catalogue = replace(PRACTICES, filters=short_lists)

    def facets_of(asked: dict[str, list[str]]) -> dict[str, Facet]:
        found = results(catalogue, asked, pages=pages_of(catalogue, within=index))
        return {facet.name: facet for facet in found.facets}

    facets = facets_of({})
    assert not facets["unit"].is_offered
    assert facets["unit"].hint
    assert [option.label for option in facets["powiat"].options] == ["powiat testowy"]

    short = facets_of({"area": ["cyfryzacja"]})
    assert [option.label for option in short["unit"].options] == ["Gmina 0", "Gmina 1", "Gmina 2"]
    chosen = facets_of({"unit": ["146505"]})
    assert chosen["unit"].chosen == 1


def test_units_with_one_name_say_where_they_lie(index) -> None:
    for code in ("146501", "246501"):
        make_practice(index, live=True, unit=make_unit("Osiek", code=code))

    units = next(facet for facet in look(index).facets if facet.name == "unit")

    assert [option.label for option in units.options] == ["Osiek (mazowieckie)", "Osiek (śląskie)"]


def test_a_city_with_powiat_rights_is_a_powiat_of_its_own(index) -> None:
    city = make_unit("Kielce", code="266101", kind=UnitKind.CITY_POWIAT)
    make_practice(index, live=True, unit=city)

    found = look(index, {"powiat": ["266101"]})

    assert found.total == 1
    assert [chip.label for chip in found.chips] == ["Kielce"]
    assert counts(found, "group") == {"urban": 1}


def test_a_page_without_an_entry_is_listed_all_the_same(index) -> None:
    make_practice(index, live=True)
    page = make_practice(index, live=True, title="Bez wpisu")
    page.facet_values.all().delete()
    page.catalogue_entry.delete()

    assert titles(look(index, State(sort="title")))[-1] == "Bez wpisu"
    assert look(index).total == 2


def test_html_says_what_was_left_out_and_shows_the_rest(index, client) -> None:
    make_practice(index, live=True, title="Widoczna mimo błędu")

    html = client.get(f"{index.url}?aera=x&area=nie-ma&group=rural").content.decode()

    assert "Widoczna mimo błędu" in html
    notice = re.search(r'<div class="notice left-out">.*?</div>', html, re.DOTALL)
    assert notice
    assert "aera" in notice.group()
    assert "nie-ma" in notice.group()


def test_only_single_filters_are_for_search_engines(index, client) -> None:
    make_practice(index, live=True)
    noindex = '<meta name="robots" content="noindex, follow">'

    for query, is_shown in (
        ("", True),
        ("?area=dowozenie", True),
        ("?area=dowozenie&group=rural", False),
        ("?q=bus", False),
        ("?sort=title", False),
    ):
        assert (noindex not in client.get(index.url + query).content.decode()) == is_shown, query


def test_the_canonical_link_is_the_one_address_of_the_state(index, client) -> None:
    make_practice(index, live=True)

    html = client.get(f"{index.url}?q=&group=rural&area=dowozenie&page=1").content.decode()

    canonical = f"http://testserver{index.url}?area=dowozenie&amp;group=rural"
    assert f'<link rel="canonical" href="{canonical}">' in html


def test_hostile_values_stay_text(index, client) -> None:
    make_practice(index, live=True)
    ThematicArea.objects.filter(slug="dowozenie").update(name='"><script>alert(1)</script>')

    html = client.get(index.url, {"area": "dowozenie", "q": '"><script>', "x<script>": "1"})

    assert "<script>" not in html.content.decode()


def test_headings_of_results_never_skip_a_level(index, client) -> None:
    make_practice(index, live=True)
    for query in ("", "?area=dowozenie", "?q=nic-takiego", "?area=cyfryzacja"):
        html = client.get(index.url + query).content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), query


def test_the_form_carries_every_filter_without_javascript(index, client) -> None:
    for _ in range(2):
        make_practice(index, live=True)

    html = client.get(f"{index.url}?area=dowozenie").content.decode()

    assert re.search(r'<form class="filters" id="filters" method="get"', html)
    assert re.search(r'<input type="checkbox" name="area" value="dowozenie"[^>]* checked>', html)
    for outside in ('name="q" form="filters"', 'name="sort" form="filters"'):
        assert outside in html
    ids: list[Any] = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("query", "chosen"), [("", ""), ("?q=bus", ""), ("?q=bus&sort=title", "title")]
)
def test_the_form_names_an_order_only_where_the_visitor_chose_another_than_the_default(
    index, client, query, chosen
) -> None:
    for _ in range(2):
        make_practice(index, live=True, title="Bus")

    html = client.get(index.url + query).content.decode()

    options = re.findall(r'<option value="([^"]*)"( selected)?>', html)
    assert [value for value, is_selected in options if is_selected] == [chosen]
    assert [value for value, _selected in options].count("") == 1
    assert "relevance" not in html


def test_the_searched_words_stand_in_the_quotes_of_the_interface(index, client) -> None:
    make_practice(index, live=True)

    for prefix in ("", "/en"):
        html = client.get(f"{prefix}{index.url}?q=dowozy").content.decode()
        assert "<q>dowozy</q>" in html


def test_neighbours_of_a_page_of_results_stand_below_the_same_root_as_the_page(
    index, client
) -> None:
    for _ in range(2 * PRACTICES.on_a_page + 1):
        make_practice(index, live=True)
    Site.objects.update(hostname="praktyki.example")

    html = client.get(f"{index.url}?page=2").content.decode()

    links = dict(re.findall(r'<link rel="(canonical|prev|next)" href="([^"]+)"', html))
    here = f"http://praktyki.example{index.url}"
    assert links == {"canonical": f"{here}?page=2", "prev": here, "next": f"{here}?page=3"}


def test_a_search_shows_where_the_words_were_found(index, client) -> None:
    make_practice(index, live=True, title="Dowozy <inaczej>", problem="<p>Stypendium & basen.</p>")

    html = client.get(f"{index.url}?q=stypendia").content.decode()
    assert "<mark>Stypendium</mark> &amp; basen." in html

    html = client.get(f"{index.url}?q=dowozu").content.decode()
    assert "<mark>Dowozy</mark> &lt;inaczej&gt;" in html
