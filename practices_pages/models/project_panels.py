"""How the editor of a project is laid out."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

from practices_pages.models.public_page import image_panel


def _about() -> ObjectList:
    return ObjectList(
        [
            TitleFieldPanel("title"),
            MultiFieldPanel(
                [
                    FieldPanel("full_name"),
                    FieldPanel("short_name"),
                    InlinePanel(
                        "other_names",
                        label=_("Other name"),
                        heading=_("Also known as"),
                        help_text=_("When pages or documents print the name differently."),
                    ),
                ],
                heading=_("Names"),
            ),
            FieldPanel("lead"),
            image_panel(),
            FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")], heading=_("Period")),
            FieldPanel("general_aim"),
            FieldPanel("description"),
            FieldPanel("updated_on"),
        ],
        heading=_("About the project"),
    )


def _course() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "stages",
                label=_("Stage"),
                heading=_("Stages"),
                help_text=_("In their order: the steps in which the aim is reached."),
            ),
            InlinePanel(
                "indicators",
                label=_("Indicator"),
                heading=_("Indicators"),
                help_text=_("What was promised and what was achieved, in numbers."),
            ),
            InlinePanel("events", label=_("Event"), heading=_("Events")),
        ],
        heading=_("Stages and events"),
    )


def _money() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "partners",
                label=_("Partner"),
                heading=_("Partners"),
                help_text=_("The leader first. At least one is needed for publication."),
            ),
            FieldRowPanel(
                [
                    FieldPanel("value_qualifier"),
                    FieldPanel("value"),
                    FieldPanel("value_currency"),
                ],
                heading=_("Value of the project"),
            ),
            InlinePanel(
                "programmes",
                label=_("Programme"),
                heading=_("Programme, axis and action"),
                help_text=_("One row for each source, when sources differ."),
            ),
            FieldRowPanel(
                [FieldPanel("procedure"), FieldPanel("character")], heading=_("Kind of project")
            ),
            MultiFieldPanel(
                [FieldPanel("funding_text"), InlinePanel("funding_logos", label=_("Logo"))],
                heading=_("Funding"),
            ),
        ],
        heading=_("Partners and money"),
    )


def _materials() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "documents",
                label=_("Document"),
                heading=_("Documents and publications"),
                help_text=_("Files that can be downloaded here."),
            ),
            InlinePanel(
                "planned_publications",
                label=_("Planned publication"),
                heading=_("Still to come"),
                help_text=_("What the project has promised and what has no file here yet."),
            ),
            MultiFieldPanel(
                [FieldPanel("external_title"), FieldPanel("external_url")],
                heading=_("The project's own site"),
            ),
            InlinePanel(
                "team",
                label=_("Person"),
                heading=_("Team"),
                help_text=_("Each is shown as long as the person's consent lasts."),
            ),
            MultiFieldPanel(
                [FieldPanel("team_name"), FieldPanel("team_email"), FieldPanel("team_phone")],
                heading=_("Mailbox of the team"),
            ),
        ],
        heading=_("Documents and people"),
    )


def project_edit_handler() -> TabbedInterface:
    return TabbedInterface(
        [
            _about(),
            _course(),
            _money(),
            _materials(),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
