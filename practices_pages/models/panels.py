"""How the editor of a practice is laid out: in the order in which it is written."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

from practices_pages.models.public_page import facts_panel, image_panel

# Rows that belong to a section: key of the section -> (relation, label of one row, heading).
ROWS_OF_SECTION = {
    "who_when_what": ("steps", _("Step"), _("Steps: who, when, what")),
    "effects": ("measured_effects", _("Measured effect"), _("Measured effects")),
    "cost": ("cost_items", _("Cost"), _("Costs")),
    "replication": ("pitfalls", _("Pitfall"), _("What to watch for")),
}


def section_panel(number: int, key: str, heading: object) -> Panel:
    """One section with its number, and below it the rows that belong to it."""
    numbered = format_lazy("{}. {}", number, heading)
    if key not in ROWS_OF_SECTION:
        return FieldPanel(key, heading=numbered)
    relation, label, rows_heading = ROWS_OF_SECTION[key]
    text = FieldPanel(key, heading=_("Text of the section"))
    rows = InlinePanel(relation, label=label, heading=rows_heading)
    return MultiFieldPanel([text, rows], heading=numbered)


def _description(sections: list[tuple[int, str, object]]) -> ObjectList:
    return ObjectList(
        [
            # Also fills in the slug while one types: without it no draft is ever saved.
            TitleFieldPanel("title"),
            FieldPanel("lead"),
            InlinePanel(
                "practice_units",
                label=_("Unit"),
                heading=_("Local-government units"),
                help_text=_("Who did it. At least one is needed for publication."),
            ),
            *(section_panel(number, key, heading) for number, key, heading in sections),
        ],
        heading=_("Description"),
    )


def _classification() -> ObjectList:
    return ObjectList(
        [
            FieldPanel("areas", widget=forms.CheckboxSelectMultiple),
            FieldPanel("competences", widget=forms.CheckboxSelectMultiple),
            FieldPanel("school_types", widget=forms.CheckboxSelectMultiple),
            image_panel(),
            MultiFieldPanel([FieldPanel("film_url"), FieldPanel("source_url")], heading=_("Links")),
            InlinePanel(
                "distinctions",
                label=_("Distinction"),
                heading=_("Distinctions"),
                help_text=_("What it won in contests and tournaments, the most important first."),
            ),
        ],
        heading=_("Classification and image"),
    )


def _people_and_documents() -> ObjectList:
    return ObjectList(
        [
            FieldPanel("contact"),
            InlinePanel(
                "authors",
                label=_("Author"),
                heading=_("Authors"),
                help_text=_("Named on the page only if they agreed."),
            ),
            InlinePanel(
                "documents",
                label=_("Document"),
                heading=_("Model documents and materials"),
                help_text=_("Files another unit can use: each with its purpose and licence."),
            ),
        ],
        heading=_("People and documents"),
    )


def _publication() -> ObjectList:
    return ObjectList(
        [
            HelpPanel(
                heading=_("Before publication"),
                template="practices_pages/admin/before_publication.html",
            ),
            FieldPanel("licence"),
            facts_panel(),
            FieldPanel("announce"),
            FieldPanel("publication_note"),
            MultiFieldPanel(
                [
                    FieldPanel("is_archival"),
                    FieldPanel("archival_reason"),
                    FieldPanel("original_date"),
                ],
                heading=_("Archival description"),
            ),
        ],
        heading=_("Publication"),
    )


def practice_edit_handler(sections: list[tuple[int, str, object]]) -> TabbedInterface:
    return TabbedInterface(
        [
            _description(sections),
            _classification(),
            _people_and_documents(),
            _publication(),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
