"""The demo shows every page type of projects, news, library and calls, all of it public."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from practices_pages import visibility
from practices_pages.calls import open_call
from practices_pages.library import entries
from practices_pages.models import (
    CallPage,
    CallState,
    NewsPage,
    Progress,
    ProjectPage,
    PublicationPage,
)
from practices_pages.projects import related_to

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_demo_has_projects_news_publications_and_a_call(demo_content: None) -> None:
    today = timezone.localdate()

    day = date(2026, 11, 1)
    progress = Counter(project.progress_on(day) for project in ProjectPage.objects.all())
    assert progress == {Progress.FINISHED: 1, Progress.UNDER_WAY: 1}
    for model, number in ((NewsPage, 5), (PublicationPage, 4), (CallPage, 2), (ProjectPage, 2)):
        assert visibility.public(model.objects.all()).count() == number, model
    assert all(item.main_image and item.image_alt for item in NewsPage.objects.all())
    assert open_call(today) is not None
    assert {call.state_on(today) for call in CallPage.objects.all()} == {
        CallState.OPEN,
        CallState.CLOSED,
    }
    assert all(related_to(project) for project in ProjectPage.objects.all())
    shelf = entries()
    assert sum(entry.publication is not None for entry in shelf) == 4
    assert len(shelf) > 20
