"""Files that no page uses itself, and what it costs to find out who uses a file."""

import uuid
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, ReferenceIndex, Site

from practices_pages.models import FundingNotice, PracticeIndexPage, PracticePage
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.test_file_privacy import SHUT, Files, answers, get

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def files() -> Files:
    return Files.make()


@pytest.fixture
def page(index: PracticeIndexPage, files: Files) -> PracticePage:
    page = make_practice(index)
    files.put_on(page)
    page.save_revision().publish()
    return page


def test_a_setting_of_the_site_shows_its_files(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    site = Site.objects.get(is_default_site=True)
    refer(FundingNotice.objects.create(site=site), files.linked)
    assert answers(client, files) == [404, 404, 404, 200]


def test_a_snippet_shows_its_files_where_a_public_page_uses_it(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    snippet = make_unit("Gmina z herbem")
    refer(snippet, files.image)
    assert answers(client, files) == SHUT
    draft, live = make_practice(index), make_practice(index, live=True)
    refer(draft, snippet)
    assert answers(client, files) == SHUT
    refer(live, snippet)
    assert answers(client, files) == [200, 200, 404, 404]


def refer(source: Any, target: Any) -> None:
    """What Wagtail notes where a model of some other site has a field for it."""
    of = Page if isinstance(source, Page) else source
    ReferenceIndex.objects.create(
        content_type=ContentType.objects.get_for_model(source),
        base_content_type=ContentType.objects.get_for_model(of),
        object_id=source.pk,
        to_content_type=ContentType.objects.get_for_model(target),
        to_object_id=target.pk,
        model_path="x",
        content_path="x",
        content_path_hash=uuid.uuid4(),
    )


def test_a_public_file_costs_few_queries_and_no_session(
    page: PracticePage, files: Files, client: Client, django_assert_max_num_queries: Any
) -> None:
    for address in files.addresses:
        get(client, address)
        with django_assert_max_num_queries(6):
            answer = get(client, address)
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies


def test_the_number_of_pages_that_use_a_file_costs_nothing(
    index: PracticeIndexPage, page: PracticePage, files: Files, client: Client
) -> None:
    get(client, files.addresses[1])
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(client, files.addresses[1])
        counts.append(len(queries))
        for _more in range(3):
            other = make_practice(index)
            files.put_on(other)
            other.save_revision().publish()
    assert counts[0] == counts[1]
