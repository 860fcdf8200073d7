"""How the editors of networks and meetings are laid out."""

from typing import Any

from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
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
from wagtail.models import Page

from practices_pages.models.public_page import facts_panel, image_panel


def network_index_panels() -> list[Any]:
    return [*Page.content_panels, FieldPanel("introduction")]


def network_edit_handler() -> TabbedInterface:
    return TabbedInterface(
        [
            _network_description(),
            _network_people(),
            _promote(),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )


def _network_description() -> ObjectList:
    return ObjectList(
        [
            TitleFieldPanel("title"),
            FieldPanel("kind", widget=RadioSelect),
            FieldPanel("lead"),
            FieldPanel("description"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("for_rural"), FieldPanel("for_urban_rural")]),
                    FieldRowPanel([FieldPanel("for_urban"), FieldPanel("for_powiat")]),
                ],
                heading=_("For which units"),
                help_text=_("At least one group is needed for publication."),
            ),
            MultiFieldPanel(
                [FieldPanel("rhythm"), FieldPanel("every_months")], heading=_("Rhythm")
            ),
            MultiFieldPanel(
                [FieldPanel("platform_title"), FieldPanel("platform_url")], heading=_("Platform")
            ),
            image_panel(),
        ],
        heading=_("Description"),
    )


def _network_people() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "members",
                [
                    FieldPanel("unit"),
                    FieldPanel("kind_at_time"),
                    FieldRowPanel([FieldPanel("since"), FieldPanel("until")]),
                ],
                label=_("Member"),
                heading=_("Members"),
                help_text=_("Units that belong to the network, now or earlier."),
            ),
            MultiFieldPanel(
                # Who gives rights to groups decides which group gets these.
                [FieldPanel("contact"), FieldPanel("moderators", permission="auth.change_group")],
                heading=_("Moderation"),
                help_text=_(
                    "The person is named for visitors. Rights come from the group of moderators, "
                    "whose members an administrator keeps in the settings."
                ),
            ),
            _documents(),
            facts_panel(),
        ],
        heading=_("Members and documents"),
    )


def meeting_edit_handler() -> TabbedInterface:
    return TabbedInterface(
        [
            _when_and_where(),
            _course(),
            _afterwards(),
            _publication(),
            _promote(),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )


def _when_and_where() -> ObjectList:
    return ObjectList(
        [
            TitleFieldPanel("title"),
            FieldPanel("lead"),
            FieldPanel("number"),
            MultiFieldPanel(
                [
                    FieldPanel("precision", widget=RadioSelect),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldRowPanel([FieldPanel("start_time"), FieldPanel("end_time")]),
                ],
                heading=_("When"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("attendance", widget=RadioSelect),
                    FieldPanel("place_name"),
                    FieldRowPanel([FieldPanel("address"), FieldPanel("town")]),
                    FieldRowPanel([FieldPanel("online_platform"), FieldPanel("online_url")]),
                    FieldPanel("shows_online_url"),
                ],
                heading=_("Where"),
            ),
            InlinePanel(
                "leaders",
                label=_("Session leader"),
                heading=_("Session leaders"),
                help_text=_("Named on the page only if they agreed."),
            ),
        ],
        heading=_("When and where"),
    )


def _course() -> ObjectList:
    return ObjectList(
        [
            InlinePanel("aims", label=_("Aim"), heading=_("Aims")),
            InlinePanel("agenda", label=_("Topic"), heading=_("Agenda")),
            FieldPanel("body"),
            InlinePanel(
                "participants",
                label=_("Unit"),
                heading=_("Participating units"),
                help_text=_("The page shows them grouped by the kind they had at the time."),
            ),
        ],
        heading=_("Course"),
    )


def _afterwards() -> ObjectList:
    return ObjectList(
        [
            InlinePanel(
                "gallery",
                label=_("Picture"),
                heading=_("Gallery"),
                help_text=_("Each with its author, and with the consent of those who are on it."),
            ),
            image_panel(),
            MultiFieldPanel(
                [
                    FieldPanel("evaluation"),
                    InlinePanel("answers", label=_("Evaluation"), heading=_("Measured answers")),
                ],
                heading=_("Evaluation"),
            ),
            _documents(),
            MultiFieldPanel(
                [
                    PageChooserPanel("next_meeting", "practices_pages.MeetingPage"),
                    FieldRowPanel([FieldPanel("next_month"), FieldPanel("next_note")]),
                ],
                heading=_("Next meeting"),
            ),
        ],
        heading=_("Pictures, documents, evaluation"),
    )


def _publication() -> ObjectList:
    return ObjectList(
        [
            HelpPanel(
                heading=_("Before publication"),
                template="practices_pages/admin/before_meeting.html",
            ),
            facts_panel(),
        ],
        heading=_("Publication"),
    )


def _documents() -> InlinePanel:
    return InlinePanel(
        "documents",
        label=_("Document"),
        heading=_("Documents"),
        help_text=_("Each with its purpose and licence."),
    )


def _promote() -> ObjectList:
    return ObjectList(Page.promote_panels, heading=_("Promote"))
