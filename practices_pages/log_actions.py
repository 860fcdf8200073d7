"""Lines that this app writes into Wagtail's log: page history and the site-wide report."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from practices_pages.gate import ARCHIVAL, MINOR_CORRECTION, OVERRIDE
from practices_pages.importing.undoing import UNDONE
from practices_pages.importing.writing import IMPORTED
from practices_pages.moderating import CHANGED as MODERATORS_CHANGED
from practices_pages.publishing import SCHEDULE_REFUSED
from practices_pages.workflows import INSTALLED


class WithNote(LogFormatter):
    """The action's name and the note that was given as its reason."""

    def format_message(self, log_entry: Any) -> str:
        return _("%(action)s. Reason: %(note)s") % {
            "action": self.label,
            "note": log_entry.data.get("note", ""),
        }


class MinorCorrection(WithNote):
    label = gettext_lazy("Minor correction published without a second person")


class ArchivalDescription(WithNote):
    label = gettext_lazy("Archival description published without a second person")


class Override(WithNote):
    label = gettext_lazy("Published or approved by an administrator without a second person")


class ScheduleRefused(LogFormatter):
    label = gettext_lazy("Scheduled publication refused")

    def format_message(self, log_entry: Any) -> str:
        return _("The scheduled publication was refused. %(problems)s") % {
            "problems": log_entry.data.get("problems", "")
        }


class Imported(LogFormatter):
    label = gettext_lazy("Imported")

    def format_message(self, log_entry: Any) -> str:
        return " ".join(
            [
                _("Imported from “%(file)s”, row %(row)s.")
                % {"file": log_entry.data.get("file", ""), "row": log_entry.data.get("row", "")},
                *log_entry.data.get("remarks", []),
            ]
        )


class ImportUndone(LogFormatter):
    label = gettext_lazy("Import undone")

    def format_message(self, log_entry: Any) -> str:
        return _("The import of “%(file)s”, row %(row)s, was undone.") % {
            "file": log_entry.data.get("file", ""),
            "row": log_entry.data.get("row", ""),
        }


class ModeratorsChanged(LogFormatter):
    label = gettext_lazy("Group of moderators changed")

    def format_message(self, log_entry: Any) -> str:
        return _("The group “%(group)s” moderates this network.") % {
            "group": log_entry.data.get("group", "")
        }


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    for name, formatter in (
        (MINOR_CORRECTION, MinorCorrection),
        (ARCHIVAL, ArchivalDescription),
        (OVERRIDE, Override),
        (SCHEDULE_REFUSED, ScheduleRefused),
        (IMPORTED, Imported),
        (UNDONE, ImportUndone),
        (MODERATORS_CHANGED, ModeratorsChanged),
    ):
        actions.register_action(name)(formatter)
    actions.register_action(
        INSTALLED,
        gettext_lazy("Set up the workflow"),
        gettext_lazy("The editorial workflow was set up"),
    )
