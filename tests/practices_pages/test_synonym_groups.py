"""Groups of synonyms as editors write them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from practices_pages.models import SynonymGroup
from tests.factories import make_user


def refused(words):
    with override("en"):
        with pytest.raises(ValidationError) as refusal:
            SynonymGroup(words=words).full_clean()
        return str(refusal.value)


def test_lines_are_tidied_and_said_once():
    group = SynonymGroup(words="  basen \n\npływalnia\r\nbasen\n kryta   pływalnia")
    group.full_clean()
    assert group.words == "basen\npływalnia\nkryta pływalnia"
    assert str(group) == "basen, pływalnia, kryta pływalnia"


def test_a_group_has_at_least_two_words_that_can_be_searched_for(db):
    assert "at least two" in refused("basen")
    assert "at least two" in refused("basen\nbasen")
    assert "“…” has no word" in refused("basen\n…")
    assert "“się” has no word" in refused("basen\nsię")


def test_phrases_and_groups_have_an_end(db):
    assert "four words" in refused("basen\njeden bardzo długi kryty basen miejski olimpijski")
    assert "20" in refused("\n".join(f"słowo{number}" for number in range(21)))


def test_the_default_groups_are_valid(db):
    assert SynonymGroup.objects.count() > 50
    for group in SynonymGroup.objects.all():
        group.full_clean()


def test_editors_write_groups_and_authors_do_not(db):
    for role, may in (("author", False), ("editor", True), ("moderator", True)):
        user = make_user(role)
        for action in ("add", "change", "delete"):
            assert user.has_perm(f"practices_pages.{action}_synonymgroup") is may
