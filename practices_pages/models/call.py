"""Calls for authors: who is sought, what for, how to hand in, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages.completeness import Problem
from practices_pages.models.documents import DocumentRow
from practices_pages.models.page_link import page_link
from practices_pages.models.people import ContactPerson, PublicContact, contact_to_show
from practices_pages.models.public_page import (
    GatedPage,
    Illustrated,
    PublicFacts,
    facts_panel,
    image_panel,
)
from practices_pages.models.rich_text import PAGE_FEATURES, SECTION_FEATURES, CleanRichTextField
from practices_pages.models.vocabulary import ThematicArea


class CallIndexPage(Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    subpage_types = ["practices_pages.CallPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of calls for authors")
        verbose_name_plural = _("lists of calls for authors")


class CallState(models.TextChoices):
    AHEAD = "ahead", pgettext_lazy("call for authors", "opens soon")
    OPEN = "open", pgettext_lazy("call for authors", "open")
    CLOSED = "closed", pgettext_lazy("call for authors", "closed")


@dataclass(frozen=True)
class CallPart:
    key: str
    heading: Any
    html: str


class CallPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(_("lead"), max_length=600, blank=True)
    opens_on = models.DateField(
        pgettext_lazy("call for authors", "open from"),
        null=True,
        blank=True,
        help_text=_("Empty: from its publication on."),
    )
    who = CleanRichTextField(_("Whom we look for"), features=SECTION_FEATURES, blank=True)
    purpose = CleanRichTextField(
        _("What the descriptions are for"), features=SECTION_FEATURES, blank=True
    )
    criteria = CleanRichTextField(
        _("What we look at when choosing"), features=SECTION_FEATURES, blank=True
    )
    how_to_submit = CleanRichTextField(
        _("How to hand in a description"), features=SECTION_FEATURES, blank=True
    )
    areas = ParentalManyToManyField(
        ThematicArea,
        verbose_name=_("thematic areas"),
        blank=True,
        related_name="+",
        help_text=_("None chosen: descriptions from every area are welcome."),
    )
    shows_outline = models.BooleanField(
        _("show the eight sections of a description"),
        default=True,
        help_text=_("With the advice that authors see in the editor."),
    )
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who can tell more. When the person's consent ends, the office is shown."),
    )
    office_name = models.CharField(_("name of the office"), max_length=250, blank=True)
    office_email = models.EmailField(_("e-mail of the office"), blank=True)
    office_phone = models.CharField(_("telephone of the office"), max_length=40, blank=True)

    parent_page_types = ["practices_pages.CallIndexPage"]
    subpage_types: list[str] = []
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("lead"),
                    FieldPanel("opens_on"),
                    InlinePanel(
                        "deadlines",
                        label=_("Deadline"),
                        heading=_("Deadlines"),
                        help_text=_("After the last one the call is shown as closed by itself."),
                    ),
                    image_panel(),
                ],
                heading=pgettext_lazy("tab", "Call"),
            ),
            ObjectList(
                [
                    FieldPanel("who"),
                    FieldPanel("purpose"),
                    FieldPanel("areas", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("criteria"),
                    FieldPanel("how_to_submit"),
                    FieldPanel("shows_outline"),
                ],
                heading=_("Text"),
            ),
            ObjectList(
                [
                    FieldPanel("contact"),
                    MultiFieldPanel(
                        [
                            FieldPanel("office_name"),
                            FieldRowPanel([FieldPanel("office_email"), FieldPanel("office_phone")]),
                        ],
                        heading=_("Office"),
                    ),
                    InlinePanel(
                        "documents",
                        label=_("Document"),
                        heading=_("Documents"),
                        help_text=_("The form, the template, the rules."),
                    ),
                    facts_panel(),
                ],
                heading=_("Contact and documents"),
            ),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("who"),
        index.SearchField("purpose"),
        index.SearchField("criteria"),
        index.SearchField("how_to_submit"),
    ]

    class Meta:
        verbose_name = _("call for authors")
        verbose_name_plural = _("calls for authors")

    @property
    def parts(self) -> list[CallPart]:
        """The texts that are not empty, in their order."""
        names = ("who", "purpose", "criteria", "how_to_submit")
        return [
            CallPart(name, self._meta.get_field(name).verbose_name, text)
            for name in names
            if (text := getattr(self, name))
        ]

    @property
    def last_deadline(self) -> date | None:
        days = [row.day for row in self.deadlines.all() if row.day]
        return max(days, default=None)

    def state_on(self, day: date) -> CallState:
        """A call without a deadline stays open until it is unpublished."""
        if self.last_deadline is not None and self.last_deadline < day:
            return CallState.CLOSED
        if self.opens_on is not None and self.opens_on > day:
            return CallState.AHEAD
        return CallState.OPEN

    def public_contact(self, on: date) -> PublicContact | None:
        """The person as long as the consent lasts, then the office, then the person's unit."""
        mailbox = PublicContact.of_mailbox(
            self.office_name, email=self.office_email, phone=self.office_phone
        )
        return contact_to_show(self.contact, [], on, mailbox=mailbox)

    def publication_problems(self) -> list[Problem]:
        found: list[Problem] = super().publication_problems()
        for name in ("lead", "who", "how_to_submit"):
            if not str(getattr(self, name)).strip():
                heading = self._meta.get_field(name).verbose_name
                message = _now("“%(heading)s” is empty.") % {"heading": heading}
                found.append(Problem(name, message))
        if not (self.contact_id or self.office_email):
            message = _now("Say whom authors may ask: a person or the office's e-mail.")
            found.append(Problem("contact", message))
        if self.opens_on and self.last_deadline and self.last_deadline < self.opens_on:
            message = _now("The last deadline is before the opening.")
            found.append(Problem("deadlines", message))
        return found


class CallDeadline(Orderable):
    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="deadlines")
    day = models.DateField(_("last day"), null=True, blank=True)
    what = models.CharField(
        _("for what"), max_length=250, blank=True, help_text=_("When there are several rounds.")
    )

    panels = [FieldRowPanel([FieldPanel("day"), FieldPanel("what")])]

    class Meta(Orderable.Meta):
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")

    def __str__(self) -> str:
        return f"{self.day} {self.what}"

    def lacks(self, number: int) -> Iterator[str]:
        if self.day is None:
            yield _now("Deadline %(number)d: enter the day.") % {"number": number}


class CallDocument(DocumentRow):
    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="documents")

    class Meta(Orderable.Meta):
        verbose_name = _("document of the call")
        verbose_name_plural = _("documents of the call")
