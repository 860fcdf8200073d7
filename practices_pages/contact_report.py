"""The report of contact persons whose consent has ended or ends soon: whom to ask again."""

from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from practices_pages.exchange.cells import safe_cell
from practices_pages.isolation import visible_contacts
from practices_pages.models import ContactPerson
from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.page_lists import SOON

EDIT = "wagtailsnippets_practices_pages_contactperson:edit"


def to_reconfirm(user: Any) -> QuerySet[ContactPerson]:
    """Persons whose consent has ended or ends within SOON, the oldest end first, with `pages`:
    how many pages name them in their latest version."""
    last = timezone.localdate() + SOON
    pages = (
        LatestFact.objects.filter(
            kind=FactKind.CONTACT, value=Cast(OuterRef("pk"), CharField(max_length=80))
        )
        .order_by()
        .values("value")
        .annotate(number=Count("pk"))
        .values("number")
    )
    people = visible_contacts(user, ContactPerson.objects.filter(published_until__lte=last))
    found: QuerySet[ContactPerson] = (
        people.select_related("unit")
        .annotate(pages=Coalesce(Subquery(pages), 0))
        .order_by("published_until", "name")
    )
    return found


def _state(person: ContactPerson) -> str:
    days = (person.published_until - timezone.localdate()).days
    if days < 0:
        return gettext("has ended")
    if days == 0:
        return gettext("ends today")
    return ngettext("ends in %(days)d day", "ends in %(days)d days", days) % {"days": days}


class ContactReport(ReportView):
    page_title = _("Contacts to re-confirm")
    header_icon = "user"
    index_url_name = "practices_pages_contact_report"
    index_results_url_name = "practices_pages_contact_report_results"
    model = ContactPerson
    permission_required = "change"
    is_searchable = True
    search_fields = ["name", "email", "unit__name"]
    default_ordering = "published_until"
    list_export = ["name", "role", "unit", "email", "phone", "published_until", "pages"]
    columns = [
        TitleColumn("name", label=_("Name"), url_name=EDIT),
        Column("role", label=_("Role")),
        Column("unit", label=_("Unit")),
        DateColumn("published_until", label=_("Consent until"), sort_key="published_until"),
        Column("state", label=_("State"), accessor=_state),
        Column("pages", label=_("Pages"), sort_key="pages"),
    ]

    def get_base_queryset(self) -> QuerySet[ContactPerson]:
        return to_reconfirm(self.request.user)

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        wanted = Q()
        for name in self.search_fields:
            wanted |= Q(**{f"{name}__icontains": self.search_query})
        return queryset.filter(wanted)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        shown = super().preprocess_field_value(field, value, export_format)
        return safe_cell(shown) if isinstance(shown, str) else shown
