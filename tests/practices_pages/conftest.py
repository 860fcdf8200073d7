"""What tests of several modules of practices_pages ask for."""

from collections.abc import Iterator

import pytest

from practices_pages import polish, search_index, search_query

# Everything that remembers what the dictionary said.
OF_THE_DICTIONARY = (
    polish.analyser,
    polish.analysis,
    polish.is_form_of_name,
    polish.is_place,
    polish.restored,
    polish._whole_adjective,
    search_index._adjectives,
    search_index._terms_of_name,
    search_query._groups,
)


@pytest.fixture
def without_dictionary(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine for which there is no wheel of Morfeusz."""
    _forget()
    with monkeypatch.context() as patch:
        patch.setattr(polish, "morfeusz2", None)
        yield
    _forget()


def _forget() -> None:
    for cached in OF_THE_DICTIONARY:
        cached.cache_clear()
