"""Pictures: cut for their place, in modern formats, with their size known before they load."""

import re

import pytest
from django.template import Context, Template

from practices_pages import pictures
from tests.practices_pages.pictures import make_image

pytestmark = pytest.mark.django_db


def shown(image, **arguments: object) -> str:
    given = " ".join(f'{name}="{value}"' for name, value in arguments.items())
    template = f'{{% include "practices_pages/picture.html" with image=image {given} %}}'
    return Template(template).render(Context({"image": image}))


def test_a_picture_offers_avif_and_webp_and_says_its_size() -> None:
    html = shown(make_image(1600, 1000), shape="card", alt="Szkoła")

    assert html.count("<source") == 1
    assert 'type="image/avif"' in html
    assert re.search(r'<img src="[^"]+\.webp" srcset="[^"]+ 400w, [^"]+ 800w"', html)
    assert 'width="800" height="500" alt="Szkoła" loading="lazy"' in html
    assert "figure" not in html


def test_a_telephone_gets_another_crop_of_the_picture_on_top() -> None:
    html = shown(make_image(1600, 1000), shape="hero", alt="", eager="yes", credit="Foto: A. B.")

    narrow = re.findall(r'<source [^>]*media="\(max-width: 47.99rem\)"[^>]*>', html)
    assert len(narrow) == 2
    assert all('width="800" height="400"' in source for source in narrow)
    assert 'width="1120" height="840" alt=""' in html
    assert 'fetchpriority="high"' in html
    assert "lazy" not in html
    assert "<figcaption>" in html
    assert "Foto: A. B." in html


def test_a_small_picture_is_not_enlarged() -> None:
    html = shown(make_image(300, 200), shape="natural", alt="Mała")

    assert 'width="300" height="200"' in html
    assert re.findall(r"(\d+)w", re.search(r'<img[^>]+srcset="([^"]+)"', html)[1]) == ["300"]


def test_a_logo_keeps_its_transparent_ground_and_a_lost_file_leaves_no_hole() -> None:
    image = make_image(300, 200)
    assert "image/avif" in shown(image, shape="logo", alt="Logo")

    lost = make_image(400, 200)
    lost.file.storage.delete(lost.file.name)
    assert shown(lost, shape="card", alt="").strip() == ""
    assert shown(None, shape="card", alt="").strip() == ""


def test_a_list_asks_for_all_its_pictures_at_once(django_assert_num_queries) -> None:
    for number in range(3):
        pictures.picture_of(make_image(1600, 1000 + number), "card")

    with django_assert_num_queries(2):
        for image in pictures.prefetched("card"):
            assert pictures.picture_of(image, "card")
