"""The law has the accessibility statement reviewed each year by 31 March: the panel says when."""

from datetime import date
from enum import Enum
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from practices_pages import visibility
from practices_pages.models import AccessibilityStatementPage, HomePage

# Reminded of from the first of this month on, overdue after the last.
MONTH_OF_REVIEWS = 3


class ReviewState(Enum):
    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    SITE_CHANGED = "site changed"
    MISSING = "missing"


def review_state(statement: AccessibilityStatementPage | None, on: date) -> ReviewState:
    if statement is None or statement.checked_on is None:
        return ReviewState.MISSING
    if statement.checked_on.year < on.year:
        is_late = on.month > MONTH_OF_REVIEWS or statement.checked_on.year < on.year - 1
        if is_late:
            return ReviewState.OVERDUE
        if on.month == MONTH_OF_REVIEWS:
            return ReviewState.DUE
    if statement.changed_on and statement.changed_on > statement.checked_on:
        return ReviewState.SITE_CHANGED
    return ReviewState.DONE


class AccessibilityPanel(Component):
    """On the dashboard of those who can do something about it, and only while they should."""

    name = "accessibility"
    order = 80
    template_name = "practices_pages/admin/accessibility_panel.html"

    def __init__(self, state: ReviewState, url: str) -> None:
        self.state, self.url = state, url

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"state": self.state.name, "url": self.url}


def accessibility_panel(user: Any) -> AccessibilityPanel | None:
    home = HomePage.objects.order_by("path").first()
    if home is None or not _may_publish(user, home):
        return None
    public = visibility.public(AccessibilityStatementPage.objects.descendant_of(home))
    statement = public.first()
    state = review_state(statement, timezone.localdate())
    if state is ReviewState.DONE:
        return None
    found = statement or AccessibilityStatementPage.objects.descendant_of(home).first()
    return AccessibilityPanel(state, _address(found, home))


def _address(statement: AccessibilityStatementPage | None, home: HomePage) -> str:
    if statement is not None:
        return reverse("wagtailadmin_pages:edit", args=[statement.pk])
    names = ("practices_pages", "accessibilitystatementpage", home.pk)
    return reverse("wagtailadmin_pages:add", args=names)


def _may_publish(user: Any, home: HomePage) -> bool:
    policy = policy_registry.get_by_type(Page)
    return bool(policy.user_has_permission_for_instance(user, "publish", home))
