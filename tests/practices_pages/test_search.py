"""Finding practices: the same results in the same order on every database, and nothing private."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from practices_pages import search_index, search_ranking
from practices_pages.models import (
    FormerUnitName,
    PracticePage,
    SearchTerm,
    SynonymGroup,
    UnitKind,
    Voivodeship,
)
from practices_pages.search import excerpt, find
from practices_pages.visibility import public
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.searching import (
    found,
    many,
    needs_dictionary,
    practice,
    titles,
    titles_of,
)

HOSTILE = [
    "",
    " ",
    "?!…—„”",
    "\0",
    "a\0b",
    "%",
    "_",
    "' OR 1=1 --",
    '"; DROP TABLE practices_pages_searchterm; --',
    "(((((",
    "[a-z]*+?{99999}",
    "\\",
    "😀🎒",
    "AND OR NOT NEAR/3",
    "title:szkoła",
    "<script>alert(1)</script>",
    "ż" * 5000,
    "szkoła " * 1000,
    " ".join(f"słowo{number}" for number in range(1000)),
    "aceloszn " * 30,
    "\u202eałokzs",
    "é́́́́",
]


@pytest.fixture
def index(db):
    return make_site_tree()


@pytest.fixture
def collection(index):
    """Nine practices about three things."""
    many(
        index,
        ("Dowożenie uczniów autobusem", "Autobus zabiera uczniów z sześciu wsi."),
        ("Nowy rozkład jazdy", "Dowożenie uczniów trwa krócej. Dowożenie jest tańsze."),
        ("Bezpieczny przystanek", "Uczniowie czekają, a dowożenie się spóźnia."),
        ("Żłobek w starej szkole", "Czterdzieści miejsc dla dzieci w żłobku."),
        ("Przedszkole czynne do wieczora", "Rodzice pracują na zmiany."),
        ("Stypendia dla najlepszych", "Stypendium otrzymuje dwudziestu uczniów."),
        ("Klasy patronackie", "Technikum uczy w zakładach pracy."),
        ("Wspólna księgowość", "Powołano centrum usług wspólnych dla szkół."),
        ("Sąd koleżeński", "Uczniowie rozstrzygają spory."),
    )
    return index


@needs_dictionary
def test_every_word_must_be_there_in_any_form(collection):
    assert titles("dowożeniu uczniom") == [
        "Dowożenie uczniów autobusem",
        "Nowy rozkład jazdy",
        "Bezpieczny przystanek",
    ]
    assert titles("uczeń stypendiów") == ["Stypendia dla najlepszych"]


@needs_dictionary
def test_results_stand_in_one_fixed_order_on_every_database(collection):
    result = found("uczniowie dowożenie pływalnia")
    assert titles_of([*result.exact, *result.similar]) == [
        "Dowożenie uczniów autobusem",
        "Nowy rozkład jazdy",
        "Bezpieczny przystanek",
    ]


def test_a_title_weighs_more_than_a_text_and_often_more_than_once(index):
    many(
        index,
        ("Raz w tekście", "Pływanie zimą."),
        ("Dwa razy w tekście", "Pływanie zimą i pływanie latem."),
        ("Pływanie w tytule", "Opis."),
    )
    assert titles("pływania") == ["Pływanie w tytule", "Dwa razy w tekście", "Raz w tekście"]


def test_the_newest_comes_first_among_equals(index):
    older = practice(index, "Pływalnia pierwsza")
    newer = practice(index, "Pływalnia druga")
    assert found("pływalnie").exact == [newer.pk, older.pk]


def test_few_exact_results_are_followed_by_similar_ones(collection):
    result = found("stypendia dla uczniów")
    assert titles_of(result.exact) == ["Stypendia dla najlepszych"]
    assert result.similar
    assert not set(result.exact) & set(result.similar)


def test_enough_exact_results_need_no_similar_ones(collection):
    result = found("dowożenie uczniów")
    assert len(result.exact) == 3
    assert result.similar == []


def test_a_page_that_has_little_of_the_query_is_not_similar(collection):
    result = found("utylizacja odpadów niebezpiecznych uczniów")
    assert (result.exact, result.similar) == ([], [])


def test_marks_on_letters_may_be_left_out(collection):
    for typed, title in (
        ("zlobki", "Żłobek w starej szkole"),
        ("ZLOBEK", "Żłobek w starej szkole"),
        ("ksiegowosc", "Wspólna księgowość"),
        ("stypendiow", "Stypendia dla najlepszych"),
    ):
        assert titles(typed) == [title]


def test_words_of_one_stem_come_after_the_word_itself(index):
    practice(index, "Protest mieszkańców")
    practice(index, "Mieszkańcy", "Mieszkańcy protestowali.")
    assert titles("protesty")[0] == "Protest mieszkańców"


def test_a_word_that_no_page_has_stands_for_longer_words_that_begin_so(index):
    practice(index, "Pracownie komputerowe")
    assert titles("komputery") == ["Pracownie komputerowe"]


def test_words_names_what_was_looked_for(collection):
    assert found("W szkole, Żłobki!").words == ["szkole", "żłobki"]


def test_any_text_may_come_and_costs_three_statements_at_most(collection):
    page = PracticePage.objects.first()
    for text in HOSTILE:
        with CaptureQueriesContext(connection) as statements:
            result = found(text)
        assert len(statements) <= 3, text
        assert len(result.words) <= 10
        excerpt(page, result)
    assert SearchTerm.objects.exists()


def test_a_search_takes_three_statements_however_many_practices_there_are(collection):
    with CaptureQueriesContext(connection) as statements:
        found("dowożenie uczniów do szkół w gminie")
    assert len(statements) == 3


def test_it_keeps_to_the_pages_that_are_handed_in(collection):
    every = found("dowożenie").exact
    some = PracticePage.objects.filter(pk__in=every[1:])
    assert find("dowożenie", pages=some).exact == every[1:]
    assert find("dowożenie", pages=PracticePage.objects.none()).exact == []


def test_of_many_common_words_a_few_are_asked_for_and_the_rare_one_decides(
    index, monkeypatch
) -> None:
    common = "Szkoła, uczeń, gmina i rodzice."
    many(index, *((f"Praktyka {n}", common) for n in range(4)), ("Pływalnia", f"{common} Basen."))
    typed = "szkoły ucznia gminy rodziców basen"
    everything = found(typed)
    monkeypatch.setattr(search_ranking, "MOST_ENTRIES", 5)
    monkeypatch.setattr(search_ranking, "MOST_COMMON", 2)
    with CaptureQueriesContext(connection) as queries:
        little = found(typed)
    assert titles_of(little.exact) == titles_of(everything.exact) == ["Pływalnia"]
    assert set(little.similar) == set(everything.similar)
    [ranking] = [query["sql"] for query in queries if "AS hit" in query["sql"]]
    assert ranking.count("AS arm") == 3


class TestUnits:
    """Names in any case form."""

    @pytest.fixture
    def units(self, index):
        powiat = make_unit("powiat kielecki", kind=UnitKind.POWIAT, code="2604")
        checiny = make_unit("Chęciny", kind=UnitKind.URBAN_RURAL, code="260404", parent=powiat)
        margonin = make_unit("Margonin", code="300104")
        wolomin = make_unit("powiat wołomiński", kind=UnitKind.POWIAT, code="1434")
        unknown = make_unit("Żbikowiec", code="149099")
        for unit in (checiny, margonin, wolomin, unknown):
            practice(index, f"Praktyka {unit.code}", unit=unit)
        return checiny

    def test_a_unit_is_found_by_any_form_of_its_name(self, units):
        for typed, code in (
            ("w Chęcinach", "260404"),
            ("checiny", "260404"),
            ("gmina chęcińska", "260404"),
            ("powiatu kieleckiego", "260404"),
            ("świętokrzyskim", "260404"),
            ("gminy Margonin", "300104"),
            ("Margoninie", "300104"),
            ("powiecie wołomińskim", "1434"),
            ("Wołomin", "1434"),
            ("w Żbikowcu", "149099"),
            ("Żbikowca", "149099"),
        ):
            assert titles(typed) == [f"Praktyka {code}"], typed

    def test_and_by_its_former_name(self, units):
        FormerUnitName.objects.create(unit=units, name="Łokietkowo", valid_to="2010-01-01")
        assert titles("w Łokietkowie") == ["Praktyka 260404"]

    def test_a_renamed_unit_is_found_by_its_new_name_at_once(self, units):
        units.name = "Zamkowo"
        units.save()
        assert titles("Zamkowo") == ["Praktyka 260404"]
        assert titles("Chęciny") == []

    def test_names_are_found_without_the_dictionary_as_well(
        self,
        units,
        without_dictionary,
    ):
        search_index.rebuild()
        assert titles("w Chęcinach") == ["Praktyka 260404"]
        assert titles("powiatu kieleckiego") == ["Praktyka 260404"]
        assert units.voivodeship_code == Voivodeship.SWIETOKRZYSKIE


class TestPrivacy:
    """What the public may not see is neither found nor shown in parts."""

    WORD = "hipopotam"

    def hidden(self, index, **fields):
        return practice(index, "Hipopotam", "Hipopotam jest tajny.", **fields)

    def test_a_draft_is_not_found(self, index):
        draft = self.hidden(index, live=False)
        assert found(self.WORD).exact == []
        # Editors find it.
        assert find(self.WORD, pages=PracticePage.objects.all()).exact == [draft.pk]

    def test_the_unpublished_text_of_a_live_page_is_not_found(self, index):
        live = practice(index, "Jawna praktyka")
        live.solution = "<p>Hipopotam.</p>"
        live.save_revision()
        assert found(self.WORD).exact == []
        assert excerpt(PracticePage.objects.get(pk=live.pk), self.WORD) == ""
        live.save_revision().publish()
        assert found(self.WORD).exact == [live.pk]

    def test_an_unpublished_page_is_not_found_and_not_kept(self, index):
        page = self.hidden(index)
        page.unpublish()
        assert found(self.WORD).exact == []
        assert find(self.WORD, pages=PracticePage.objects.all()).exact == []

    def test_a_page_below_an_unpublished_one_is_not_found(self, index):
        self.hidden(index)
        index.unpublish()
        assert found(self.WORD).exact == []

    def test_a_private_page_is_not_found(self, index):
        page = self.hidden(index)
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        assert found(self.WORD).exact == []

    def test_a_page_moved_below_a_private_one_is_not_found(self, index):
        page = self.hidden(index)
        other = make_index_beside(index)
        PageViewRestriction.objects.create(page=other, restriction_type="login")
        page.move(other, pos="last-child")
        assert found(self.WORD).exact == []

    def test_a_deleted_page_is_not_found(self, index):
        self.hidden(index).delete()
        assert find(self.WORD, pages=PracticePage.objects.all()).exact == []

    def test_names_of_people_are_no_words_of_a_page(self, index):
        page = practice(index, "Jawna praktyka")
        page.authors.create(name="Hipolita Hipopotam", consented_to_be_named=False)
        page.save_revision().publish()
        assert found(self.WORD).exact == []


def make_index_beside(index):
    other = type(index)(title="Inne", slug="inne", locale=index.locale)
    index.get_parent().add_child(instance=other)
    other.save_revision().publish()
    return other


class TestSynonyms:
    @pytest.fixture(autouse=True)
    def _no_groups(self, db):
        SynonymGroup.objects.all().delete()

    @needs_dictionary
    def test_a_group_works_at_once_and_both_ways_and_comes_after_the_word_itself(self, index):
        practice(index, "Pływalnia")
        practice(index, "Basen w gminie")
        assert titles("pływalnie") == ["Pływalnia"]
        group = SynonymGroup.objects.create(words="basen\npływalnia")
        assert titles("pływalnie") == ["Pływalnia", "Basen w gminie"]
        assert titles("na basenie") == ["Basen w gminie", "Pływalnia"]
        group.delete()
        assert titles("pływalnie") == ["Pływalnia"]

    def test_a_phrase_stands_for_an_acronym_and_the_other_way_round(self, index):
        SynonymGroup.objects.create(words="CUW\ncentrum usług wspólnych")
        practice(index, "Skrót", "CUW działa od roku.")
        practice(index, "Pełna nazwa", "Centrum usług wspólnych działa od roku.")
        practice(index, "Coś innego", "Centrum miasta.")
        assert titles("CUW") == ["Skrót", "Pełna nazwa"]
        assert titles("centrum usług wspólnych") == ["Pełna nazwa", "Skrót"]

    def test_a_part_of_a_phrase_stands_for_nothing(self, index):
        SynonymGroup.objects.create(words="CUW\ncentrum usług wspólnych")
        practice(index, "Skrót", "CUW działa od roku.")
        assert titles("usługi") == []

    def test_words_of_one_root_count_nearly_as_the_word_itself(self, index):
        SynonymGroup.objects.create(words="pływalnia\npływacki\nbasen")
        many(index, ("Tor pływacki", "Opis."), ("Basen", "Opis."))
        assert titles("pływalnia") == ["Tor pływacki", "Basen"]


@needs_dictionary
def test_the_default_groups_know_the_field(index):
    practice(index, "Gimbus dla trzech wsi")
    practice(index, "Kurs na pływalni")
    assert titles("dowóz") == ["Gimbus dla trzech wsi"]
    assert titles("basen") == ["Kurs na pływalni"]


@needs_dictionary
def test_other_page_types_are_found_by_their_search_fields(index):
    index.introduction = "<p>Zbiór opisów z całej Polski.</p>"
    index.save_revision().publish()
    pages = public(type(index).objects.all())
    assert find("opisy z Polski", pages=pages).exact == [index.pk]


def test_an_imported_draft_is_found_by_its_latest_version(index):
    draft = make_practice(index, title="Szkic", live=False)
    draft.title = "Brudnopis o pływalni"
    draft.save_revision()
    assert find("pływalnia", pages=PracticePage.objects.all()).exact == [draft.pk]
    assert find("szkic", pages=PracticePage.objects.all()).exact == []
