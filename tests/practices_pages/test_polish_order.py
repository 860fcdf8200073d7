"""The order of Polish words, the same wherever it is asked."""

from practices_pages.polish_order import polish_key


def test_words_stand_as_in_a_polish_dictionary() -> None:
    words = ["1 klasa", "2 klasy", "Ala", "Ąkanie", "Bal", "Ćma", "Dom", "Łąka", "Mak", "Ósemka"]
    words += ["Pas", "Śnieg", "Tak", "Zebra", "Źrebię", "Żaba"]

    assert sorted(reversed(words), key=polish_key) == words


def test_case_punctuation_and_foreign_accents_do_not_count() -> None:
    assert polish_key("„Café”  Łódź!") == polish_key("cafe łódź")
    assert polish_key("Szkoła dla") < polish_key("Szkoła z") < polish_key("Szkołą")


def test_an_own_letter_stands_after_its_plain_one() -> None:
    assert polish_key("laz") < polish_key("łaz") < polish_key("maz")
