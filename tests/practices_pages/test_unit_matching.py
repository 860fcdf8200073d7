"""A printed text names a unit for certain, or nobody guesses."""

import pytest

from practices_pages.unit_index import UnitIndex
from practices_pages.unit_matching import Outcome, match_unit
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


def test_a_code_wins_and_a_name_that_contradicts_it_is_reported():
    make_unit("Chęciny", code="260403", kind="urban_rural")
    assert match_unit("Chęciny", code="2604033").units[0].code == "260403"
    assert match_unit("Morawica", code="2604033").outcome == Outcome.CONTRADICTION
    assert match_unit("Chęciny", code="260499").outcome == Outcome.UNKNOWN


def test_thousands_of_texts_cost_three_queries(django_assert_num_queries):
    make_unit("Chęciny", code="260403", kind="urban_rural")
    with django_assert_num_queries(3):
        index = UnitIndex.load()
        for _number in range(50):
            assert match_unit("Chęciny", index=index).is_certain
