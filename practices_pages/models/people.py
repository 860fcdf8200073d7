"""Contact persons. Their data is shown only as long as their consent lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from practices_pages.contact_form import ContactPersonForm
from practices_pages.models.units import LocalGovernmentUnit


@dataclass(frozen=True)
class PublicContact:
    """Whom the public may write to. `is_person` is false for a unit's office mailbox."""

    name: str
    role: str
    email: str
    phone: str
    unit: str
    is_person: bool

    @classmethod
    def of_office(cls, unit: LocalGovernmentUnit) -> "PublicContact":
        return cls(
            name="", role="", email=unit.office_email, phone="", unit=unit.name, is_person=False
        )

    @classmethod
    def of_mailbox(cls, name: str, *, email: str, phone: str) -> "PublicContact | None":
        """An office that a page names itself; None when there is no way to reach it."""
        if not (email or phone):
            return None
        return cls(name=name, role="", email=email, phone=phone, unit="", is_person=False)


class ContactPerson(index.Indexed, models.Model):
    name = models.CharField(_("full name"), max_length=200)
    role = models.CharField(_("role"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_persons",
    )
    published_until = models.DateField(
        _("consent to publication until"),
        help_text=_(
            "The last day on which this person's data may be shown. "
            "Afterwards the unit's office e-mail takes its place."
        ),
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    base_form_class = ContactPersonForm
    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("unit"),
        MultiFieldPanel([FieldPanel("email"), FieldPanel("phone")], heading=_("Contact")),
        FieldPanel("published_until"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("id"),
    ]

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["name"]

    def __str__(self) -> str:
        # Seen by editors only; the public sees as_public_contact().
        if self.published_until and not self.may_be_shown_on(timezone.localdate()):
            return gettext("%(name)s (consent has ended)") % {"name": self.name}
        return str(self.name)

    def may_be_shown_on(self, day: date) -> bool:
        return self.published_until >= day

    def as_public_contact(self) -> PublicContact:
        return PublicContact(
            name=self.name,
            role=self.role,
            email=self.email,
            phone=self.phone,
            unit=self.unit.name if self.unit else "",
            is_person=True,
        )


def person_to_show(person: ContactPerson | None, on: date) -> PublicContact | None:
    """The person, as long as the person's consent lasts."""
    if person is None or not person.may_be_shown_on(on):
        return None
    return person.as_public_contact()


def contact_to_show(
    person: ContactPerson | None,
    units: Sequence[LocalGovernmentUnit],
    on: date,
    *,
    mailbox: PublicContact | None = None,
) -> PublicContact | None:
    """The person only as long as the person's consent lasts, then the first office there is."""
    if shown := person_to_show(person, on) or mailbox:
        return shown
    own = [person.unit] if person is not None and person.unit is not None else []
    for unit in [*own, *units]:
        if unit.office_email:
            return PublicContact.of_office(unit)
    return None
