"""The analysis of Polish words: pure, and the same everywhere."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from practices_pages import polish
from practices_pages.polish import analysis, fold, is_kin, restored, words
from tests.practices_pages.searching import needs_dictionary

ENDINGS = ["a", "y", "ie", "ami", "owanie", "enia", "nego", "ieniem", "ach", "owac"]
stem_anew = polish.stem.__wrapped__


def texts(text):
    return [word.text for word in words(polish.plain(text))]


def share_a_lemma(one, other):
    return bool(set(analysis(one).lemmas) & set(analysis(other).lemmas))


@needs_dictionary
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("szkół", "szkoła"),
        ("uczniami", "uczeń"),
        ("dowożeniu", "dowożenie"),
        ("chęcinach", "chęciny"),
        ("najmłodszych", "młody"),
        ("gimbusy", "gimbus"),
        ("żłobkach", "żłobek"),
        ("dzieci", "dziecko"),
    ],
)
def test_forms_of_one_word_share_a_lemma(one, other):
    assert share_a_lemma(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("szkoła", "szkolenie"), ("gmina", "gimnazjum"), ("plan", "plac")]
)
def test_different_words_stay_apart(one, other):
    assert not share_a_lemma(one, other)
    assert not set(analysis(one).stems) & set(analysis(other).stems)


@needs_dictionary
def test_the_first_half_of_a_double_adjective_is_that_adjective():
    assert texts("matematyczno-przyrodnicze") == ["matematyczny", "przyrodnicze"]
    assert texts("gmin miejsko-wiejskich") == ["gmin", "miejski", "wiejskich"]
    assert texts("prawo-jazdy, prawo jazdy") == ["prawy", "jazdy", "prawo", "jazdy"]
    assert texts("radio-taxi") == ["radio", "taxi"]


def test_an_acronym_is_a_word_of_its_own():
    assert analysis("cuw").lemmas == ("cuw",)
    assert not analysis("cuw").is_known


@needs_dictionary
def test_words_without_their_marks_are_found_again():
    assert "żłobki" in restored("zlobki")
    assert "szkół" in restored("szkol")
    assert "niepełnosprawnościami" in restored("niepelnosprawnosciami")
    assert restored("żłobki") == ()


def test_trying_marks_is_bounded():
    assert restored("aceloszn" * 5) == ()


def test_folding_takes_marks_and_capitals_away():
    assert fold("ŻÓŁĆ Øre Straße") == "zolc ore strasse"
    assert fold("Zażółć Gęślą Jaźń") == "zazolc gesla jazn"


def test_function_words_mean_nothing_also_when_typed_without_marks():
    assert texts("w szkole, która się nie zamyka") == ["szkole", "zamyka"]
    assert texts("zeby sie udalo") == ["udalo"]


@pytest.mark.parametrize(
    "text", ["", "?!…—", "\0", "😀🎒", "%_\\'\"", "(((", "a" * 500, "\ufffd", "́"]
)
def test_text_without_words_has_none(text):
    assert texts(text) == []


def test_hidden_characters_do_not_break_a_word():
    assert texts("przed\u00adszkole \u200bszko\u0301\u0142") == ["przedszkole", "szkół"]


def test_a_word_tells_where_it_stands():
    text = "Dwie szkoły."
    assert [text[word.start : word.end] for word in words(text)] == ["Dwie", "szkoły"]


def test_a_family_begins_alike_and_is_long():
    assert is_kin("komputer", "komputerowy")
    assert is_kin("protest", "protestowac")
    assert not is_kin("kontrola", "kontrakt")
    assert not is_kin("plan", "plac")


def test_threads_at_once_stem_as_one_alone():
    terms = [f"{root}{end}" for root in ("szkol", "gmin", "dowoz") for end in ENDINGS] * 20
    alone = [stem_anew(term) for term in terms]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            at_once = list(pool.map(lambda _: [stem_anew(term) for term in terms], range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert at_once == [alone] * 4


@pytest.mark.parametrize("word", ["한" * 48, "가" * 40 + "각" * 8, "ﬃ" * 48, "한" * 500])
def test_a_word_that_grows_when_taken_apart_still_fits_the_index(word):
    for found in words(word):
        lengths = [
            len(term) for term in (*analysis(found.text).lemmas, *analysis(found.text).stems)
        ]
        assert max(lengths) <= polish.LONGEST_TERM


def test_a_term_has_one_stem_whichever_word_brought_it():
    assert analysis("sąd").lemmas == analysis("sad").lemmas
    assert analysis("sąd").stems == analysis("sad").stems


def test_without_the_dictionary_stems_take_the_place_of_lemmas(without_dictionary):
    assert polish.analyser().startswith("snowball")
    assert not analysis("szkołami").is_known
    assert set(analysis("szkołami").stems) & set(analysis("szkoły").stems)
    assert restored("zlobki") == ()
    assert not polish.is_place("kraków")


@needs_dictionary
def test_the_analyser_names_its_dictionary():
    assert polish.analyser().startswith("morfeusz pl.sgjp")
