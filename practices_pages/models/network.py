"""Networks of cooperation and exchange groups: who meets, how often, and who moderates."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Collection, Page
from wagtail.search import index

from practices_pages import moderating
from practices_pages.completeness import Problem, lead_problems, repeated_units
from practices_pages.isolation_policies import NetworkPermissionTester
from practices_pages.models.documents import DocumentRow
from practices_pages.models.meeting_panels import network_edit_handler, network_index_panels
from practices_pages.models.page_link import page_link
from practices_pages.models.people import ContactPerson, PublicContact, person_to_show
from practices_pages.models.public_page import GatedPage, Illustrated, PublicFacts
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField
from practices_pages.models.unit_rows import UnitRow
from practices_pages.models.units import UnitGroup


class NetworkKind(models.TextChoices):
    NETWORK = "network", _("network of cooperation and self-education")
    EXCHANGE = "exchange", _("exchange group")


class NetworkIndexPage(Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    subpage_types = ["practices_pages.NetworkPage"]
    content_panels = network_index_panels()
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of networks")
        verbose_name_plural = _("lists of networks")


class NetworkPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    kind = models.CharField(
        _("kind"), max_length=10, choices=NetworkKind.choices, default=NetworkKind.NETWORK
    )
    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences for lists.")
    )
    description = CleanRichTextField(
        _("description"),
        features=PAGE_FEATURES,
        blank=True,
        help_text=_("What the members work on together, and how somebody joins."),
    )
    # One for each of the four groups of units, which are fixed.
    for_rural = models.BooleanField(_("rural communes"), default=False)
    for_urban_rural = models.BooleanField(_("urban-rural communes"), default=False)
    for_urban = models.BooleanField(_("urban communes"), default=False)
    for_powiat = models.BooleanField(_("powiats"), default=False)
    rhythm = models.CharField(
        _("rhythm of the meetings"),
        max_length=200,
        blank=True,
        help_text=_("Such as: every two months in person, between the meetings on the platform."),
    )
    every_months = models.PositiveSmallIntegerField(
        _("months from one meeting to the next"), null=True, blank=True
    )
    platform_title = models.CharField(_("name of the platform"), max_length=120, blank=True)
    platform_url = models.URLField(_("address of the platform"), max_length=500, blank=True)
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name=_("person who moderates"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="networks",
        help_text=_("Named on the page only as long as the person's consent lasts."),
    )
    moderators = models.ForeignKey(
        Group,
        verbose_name=_("group of moderators"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="moderated_networks",
        help_text=_(
            "Its members add and change meetings of this network, and nothing else. "
            "Empty: the network gets a group of its own. A change counts at once."
        ),
    )
    collection = models.ForeignKey(
        Collection,
        verbose_name=_("collection of its files"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    edit_handler = network_edit_handler()
    parent_page_types = ["practices_pages.NetworkIndexPage"]
    subpage_types = ["practices_pages.MeetingPage"]
    exclude_fields_in_copy = ["moderators", "collection"]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("description"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    @property
    def unit_groups(self) -> list[UnitGroup]:
        return [group for group in UnitGroup if getattr(self, f"for_{group.value}")]

    def public_contact(self, on: date) -> PublicContact | None:
        """The person who moderates, as long as that person agrees to be shown."""
        return person_to_show(self.contact, on)

    def permissions_for_user(self, user: Any) -> NetworkPermissionTester:
        return NetworkPermissionTester(user, self)

    def publication_problems(self) -> list[Problem]:
        found: list[Problem] = super().publication_problems() + lead_problems(self)
        if not self.unit_groups:
            message = _now("Choose for which groups of units the network is.")
            found.append(Problem("for_rural", message))
        if bool(self.platform_title) != bool(self.platform_url):
            message = _now("A platform needs both a name and an address.")
            found.append(Problem("platform_title", message))
        lasting = [row for row in self.members.all() if row.until is None]
        return found + repeated_units(lasting, "members")

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        former = moderating.group_in_force(self)
        super().save(clean=clean, **kwargs)
        if kwargs.get("update_fields") is None:
            moderating.settle(self, former=former)

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        for row in self.members.all():
            row.fill_kind()
        # Before the version is written, so that it names the group and collection, too.
        moderating.settle(self, former=moderating.group_in_force(self))
        return super().save_revision(user=user, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "NetworkPage":
        page: NetworkPage = super().with_content_json(content)
        # Rights are no matter of versions: an old version must not bring back an old group.
        page.moderators_id, page.collection_id = self.moderators_id, self.collection_id
        return page


class NetworkMember(UnitRow):
    page = ParentalKey(NetworkPage, on_delete=models.CASCADE, related_name="members")
    since = models.DateField(_("member since"), null=True, blank=True)
    until = models.DateField(
        _("member until"),
        null=True,
        blank=True,
        help_text=_("The first day it is no longer a member."),
    )

    class Meta(UnitRow.Meta):
        verbose_name = _("member of a network")
        verbose_name_plural = _("members of networks")

    @property
    def day(self) -> date:
        return self.since or timezone.localdate()

    def is_current(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def lacks(self, number: int) -> list[str]:
        where = {"number": number}
        found = []
        if not self.unit_id:
            found.append(_now("Member %(number)d: choose the unit.") % where)
        if self.since and self.until and self.until < self.since:
            found.append(_now("Member %(number)d: it ends before it begins.") % where)
        return found


class NetworkDocument(DocumentRow):
    page = ParentalKey(NetworkPage, on_delete=models.CASCADE, related_name="documents")

    class Meta(DocumentRow.Meta):
        verbose_name = _("document of a network")
        verbose_name_plural = _("documents of networks")
