"""An address names one film on YouTube, or it is refused with a sentence that says what to do."""

import pytest
from django.core.exceptions import ValidationError

from practices_pages import youtube

FILM = "AbCd_fGh-jK"
USUAL = [
    f"https://www.youtube.com/watch?v={FILM}",
    f"http://youtube.com/watch?v={FILM}",
    f"https://m.youtube.com/watch?app=desktop&v={FILM}&t=12s",
    f"https://www.youtube.com/watch?feature=shared&v={FILM}&list=PL123&index=4#t=5",
    f"https://WWW.YouTube.com/watch?v={FILM}",
    f"https://youtu.be/{FILM}",
    f"https://youtu.be/{FILM}?si=Zx9&t=30",
    f"https://youtu.be/{FILM}/",
    f"https://www.youtube.com/shorts/{FILM}?feature=share",
    f"https://www.youtube.com/embed/{FILM}?rel=0",
    f"https://www.youtube-nocookie.com/embed/{FILM}",
    f"https://www.youtube.com/live/{FILM}",
    f"https://www.youtube.com/v/{FILM}",
]
STRANGE = [
    "",
    "nie adres",
    "https://www.youtube.com/",
    "https://www.youtube.com/@kanal",
    "https://www.youtube.com/channel/UC1234567890123456789012",
    "https://www.youtube.com/playlist?list=PL1234567890",
    "https://www.youtube.com/watch?v=zakrotki",
    f"https://www.youtube.com/watch?v={FILM}x",
    f"https://www.youtube.com/watch?v={FILM}&v=ZZZZZZZZZZZ",
    f"https://www.youtube.com/watch/{FILM}",
    f"https://www.youtube.com/embed/{FILM}/inne",
    f"https://www.youtube.com.zly.example/watch?v={FILM}",
    f"https://zly.example/watch?v={FILM}",
    f"https://youtube.com@zly.example/watch?v={FILM}",
    f"https://ja@youtube.com/watch?v={FILM}",
    f"https://www.youtube.com:8443/watch?v={FILM}",
    f"https://www.youtube.com:99999999/watch?v={FILM}",
    f"javascript://www.youtube.com/watch?v={FILM}",
    f"//www.youtube.com/watch?v={FILM}",
    f"https://youtu.be/{FILM}/../../zly",
    "https://youtu.be/AbCd%22fGh-jK",
    'https://youtu.be/"><script>',
    "https://[bad/watch",
    "https://vimeo.com/123456789",
]


@pytest.mark.parametrize("address", USUAL)
def test_every_usual_address_names_its_film(address: str) -> None:
    assert youtube.film_id(address) == FILM
    youtube.validate_film_address(address)


@pytest.mark.parametrize("address", STRANGE)
def test_any_other_address_names_none_and_is_refused_in_words(address: str) -> None:
    assert youtube.film_id(address) == ""
    with pytest.raises(ValidationError, match=r"youtu\.be"):
        youtube.validate_film_address(address)


def test_addresses_for_watching_are_made_from_the_id_alone() -> None:
    assert youtube.embed_address(FILM) == f"https://www.youtube-nocookie.com/embed/{FILM}"
    assert youtube.watch_address(FILM) == f"https://www.youtube.com/watch?v={FILM}"
