"""Collections: practices that somebody chose, in an order that means something."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages.completeness import Problem, lead_problems
from practices_pages.models.page_link import page_link
from practices_pages.models.public_page import (
    GatedPage,
    Illustrated,
    PublicFacts,
    facts_panel,
    image_panel,
)
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address

COLLECTION = "practices_pages.CollectionPage"


class SourceKind(models.TextChoices):
    WEBSITE = "website", _("website")
    CHANNEL = "channel", _("film channel")
    DATABASE = "database", _("database of practices")
    PUBLICATION = "publication", _("publication")
    OTHER = "other", _("other")


class CollectionIndexPage(GatedPage, PublicFacts, Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    is_listed = False
    subpage_types = [COLLECTION]
    content_panels = [*Page.content_panels, FieldPanel("introduction"), facts_panel()]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("list of collections")
        verbose_name_plural = _("lists of collections")


class CollectionPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(
        _("lead"),
        max_length=600,
        blank=True,
        help_text=_("Two or three sentences that stand on lists."),
    )
    introduction = CleanRichTextField(
        _("introduction"),
        features=PAGE_FEATURES,
        blank=True,
        help_text=_("Who wrote the practices, how they were chosen, and what for."),
    )
    shows_outline = models.BooleanField(
        _("show how each practice is described"),
        default=True,
        help_text=_("The list of the eight sections, the contact and the documents."),
    )
    sources_introduction = models.CharField(
        _("sentence above the sources"), max_length=300, blank=True
    )
    call = CleanRichTextField(
        _("call for new descriptions"),
        features=["bold", "italic", "ul", "link", "document-link"],
        blank=True,
        help_text=_("Whether the collection grows, and what a unit with a practice should do."),
    )
    team_name = models.CharField(
        _("whom to write to"),
        max_length=250,
        blank=True,
        help_text=_("A team or an office, not a person: for example the project team."),
    )
    team_email = models.EmailField(_("e-mail of the team"), blank=True)
    team_phone = models.CharField(_("telephone of the team"), max_length=40, blank=True)

    parent_page_types = ["practices_pages.CollectionIndexPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("introduction"),
        index.SearchField("call"),
        index.FilterField("updated_on"),
    ]

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def publication_problems(self) -> list[Problem]:
        return [*super().publication_problems(), *self._missing()]

    def _missing(self) -> Iterator[Problem]:
        yield from lead_problems(self)
        chosen = [row.practice_id for row in self.items.all() if row.practice_id]
        if not chosen:
            yield Problem("items", _now("Choose at least one practice."))
        if len(chosen) != len(set(chosen)):
            yield Problem("items", _now("A practice is in the collection twice."))


class CollectionItem(Orderable):
    page = ParentalKey(CollectionPage, on_delete=models.CASCADE, related_name="items")
    practice = models.ForeignKey(
        "practices_pages.PracticePage",
        verbose_name=_("practice"),
        null=True,
        blank=True,
        # A practice that is deleted leaves the collection, and its later versions as well.
        on_delete=models.CASCADE,
        related_name="collection_items",
    )
    note = models.TextField(
        _("why it is here"),
        max_length=500,
        blank=True,
        help_text=_("One or two sentences of the editors; stands above the practice."),
    )

    panels = [PageChooserPanel("practice", "practices_pages.PracticePage"), FieldPanel("note")]

    class Meta(Orderable.Meta):
        verbose_name = _("chosen practice")
        verbose_name_plural = _("chosen practices")

    def __str__(self) -> str:
        return str(self.practice or "")

    def lacks(self, number: int) -> Iterator[str]:
        if not self.practice_id:
            yield _now("Item %(number)d: choose the practice.") % {"number": number}


class CollectionEditor(Orderable):
    """Who chose the practices. A person is shown by name only with consent."""

    page = ParentalKey(CollectionPage, on_delete=models.CASCADE, related_name="editors")
    name = models.CharField(_("full name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    organisation = models.CharField(
        _("team or organisation"),
        max_length=250,
        blank=True,
        help_text=_("Shown also without a name."),
    )
    consented_to_be_named = models.BooleanField(_("agreed to be named"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldPanel("organisation"),
        FieldPanel("consented_to_be_named"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("editor of a collection")
        verbose_name_plural = _("editors of a collection")

    def __str__(self) -> str:
        return str(self.organisation or self.name)

    @property
    def shown(self) -> str:
        """What the public may read of this row; nothing of a person who has not agreed."""
        person = [self.name, self.role] if self.consented_to_be_named and self.name else []
        return ", ".join(filter(None, [*person, self.organisation]))

    def lacks(self, number: int) -> Iterator[str]:
        if not (self.name.strip() or self.organisation.strip()):
            yield _now("Editor %(number)d: give a name, a team or an organisation.") % {
                "number": number
            }


class CollectionSource(Orderable):
    page = ParentalKey(CollectionPage, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind.choices, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    description = models.CharField(
        _("what is there"), max_length=300, blank=True, help_text=_("One sentence for visitors.")
    )

    panels = [
        FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]),
        FieldPanel("url"),
        FieldPanel("description"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("external source")
        verbose_name_plural = _("external sources")

    def __str__(self) -> str:
        return str(self.title)

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.title.strip():
            yield _now("Source %(number)d: the title is missing.") % where
        if not is_safe_address(self.url, WEB_SCHEMES):
            yield _now("Source %(number)d: give an address that begins with https://.") % where


def _contents() -> ObjectList:
    return ObjectList(
        [
            TitleFieldPanel("title"),
            FieldPanel("lead"),
            FieldPanel("introduction"),
            FieldPanel("shows_outline"),
            HelpPanel(
                template="practices_pages/admin/hidden_practices.html",
                heading=_("What visitors see"),
            ),
            InlinePanel(
                "items",
                label=_("Practice"),
                heading=_("Practices, in their order"),
                help_text=_("Only published ones are shown and counted."),
            ),
        ],
        heading=_("Contents"),
    )


def _around() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "editors",
                label=_("Editor"),
                heading=_("Who chose the practices"),
                help_text=_("A person is named on the page only if they agreed."),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("sources_introduction"),
                    InlinePanel("sources", label=_("Source")),
                ],
                heading=_("External sources"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("call"),
                    FieldPanel("team_name"),
                    FieldRowPanel([FieldPanel("team_email"), FieldPanel("team_phone")]),
                ],
                heading=_("Call for new descriptions"),
            ),
            image_panel(),
            facts_panel(),
        ],
        heading=_("Editors, sources, contact"),
    )


CollectionPage.edit_handler = TabbedInterface(
    [
        _contents(),
        _around(),
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]
)
