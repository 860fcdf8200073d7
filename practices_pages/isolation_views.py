"""Wagtail's page views where they know no rule of sight: filters by person, notices of comments."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import MultipleUserFilter
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import EditedByFilter, GenericPageFilterSet
from wagtail.models import Page, PageLogEntry, PageSubscription

from practices_pages.isolation import is_isolated, written_by
from practices_pages.notices import tell_of_comments

Users = QuerySet[Any]


def fellow_owners(request: HttpRequest) -> Users:
    return _users().filter(pk__in=_common_pages(request).values("owner"))


def fellow_editors(request: HttpRequest) -> Users:
    pages = _common_pages(request).values("pk")
    entries = PageLogEntry.objects.filter(action="wagtail.edit", page_id__in=pages)
    return _users().filter(pk__in=entries.order_by().values("user"))


def _common_pages(request: HttpRequest) -> QuerySet[Page]:
    pages: QuerySet[Page] = Page.objects.order_by()
    return pages.filter(written_by(request.user)) if is_isolated(request.user) else pages


class SeenPageFilterSet(GenericPageFilterSet):
    """Offers the names of those one writes with: who wrote a public page may want no name."""

    owner = MultipleUserFilter(
        label=_("Owner"), queryset=fellow_owners, widget=CheckboxSelectMultiple
    )
    edited_by = EditedByFilter(
        label=_("Edited by"), queryset=fellow_editors, widget=CheckboxSelectMultiple
    )


class TellWhoSees(EditView):
    """Wagtail writes to whoever subscribed or took part; we, to those who still see the page."""

    def send_commenting_notifications(self, changes: dict[str, Any]) -> None:
        threads = [comment.pk for comment in changes["resolved_comments"]]
        threads += [comment.pk for comment, _replies in changes["new_replies"]]
        if not (threads or changes["new_comments"] or changes["deleted_comments"]):
            return
        subscribed = PageSubscription.objects.filter(page=self.page, comment_notifications=True)
        concerned = Q(pk__in=subscribed.values("user"))
        concerned |= Q(comment_replies__comment_id__in=threads)
        concerned |= Q(wagtail_admin_comments__in=threads)
        others = _users().filter(concerned).exclude(pk=self.request.user.pk).distinct()
        subscribers = set(subscribed.values_list("user_id", flat=True))
        tell_of_comments(self.page, self.request.user, changes, list(others), subscribers)


def _users() -> Users:
    return get_user_model()._default_manager.all()
