"""How the editors of plans and of their collections are laid out."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

from practices_pages.models.public_page import facts_panel, image_panel


def _common_tabs() -> list[ObjectList]:
    return [
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]


def collection_edit_handler() -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("lead"),
                    FieldPanel("introduction"),
                    _support(),
                    _making(),
                    MultiFieldPanel(
                        [FieldPanel("broad_scope"), FieldPanel("narrow_scope")],
                        heading=_("What the scopes mean"),
                    ),
                    FieldPanel("school_year"),
                    MultiFieldPanel(
                        [
                            FieldRowPanel(
                                [FieldPanel("monitoring_from"), FieldPanel("monitoring_to")]
                            ),
                            FieldPanel("planned_monitoring"),
                        ],
                        heading=_("Planned monitoring"),
                    ),
                ],
                heading=_("Description"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "documents",
                        label=_("Document"),
                        heading=_("Template and other documents"),
                        help_text=_("A template of the plans is of the kind “template”."),
                    ),
                    image_panel(),
                    facts_panel(),
                ],
                heading=_("Documents, image and project"),
            ),
            *_common_tabs(),
        ]
    )


def _support() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldPanel("stage"),
            FieldPanel("support"),
            FieldRowPanel([FieldPanel("support_from"), FieldPanel("support_to")]),
            FieldRowPanel([FieldPanel("team_from"), FieldPanel("team_to")]),
        ],
        heading=_("Support of the units"),
    )


def _making() -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel("how_made"), FieldPanel("preceded_by_debates")],
        heading=_("How the plans came about"),
    )


def plan_edit_handler() -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("lead"),
                    _whose_and_when(),
                    FieldPanel("scope", widget=forms.RadioSelect),
                    FieldPanel("aims"),
                    _debate_and_people(),
                ],
                heading=_("Plan"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "documents",
                        label=_("Document"),
                        heading=_("Files of the plan"),
                        help_text=_("The plan, its schedule, the resolution: each with its kind."),
                    ),
                    FieldPanel("files_note"),
                    FieldPanel("source_url"),
                ],
                heading=_("Files"),
            ),
            ObjectList(
                [
                    FieldPanel("areas", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("competences", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("other_competences"),
                    image_panel(),
                    FieldPanel("contact"),
                    facts_panel(),
                ],
                heading=_("Classification and contact"),
            ),
            *_common_tabs(),
        ]
    )


def _whose_and_when() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            HelpPanel(
                content=_(
                    "The plan stands in the group that its unit belonged to on the plan's date, "
                    "even if the unit is of another kind today. Without a date, the first school "
                    "year counts."
                )
            ),
            FieldPanel("unit"),
            FieldRowPanel([FieldPanel("dated_on"), FieldPanel("adopted_on")]),
            FieldPanel("resolution"),
            FieldRowPanel([FieldPanel("school_year"), FieldPanel("implementation_start")]),
            FieldPanel("stated_kind"),
        ],
        heading=_("Whose plan it is, and since when"),
    )


def _debate_and_people() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("debate"), FieldPanel("debate_on")]),
            FieldPanel("debate_note"),
            FieldPanel("team_size"),
            InlinePanel("partners", label=_("Partner"), heading=_("Partners")),
        ],
        heading=_("Debate, team and partners"),
    )
