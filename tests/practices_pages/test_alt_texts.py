"""A name of a file is no description of a picture: publication refuses it."""

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from practices_pages.alt_texts import is_file_name
from practices_pages.completeness import page_problems
from practices_pages.models import NewsPage


@pytest.mark.parametrize(
    "text",
    [
        # What a real list of news offers to people who do not see its pictures.
        "Thumb 1 3 boiska w  bogatynia",
        "Thumb 1 3 img 0445",
        "Thumb 1 3 220810 007",
        "IMG_20240112_101500",
        "DSC00123",
        "dscn 0042",
        "scan0001.pdf.jpg",
        "boisko.JPG",
        "szkoła w Przykładowie.webp",
        "220810 007",
        "nowa_szkola_w_gminie",
        "zdjęcie 12",
    ],
)
def test_names_of_files_are_recognised(text) -> None:
    assert is_file_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Uczniowie na boisku szkoły w Przykładowie",
        "Trzy osoby przy stole nad mapą dowozów",
        "Scena z przedstawienia: 12 dzieci w strojach",
        "Zdjęcie grupowe uczestników spotkania w Testowie",
        "Obraz Jana Przykładnego z 1905 roku",
        "Nowa hala sportowa, widok od wejścia",
    ],
)
def test_sentences_are_left_alone(text) -> None:
    assert not is_file_name(text)


@pytest.mark.django_db
def test_the_name_of_the_very_file_is_recognised_however_it_is_written() -> None:
    image = Image.objects.create(
        title="Boisko", file=get_test_image_file(filename="boisko-w-testowie.png")
    )

    assert is_file_name("Boisko w Testowie", image)
    assert not is_file_name("Boisko w Testowie w dniu otwarcia", image)


@pytest.mark.django_db
def test_a_page_with_a_file_name_as_alt_text_is_not_published() -> None:
    image = Image.objects.create(title="x", file=get_test_image_file(filename="x.png"))
    page = NewsPage(
        title="Wiadomość", lead="Lead", main_image=image, image_credit="Fot. Ewa Próbna"
    )

    page.image_alt = "Thumb 1 3 boiska w bogatynia"
    assert [problem.field for problem in page_problems(page)] == ["image_alt"]

    page.image_alt = "Dwoje uczniów na nowym boisku"
    assert page_problems(page) == []
