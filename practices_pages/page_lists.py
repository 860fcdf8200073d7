"""Flat lists of pages in the panel, one for each type, with the filters that editors ask for."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_filters.filters import CharFilter, ChoiceFilter, MultipleChoiceFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from practices_pages.isolation import own_ground
from practices_pages.isolation_views import SeenPageFilterSet
from practices_pages.latest_facts import gated_models
from practices_pages.models import ContactPerson, LocalGovernmentUnit, ThematicArea
from practices_pages.models.editing import WHOLE_PAGE, FactKind, LatestFact, contact_fields
from practices_pages.workflows import ReviewTask

SOON = timedelta(days=60)
ANYTHING = "anything"
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


def at_task(pages: QuerySet[Any], task: int | str) -> QuerySet[Any]:
    """Pages that wait in the workflow for a task."""
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task=task,
        workflow_state__base_content_type=_page_type(),
    )
    key = Cast("workflow_state__object_id", BigIntegerField())
    return pages.filter(pk__in=waiting.order_by().values(key=key))


def _scheduled() -> QuerySet[Any]:
    due = Revision.objects.filter(base_content_type=_page_type(), approved_go_live_at__isnull=False)
    return due.order_by().values(key=Cast("object_id", BigIntegerField()))


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)


def with_fact(kind: str, values: Iterable[str] | QuerySet[Any]) -> Exists:
    return Exists(LatestFact.objects.filter(page_id=OuterRef("pk"), kind=kind, value__in=values))


def lacking(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Pages whose latest version could not be published."""
    lacks = LatestFact.objects.filter(page_id=OuterRef("pk"), kind=FactKind.LACK)
    return pages.filter(Exists(lacks))


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


def _tasks() -> list[tuple[int, str]]:
    return list(ReviewTask.objects.filter(active=True).order_by("pk").values_list("pk", "name"))


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
    task = ChoiceFilter(
        label=_("Waiting for the task"),
        choices=_tasks,
        empty_label=_("Any"),
        widget=RadioSelect,
        method="filter_task",
    )
    unit = CharFilter(
        label=_("Unit"),
        method="filter_unit",
        help_text=_("Part of the name, or the beginning of the TERYT code."),
    )

    def filter_queryset(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        # A search takes keys, and no condition on what is not in its index.
        found = super().filter_queryset(pages.model.objects.order_by())
        kept: QuerySet[Any] = pages.filter(pk__in=found.values("pk"))
        return kept

    def filter_state(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return in_state(pages, value)

    def filter_task(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return at_task(pages, value)

    def filter_unit(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        text = value.strip()
        units = LocalGovernmentUnit.objects.filter(
            Q(name__icontains=text) | Q(code__startswith=text)
        )
        return pages.filter(with_fact(FactKind.UNIT, units.order_by().values("code")))

    def filter_area(self, pages: QuerySet[Any], _name: str, value: list[str]) -> QuerySet[Any]:
        return pages.filter(with_fact(FactKind.AREA, value)) if value else pages

    def filter_lack(self, pages: QuerySet[Any], _name: str, value: list[str]) -> QuerySet[Any]:
        if ANYTHING in value:
            return lacking(pages)
        return pages.filter(with_fact(FactKind.LACK, value)) if value else pages

    def filter_consent(self, pages: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return with_consent(pages, value)


def _areas() -> list[tuple[str, str]]:
    return list(ThematicArea.objects.values_list("slug", "name"))


def _named_lacks(model: Any) -> list[tuple[str, str]]:
    fields = LatestFact.objects.filter(
        kind=FactKind.LACK, page__content_type=ContentType.objects.get_for_model(model)
    )
    found = set(fields.order_by().values_list("value", flat=True))
    known = {field.name: field for field in model._meta.get_fields()}
    named = [(name, _label_of(known[name])) for name in sorted(found & known.keys())]
    if WHOLE_PAGE in found:
        named.append((WHOLE_PAGE, str(_("the whole page"))))
    return [(ANYTHING, str(_("anything at all"))), *named]


def _label_of(field: Any) -> str:
    """What an editor calls the field or the rows that a problem stands at."""
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
    if contact_fields(model):
        filters["consent"] = ChoiceFilter(
            label=_("Consent of the contact person"),
            choices=CONSENTS,
            empty_label=_("Any"),
            widget=RadioSelect,
            method="filter_consent",
        )
    return type(f"{model.__name__}FilterSet", (GatedFilterSet,), filters)


def pages_of(user: Any) -> QuerySet[Page]:
    """The pages that the lists show to `user`. Filters and columns speak of the latest versions,
    so that what others write is not among them, public or not."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    pages: QuerySet[Page] = Page.objects.filter(own_ground(user), depth__gt=1).order_by()
    return pages.filter(pk__in=explorable.order_by().values("pk"))


def _units(page: Any) -> str:
    facts = [fact for fact in page.latest_facts.all() if fact.kind == FactKind.UNIT]
    return ", ".join(fact.unit or fact.value for fact in facts)


def _lacks(page: Any) -> str:
    number = sum(fact.kind == FactKind.LACK for fact in page.latest_facts.all())
    if not number:
        return str(_("complete"))
    return ngettext("%(number)d thing", "%(number)d things", number) % {"number": number}


class GatedIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        seen = pages_of(self.request.user).values("pk")
        names = LocalGovernmentUnit.objects.filter(code=OuterRef("value")).values("name")
        facts = LatestFact.objects.annotate(unit=Subquery(names)).order_by("pk")
        pages: QuerySet[Any] = super().get_base_queryset().filter(pk__in=seen)
        return pages.prefetch_related(Prefetch("latest_facts", queryset=facts))


def _columns() -> list[Column]:
    known = {column.name: column for column in IndexView.base_columns}
    return [
        known["bulk_actions"],
        known["title"],
        Column("units", label=_("Units"), accessor=_units),
        known["latest_revision_created_at"],
        Column("lacks", label=_("Missing"), accessor=_lacks),
        known["status"],
    ]


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
        columns=_columns(),
        choose_parent_view_class=GatedChooseParentView,
        filterset_class=filter_set_of(model),
        add_to_admin_menu=False,
    )


def listed_models() -> list[Any]:
    return [model for model in gated_models() if model.is_listed]


class PageLists(ViewSetGroup):
    menu_label = _("Contents")
    menu_icon = "list-ul"
    menu_order = 110

    def __init__(self) -> None:
        self.items = [list_of(model, order) for order, model in enumerate(listed_models(), start=1)]
        super().__init__()
