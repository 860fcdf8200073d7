"""The dashboard's list of what waits for this person, each line a link to the pages it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState
from wagtail.permissions import policy_registry

from practices_pages.contact_report import to_reconfirm
from practices_pages.isolation import is_author, own_ground
from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.page_lists import in_state, listed_models
from practices_pages.workflows import ReviewTask


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
    for model in listed_models():
        pages = _own(model, user) if is_author(user) else _all(model, user)
        for state, words in _states_of(user):
            number = in_state(pages, state).count()
            if number:
                yield Waiting(number, _named(model, words), _address(model, state))
        for task, number in _tasks(model, user):
            words = gettext("waiting for the task “%(task)s”") % {"task": task}
            yield Waiting(number, _named(model, words), _address(model, "waiting"))
        if not is_author(user):
            yield from _broken(model, pages)
    yield from _contacts(user)


def _own(model: Any, user: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(own_ground(user)).order_by()
    return found


def _all(model: Any, user: Any) -> QuerySet[Any]:
    editable = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(
        user, ["change", "publish"]
    )
    found: QuerySet[Any] = model.objects.filter(pk__in=editable.order_by().values("pk")).order_by()
    return found


def _states_of(user: Any) -> list[tuple[str, str]]:
    if is_author(user):
        return [
            ("returned", gettext("sent back to you for changes")),
            ("draft", gettext("drafts of your units, not submitted yet")),
        ]
    return [("scheduled", gettext("scheduled for publication"))]


def _tasks(model: Any, user: Any) -> Iterator[tuple[str, int]]:
    """How many pages wait at each task whose groups the person is in."""
    for task in ReviewTask.objects.filter(active=True, groups__user=user).distinct().order_by("pk"):
        waiting = TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, task=task.task_ptr_id
        )
        keys = {int(key) for key in waiting.values_list("revision__object_id", flat=True)}
        number = model.objects.filter(pk__in=keys).count()
        if number:
            yield task.name, number


def _broken(model: Any, pages: QuerySet[Any]) -> Iterator[Waiting]:
    """Live pages whose latest version could not be published any more."""
    lacks = LatestFact.objects.filter(page_id=OuterRef("pk"), kind=FactKind.LACK)
    number = pages.filter(Exists(lacks), live=True).count()
    if number:
        words = gettext("published, but something is missing by today's rules")
        yield Waiting(number, _named(model, words), _address(model, "live"))


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


def _address(model: Any, state: str) -> str:
    return f"{reverse(f'{model._meta.model_name}-list:index')}?state={state}"


def _named(model: Any, words: str) -> str:
    return f"{model._meta.verbose_name_plural}: {words}"
