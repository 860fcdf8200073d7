"""Flat lists of pages in the panel, one for each type, with the filters that editors ask for."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_filters.filters import CharFilter, ChoiceFilter, MultipleChoiceFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page, Revision, WorkflowState

from practices_pages.isolation_views import SeenPageFilterSet
from practices_pages.latest_facts import gated_models
from practices_pages.models import ContactPerson, LocalGovernmentUnit, ThematicArea
from practices_pages.models.editing import WHOLE_PAGE, FactKind, LatestFact

SOON = timedelta(days=60)
STATES = (
    ("draft", _("draft, not submitted")),
    ("waiting", _("in the workflow")),
    ("returned", _("sent back for changes")),
    ("live", _("published")),
    ("changed", _("published, with unpublished changes")),
    ("scheduled", _("scheduled")),
    ("expired", _("expired")),
)
CONSENTS = (
    ("ended", _("has ended")),
    ("soon", _("ends within 60 days")),
    ("none", _("no contact person")),
)


def in_state(pages: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Pages of a state of STATES; every page when the state is none of them."""
    waiting = Q(pk__in=_in_workflow(WorkflowState.STATUS_IN_PROGRESS))
    returned = Q(pk__in=_in_workflow(WorkflowState.STATUS_NEEDS_CHANGES))
    scheduled = Q(pk__in=_scheduled())
    rules = {
        "draft": Q(live=False, expired=False) & ~waiting & ~returned & ~scheduled,
        "waiting": waiting,
        "returned": returned,
        "live": Q(live=True),
        "changed": Q(live=True, has_unpublished_changes=True),
        "scheduled": scheduled,
        "expired": Q(expired=True),
    }
    return pages.filter(rules.get(state, Q()))


def _in_workflow(status: str) -> QuerySet[Any]:
    states = WorkflowState.objects.filter(base_content_type=_page_type(), status=status)
    return states.order_by().values(key=Cast("object_id", BigIntegerField()))


def _scheduled() -> QuerySet[Any]:
    due = Revision.objects.filter(base_content_type=_page_type(), approved_go_live_at__isnull=False)
    return due.order_by().values(key=Cast("object_id", BigIntegerField()))


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)


def with_fact(kind: str, values: Iterable[str] | QuerySet[Any]) -> Exists:
    return Exists(LatestFact.objects.filter(page_id=OuterRef("pk"), kind=kind, value__in=values))


def with_consent(pages: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Pages whose contact person's consent is in a state of CONSENTS."""
    today = timezone.localdate()
    if state == "none":
        named = LatestFact.objects.filter(page_id=OuterRef("pk"), kind=FactKind.CONTACT)
        return pages.filter(~Exists(named))
    people = ContactPerson.objects.filter(published_until__lt=today)
    if state == "soon":
        people = ContactPerson.objects.filter(published_until__range=(today, today + SOON))
    keys = people.order_by().values(key=Cast("pk", CharField()))
    return pages.filter(with_fact(FactKind.CONTACT, keys))


class GatedFilterSet(SeenPageFilterSet):
    """State, unit, what is missing; area and contact where the type has them."""

    content_type = None
    site = None
    has_child_pages = None
    state = ChoiceFilter(
        label=_("State"),
        choices=STATES,
        empty_label=_("Any"),
        widget=RadioSelect,
        method="filter_state",
    )
    unit = CharFilter(
        label=_("Unit"),
        method="filter_unit",
        help_text=_("Part of the name, or the beginning of the TERYT code."),
    )

    def filter_state(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return in_state(pages, value)

    def filter_unit(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        text = value.strip()
        units = LocalGovernmentUnit.objects.filter(
            Q(name__icontains=text) | Q(code__startswith=text)
        )
        return pages.filter(with_fact(FactKind.UNIT, units.order_by().values("code")))

    def filter_area(self, pages: QuerySet[Any], _name: str, value: list[str]) -> QuerySet[Any]:
        return pages.filter(with_fact(FactKind.AREA, value)) if value else pages

    def filter_lack(self, pages: QuerySet[Any], _name: str, value: list[str]) -> QuerySet[Any]:
        return pages.filter(with_fact(FactKind.LACK, value)) if value else pages

    def filter_consent(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return with_consent(pages, value)


def _areas() -> list[tuple[str, str]]:
    return list(ThematicArea.objects.values_list("slug", "name"))


def _named_lacks(model: Any) -> list[tuple[str, str]]:
    fields = LatestFact.objects.filter(
        kind=FactKind.LACK, page__content_type=ContentType.objects.get_for_model(model)
    )
    found = sorted(set(fields.order_by().values_list("value", flat=True)))
    return [(name, label_of(model, name)) for name in found]


def label_of(model: Any, name: str) -> str:
    """What an editor calls the field or the rows that a problem stands at."""
    if name == WHOLE_PAGE:
        return str(_("the whole page"))
    field = model._meta.get_field(name)
    label = getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name_plural
    return str(capfirst(label))


def filter_set_of(model: Any) -> type[GatedFilterSet]:
    filters: dict[str, Any] = {
        "lack": MultipleChoiceFilter(
            label=_("What is missing"),
            choices=partial(_named_lacks, model),
            widget=CheckboxSelectMultiple,
            method="filter_lack",
        )
    }
    if hasattr(model, "areas"):
        filters["area"] = MultipleChoiceFilter(
            label=_("Thematic area"),
            choices=_areas,
            widget=CheckboxSelectMultiple,
            method="filter_area",
        )
    if hasattr(model, "contact"):
        filters["consent"] = ChoiceFilter(
            label=_("Consent of the contact person"),
            choices=CONSENTS,
            empty_label=_("Any"),
            widget=RadioSelect,
            method="filter_consent",
        )
    return type(f"{model.__name__}FilterSet", (GatedFilterSet,), filters)


class FactColumn(Column):
    """Reads the facts of all rows of the list at once."""

    cell_template_name = "wagtailadmin/tables/cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        table = parent_context["table"]
        if not hasattr(table, "latest_facts"):
            table.latest_facts = _facts_of([page.pk for page in table.data])
        context["value"] = self.shown(table.latest_facts.get(instance.pk, []))
        return context

    def get_value(self, instance: Any) -> str:
        return ""

    def shown(self, facts: list[tuple[str, str]]) -> str:
        raise NotImplementedError


class UnitsColumn(FactColumn):
    def shown(self, facts: list[tuple[str, str]]) -> str:
        return ", ".join(name for kind, name in facts if kind == FactKind.UNIT)


class LacksColumn(FactColumn):
    def shown(self, facts: list[tuple[str, str]]) -> str:
        number = sum(kind == FactKind.LACK for kind, _value in facts)
        if not number:
            return str(_("complete"))
        return ngettext("%(number)d thing", "%(number)d things", number) % {"number": number}


def _facts_of(keys: list[int]) -> dict[int, list[tuple[str, str]]]:
    facts = LatestFact.objects.filter(page_id__in=keys, kind__in=[FactKind.UNIT, FactKind.LACK])
    rows = list(facts.order_by("pk").values_list("page_id", "kind", "value"))
    codes = {value for _page, kind, value in rows if kind == FactKind.UNIT}
    names = dict(LocalGovernmentUnit.objects.filter(code__in=codes).values_list("code", "name"))
    found: dict[int, list[tuple[str, str]]] = {}
    for page, kind, value in rows:
        found.setdefault(page, []).append((kind, names.get(value, value)))
    return found


class GatedIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Column]:
        title, status = "title", "status"
        columns = []
        for column in self.base_columns:
            if column.name == "parent":
                continue
            if column.name == status:
                columns.append(LacksColumn("lacks", label=_("Missing")))
            columns.append(column)
            if column.name == title:
                columns.append(UnitsColumn("units", label=_("Units")))
        return columns


class GatedChooseParentView(ChooseParentView):
    """For those alone who may add such a page somewhere."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.get_valid_parent_pages(request.user).exists():
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


ICONS = {
    "practicepage": "clipboard-list",
    "filmpage": "media",
    "planpage": "list-ol",
    "projectpage": "folder-open-inverse",
    "networkpage": "group",
    "meetingpage": "date",
    "newspage": "doc-full",
    "collectionpage": "list-ul",
}


def list_of(model: Any, order: int) -> PageListingViewSet:
    name = model._meta.model_name
    return PageListingViewSet(
        f"{name}-list",
        model=model,
        url_prefix=f"lists/{name}",
        menu_label=capfirst(model._meta.verbose_name_plural),
        icon=ICONS.get(name, "doc-full-inverse"),
        menu_order=order,
        index_view_class=GatedIndexView,
        choose_parent_view_class=GatedChooseParentView,
        filterset_class=filter_set_of(model),
        add_to_admin_menu=False,
    )


def listed_models() -> list[Any]:
    """Without those that may stand anywhere: they are lists themselves, one of each."""
    return [model for model in gated_models() if "parent_page_types" in vars(model)]


class PageLists(ViewSetGroup):
    menu_label = _("Contents")
    menu_icon = "list-ul"
    menu_order = 110

    def __init__(self) -> None:
        self.items = [list_of(model, order) for order, model in enumerate(listed_models(), start=1)]
        super().__init__()
