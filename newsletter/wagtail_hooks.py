"""What the newsletter adds to Wagtail's admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from newsletter.admin import NewsletterGroup

ACTIONS = [
    ("release", _("Release"), _("Released")),
    ("pause", _("Pause"), _("Paused")),
    ("resume", _("Resume"), _("Resumed")),
    ("cancel", _("Cancel"), _("Cancelled")),
    ("settle_accepted", _("Consider it accepted"), _("Considered accepted")),
    ("settle_again", _("Send again"), _("Sent again")),
    ("withdraw", _("Withdraw"), _("Withdrawn by staff")),
    ("erase", _("Erase"), _("Erased by staff")),
    ("suppress", _("Block"), _("Address blocked by staff")),
    ("new_clause", _("New version"), _("New version of the clause")),
    ("approve_clause", _("Approve"), _("Clause approved")),
]


@hooks.register("register_log_actions")
def register_newsletter_log_actions(actions: Any) -> None:
    for name, label, message in ACTIONS:
        actions.register_action(f"newsletter.{name}", label, message)


modeladmin_register(NewsletterGroup)
