"""The bench measures something, and says so; its full size runs in make bench."""

import contextlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.newsletter.factories import make_subscription

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_small_bench_prints_each_ratio_beside_its_limit() -> None:
    out = StringIO()
    # A limit may break on a busy machine; here it matters that it measures.
    with contextlib.suppress(SystemExit):
        call_command("newsletter_bench", "--subscriptions", "100", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert all("limit" in line for line in lines)


def test_it_refuses_a_database_with_people_in_it() -> None:
    make_subscription()
    with pytest.raises(CommandError, match="scratch"):
        call_command("newsletter_bench", "--subscriptions", "100")
