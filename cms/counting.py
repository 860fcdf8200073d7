"""Figures that need a look at every row. The tick counts them now and then, so that asking for
metrics costs the same however large the tables are."""

from datetime import timedelta

from django.db.models import Count
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from newsletter.models import Delivery, Letter, Subscription, Suppression

EVERY = timedelta(minutes=5)
STEP = "counting"
GROUPED = {
    "deliveries": (Delivery, "state"),
    "letters": (Letter, "state"),
    "subscriptions": (Subscription, "state"),
    "suppressions": (Suppression, "reason"),
    "tasks": (DBTaskResult, "status"),
}


def count_everything() -> dict[str, int]:
    """`deliveries:accepted`, `pages:live` and so on."""
    figures = {"pages:live": Page.objects.filter(live=True).count()}
    for name, (model, column) in GROUPED.items():
        rows = model._default_manager.order_by().values_list(column)
        figures |= {f"{name}:{value}": count for value, count in rows.annotate(Count("pk"))}
    return figures
