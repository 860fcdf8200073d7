"""Lists: what can be searched and sorted is named here, never taken from the query string.

modeladmin's own list filters by any field that a query string names, addresses included, so the
lists stand on Wagtail's.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from newsletter.admin_views.base import Guarded, Text

SHORTEST_PREFIX = 4
LONGEST_NUMBER = 18


def reference_matches(field: str, typed: str) -> Q | None:
    """The reference, or at least four characters of its beginning. None: it is no reference."""
    digits = typed.strip().replace("-", "").lower()
    if not SHORTEST_PREFIX <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        return None
    first, last = uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    return Q(**{f"{field}__gte": first, f"{field}__lte": last})


def short(reference: Any) -> str:
    """Enough of it to tell two apart in a list, and to search for."""
    return str(reference)[:8]


def number_matches(field: str, typed: str) -> Q | None:
    digits = typed.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_NUMBER:
        return None
    return Q(**{field: int(digits)})


def language(row: Any) -> str:
    return str(dict(settings.LANGUAGES).get(row.locale, row.locale))


class TagColumn(Column):
    """A state as Wagtail's status tag."""

    cell_template_name = "wagtailadmin/tables/status_tag_cell.html"

    def __init__(self, name: str, *, strong: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(name, accessor=f"get_{name}_display", **kwargs)
        self.field, self.strong = name, strong

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"primary": getattr(instance, self.field) in self.strong}


class ListView(Guarded, BaseListingView):
    """One screen's list; the same view answers the fragment that the search box asks for."""

    template_name = "newsletter/admin/list.html"
    results_template_name = "newsletter/admin/list_results.html"
    is_searchable = True
    paginate_by = 50
    default_ordering: Any = None
    search_hint: Text = ""
    # One line about what this list is, and what an empty one means.
    about: Text = ""
    nothing_yet: Text = ""
    exports = False
    # Says on the page why there are none.
    has_addresses = False

    @property
    def columns(self) -> list[BaseColumn]:
        raise NotImplementedError

    def find(self, typed: str) -> Q | None:
        """What the search box means. None: it can match nothing."""
        raise NotImplementedError

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.screen.model._default_manager.all()
        return rows

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        found = self.find(self.search_query)
        return queryset.none() if found is None else queryset.filter(found)

    def get_search_hint(self) -> Text:
        return self.search_hint

    def get_search_form(self) -> SearchForm:
        data = self.request.GET if self.search_kwarg in self.request.GET else None
        return SearchForm(data, placeholder=self.get_search_hint())

    def get_page_title(self) -> str:
        return str(self.screen.get_menu_label())

    def get_index_url(self) -> str:
        return str(self.screen.url("index"))

    def get_index_results_url(self) -> str:
        return str(self.screen.url("results"))

    @property
    def no_results_message(self) -> str:
        if self.is_searching or self.is_filtering:
            return gettext("Nothing matches. Try another search or fewer filters.")
        return str(self.nothing_yet)

    def may_export(self) -> bool:
        return self.exports and self.has_perms(*self.screen.export_permissions)

    def export_links(self) -> list[tuple[Text, str]]:
        """The rows that are left by search and filters, as a file."""
        if not self.may_export():
            return []
        query = self.request.GET.urlencode()
        kinds = (("csv", _("Download CSV")), ("xlsx", _("Download XLSX")))
        return [(label, f"{self.screen.url('export', kind)}?{query}") for kind, label in kinds]

    def add_button(self, label: Text, action: str) -> HeaderButton:
        return HeaderButton(label, url=self.screen.url(action), icon_name="plus")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=self.about, hides_addresses=not self.sees_addresses, **kwargs
        )


def inspect_url(model_name: str, pk: Any) -> str:
    return reverse(f"newsletter_{model_name}_modeladmin_inspect", args=[pk])


def list_url(model_name: str) -> str:
    return reverse(f"newsletter_{model_name}_modeladmin_index")
