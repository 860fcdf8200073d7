"""The dashboard's list of what waits for this person, each line a link to the pages it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from practices_pages.contact_report import to_reconfirm
from practices_pages.isolation import is_author
from practices_pages.page_lists import (
    ANYTHING,
    at_task,
    in_state,
    lacking,
    listed_models,
    pages_of,
)
from practices_pages.workflows import ReviewTask

# The words, the filters of the list behind them, and the pages that it shows.
Question = tuple[str, dict[str, Any], QuerySet[Page]]


@dataclass(frozen=True)
class Waiting:
    number: int
    what: str
    url: str


class WaitingPanel(Component):
    name = "waiting"
    order = 90
    template_name = "practices_pages/admin/waiting_panel.html"

    def __init__(self, waiting: list[Waiting]) -> None:
        self.waiting = waiting

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"waiting": self.waiting, "heading": gettext("Waiting for you")}


def waiting_panel(user: Any) -> WaitingPanel | None:
    """Nothing for whoever has no right on any page."""
    if not policy_registry.get_by_type(Page).user_has_any_permission(
        user, ["add", "change", "publish"]
    ):
        return None
    return WaitingPanel(list(_waiting_for(user)))


def _waiting_for(user: Any) -> Iterator[Waiting]:
    """One statement for each question, whatever the number of page types."""
    answers = [(words, chosen, _by_type(pages)) for words, chosen, pages in _questions(user)]
    for model in listed_models():
        key = ContentType.objects.get_for_model(model).pk
        for words, chosen, numbers in answers:
            if number := numbers.get(key):
                yield Waiting(number, _named(model, words), _address(model, chosen))
    yield from _contacts(user)


def _questions(user: Any) -> Iterator[Question]:
    pages = pages_of(user)
    if is_author(user):
        words = gettext("sent back to you for changes")
        yield words, {"state": "returned"}, in_state(pages, "returned")
        words = gettext("drafts of your units, not submitted yet")
        yield words, {"state": "draft"}, in_state(pages, "draft")
    else:
        words = gettext("scheduled for publication")
        yield words, {"state": "scheduled"}, in_state(pages, "scheduled")
    for task in ReviewTask.objects.filter(active=True, groups__user=user).distinct().order_by("pk"):
        words = gettext("waiting for the task “%(task)s”") % {"task": task}
        yield words, {"task": task.pk}, at_task(pages, task.pk)
    if not is_author(user):
        words = gettext("published, and their latest version lacks something")
        yield words, {"state": "live", "lack": ANYTHING}, lacking(in_state(pages, "live"))


def _by_type(pages: QuerySet[Page]) -> dict[int, int]:
    counted = pages.values("content_type").annotate(number=Count("pk"))
    return dict(counted.values_list("content_type", "number"))


def _contacts(user: Any) -> Iterator[Waiting]:
    if user.has_perm("practices_pages.change_contactperson"):
        number = to_reconfirm(user).count()
        if number:
            words = ngettext(
                "contact person to ask again for consent",
                "contact persons to ask again for consent",
                number,
            )
            yield Waiting(number, words, reverse("practices_pages_contact_report"))


def _address(model: Any, chosen: dict[str, Any]) -> str:
    return f"{reverse(f'{model._meta.model_name}-list:index')}?{urlencode(chosen)}"


def _named(model: Any, words: str) -> str:
    return f"{model._meta.verbose_name_plural}: {words}"
