"""Practices in bulk, for benchmarks: as complete as real ones, and never on a real site."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from modelsearch.index import insert_or_update_object
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from practices_pages import search_index
from practices_pages.catalogue import indexing
from practices_pages.gate import problems
from practices_pages.invented import saving
from practices_pages.invented.writing import Place, blocks, write
from practices_pages.models import SECTIONS, PracticeIdentity, PracticePage
from practices_pages.sanitise import clean_html
from practices_pages.visibility import public
from tests.factories import make_practice, make_site_tree

PLACE = Place.of("Chęciny", "urban_rural")


@pytest.fixture
def index(db):
    return make_site_tree()


def test_an_invented_practice_has_eight_sections_of_full_length_and_clean_markup():
    for number in range(len(blocks("themes"))):
        practice = write(number, seed=1, place=PLACE)
        assert tuple(practice.sections) == SECTIONS
        for html in practice.sections.values():
            assert 90 <= len(html.split()) <= 270
            assert clean_html(html, ["bold"]) == html
            assert not set("[]{}") & set(html)
        assert len(practice.title) <= 250
        assert not set("[]{}") & set(practice.title + practice.lead)


def test_the_same_seed_writes_the_same_and_another_writes_something_else():
    assert write(5, seed=1, place=PLACE) == write(5, seed=1, place=PLACE)
    assert write(5, seed=1, place=PLACE) != write(5, seed=2, place=PLACE)


def test_many_practices_use_many_words():
    words = Counter()
    for number in range(60):
        for html in write(number, seed=1, place=PLACE).sections.values():
            words.update(html.split())
    assert len(words) > 3000


def test_what_is_made_is_public_complete_and_well_placed(index, capsys):
    make_practice(index)
    call_command("make_practices", 30)
    made = saving.made()
    assert public(made).count() == 30
    assert "30 of 30 made" in capsys.readouterr().err
    assert Page.find_problems() == ([], [], [], [], [])
    for practice in made:
        assert problems(practice) == []
        assert practice.practice_units.count() == 1
        assert ReferenceIndex.get_references_for_object(practice).exists()
    assert len({practice.pid for practice in made}) == 30
    index.refresh_from_db()
    assert index.numchild == 31


def test_publishing_and_the_clock_would_have_written_the_same(index):
    search_index.repair(seconds=60)  # The page tree of this test.
    call_command("make_practices", 4)
    references = ReferenceIndex.objects.order_by("pk").values_list()
    entries = IndexEntry.objects.order_by("pk").values_list("object_id", "title", "body")
    written = list(references), list(entries)
    for practice in saving.made():
        with transaction.atomic():
            ReferenceIndex.create_or_update_for_object(practice)
        insert_or_update_object(practice)
    assert (list(references.all()), list(entries.all())) == written
    assert len(written[1]) >= 4
    assert search_index.repair(seconds=60) == 0
    assert indexing.repair() == 0


def test_what_is_made_opens_and_can_be_edited_and_published(index):
    call_command("make_practices", 1)
    practice = saving.made().get()
    assert Client().get(practice.url).status_code == 200
    practice.title = "Poprawiony tytuł"
    practice.save_revision().publish()
    assert PracticePage.objects.get(pk=practice.pk).title == "Poprawiony tytuł"


def test_a_second_call_adds_and_clear_takes_away_only_what_was_made(index):
    kept = make_practice(index, live=True)
    call_command("make_practices", 3)
    call_command("make_practices", 2)
    assert list(saving.made().order_by("slug").values_list("slug", flat=True)) == [
        f"{saving.SLUG}{number:06d}" for number in range(1, 6)
    ]
    call_command("make_practices", 0, clear=True)
    assert list(PracticePage.objects.all()) == [kept]
    assert PracticeIdentity.objects.count() == 1


def test_it_refuses_a_real_site_and_a_site_without_a_list(db):
    with override_settings(SETTINGS_MODULE="cms.settings.production", DEBUG=False):
        with pytest.raises(CommandError, match="refused"):
            call_command("make_practices", 1)
        PracticePage.objects.all().delete()
        with pytest.raises(CommandError, match="no such list"):
            call_command("make_practices", 1, bench=True)
    with pytest.raises(CommandError, match="at least 1"):
        call_command("make_practices", 0)
