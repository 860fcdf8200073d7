"""Units, contact persons and vocabularies in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from practices_pages.isolation import choosable_units, visible_contacts
from practices_pages.models import (
    ContactPerson,
    KeyCompetence,
    LocalGovernmentUnit,
    SchoolType,
    SynonymGroup,
    ThematicArea,
    UnitKind,
    UnitMembership,
)


class UnitsToChoose:
    """A rural and an urban commune often share their name and voivodeship: the kind tells them.

    Authors choose among the units they write for.
    """

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("kind", label=_("Kind"), accessor=_kind_today)]  # type: ignore[misc]

    def get_object_list(self) -> Any:
        units = super().get_object_list().prefetch_related("kind_periods")  # type: ignore[misc]
        return choosable_units(self.request.user, units)  # type: ignore[attr-defined]


def _kind_today(unit: LocalGovernmentUnit) -> str:
    kind = unit.kind_on(timezone.localdate())
    return str(UnitKind(kind).label) if kind else ""


class ChooseUnit(UnitsToChoose, ChooseView):
    pass


class ChooseUnitResults(UnitsToChoose, ChooseResultsView):
    pass


class UnitChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseUnit
    choose_results_view_class = ChooseUnitResults


class ContactsToChoose:
    def get_object_list(self) -> Any:
        contacts = super().get_object_list()  # type: ignore[misc]
        return visible_contacts(self.request.user, contacts)  # type: ignore[attr-defined]


class ChooseContact(ContactsToChoose, ChooseView):
    pass


class ChooseContactResults(ContactsToChoose, ChooseResultsView):
    pass


class ContactChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseContact
    choose_results_view_class = ChooseContactResults


class UnitViewSet(SnippetViewSet):
    model = LocalGovernmentUnit
    chooser_viewset_class = UnitChooserViewSet
    icon = "site"
    list_display = [
        "name",
        "code",
        Column("voivodeship", label=_("Voivodeship")),
        "office_email",
    ]
    # By the database and not by the index: a code is found from its first digits on.
    search_fields = ["name", "code", "former_names__name"]
    search_backend_name = None
    ordering = ["name", "code"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        # Searching former names joins them: a unit with two of them would be listed twice.
        return LocalGovernmentUnit.objects.distinct()


class ContactPersonViewSet(SnippetViewSet):
    model = ContactPerson
    chooser_viewset_class = ContactChooserViewSet
    icon = "user"
    list_display = ["name", "role", "unit", "published_until"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return visible_contacts(request.user, ContactPerson.objects.select_related("unit"))

    search_fields = ["name", "email"]
    search_backend_name = None
    list_filter = ["published_until"]
    list_per_page = 50


class UnitMembershipViewSet(SnippetViewSet):
    model = UnitMembership
    icon = "group"
    menu_label = _("Memberships")
    list_display = ["user", "unit", "role", "since", "until"]
    list_filter = ["role"]
    search_fields = [
        "user__username",
        "user__first_name",
        "user__last_name",
        "user__email",
        "unit__name",
        "unit__code",
    ]
    search_backend_name = None
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        return UnitMembership.objects.select_related("user", "unit")


class TermViewSet(SnippetViewSet):
    icon = "tag"
    list_display = ["name", "slug", "sort_order"]
    search_fields = ["name", "slug"]
    search_backend_name = None


class ThematicAreaViewSet(TermViewSet):
    model = ThematicArea


class KeyCompetenceViewSet(TermViewSet):
    model = KeyCompetence


class SchoolTypeViewSet(TermViewSet):
    model = SchoolType


class SynonymGroupViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    list_display = [Column("words", label=_("Words"), accessor=str)]
    search_fields = ["words"]
    search_backend_name = None
    list_per_page = 100


class PracticeDataGroup(SnippetViewSetGroup):
    menu_label = _("Practice data")
    menu_icon = "folder-open-inverse"
    menu_order = 250
    items = (
        UnitViewSet,
        UnitMembershipViewSet,
        ContactPersonViewSet,
        ThematicAreaViewSet,
        KeyCompetenceViewSet,
        SchoolTypeViewSet,
        SynonymGroupViewSet,
    )


register_snippet(PracticeDataGroup)
