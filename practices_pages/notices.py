"""Wagtail's notices reach nobody who may no longer see what they are about."""

from typing import Any

from wagtail.admin.mail import (
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
    send_notification,
)
from wagtail.models import Page, WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected

from practices_pages.isolation import may_follow


class TellOfApproval(WorkflowStateApprovalEmailNotifier):
    def get_recipient_users(self, workflow_state: WorkflowState, **kwargs: Any) -> set[Any]:
        return _who_sees(workflow_state, super().get_recipient_users(workflow_state, **kwargs))


class TellOfRejection(WorkflowStateRejectionEmailNotifier):
    def get_recipient_users(self, workflow_state: WorkflowState, **kwargs: Any) -> set[Any]:
        return _who_sees(workflow_state, super().get_recipient_users(workflow_state, **kwargs))


# Kept here: a signal holds its receivers weakly.
APPROVAL = TellOfApproval()
REJECTION = TellOfRejection()


def tell_only_who_sees() -> None:
    """Take the place of Wagtail's notifiers. A second call is safe."""
    for signal, receiver, name in (
        (workflow_approved, APPROVAL, "workflow_state_approved_email_notification"),
        (workflow_rejected, REJECTION, "workflow_state_rejected_email_notification"),
    ):
        # Under Wagtail's own id: whichever of the two apps is ready first, ours stays.
        signal.disconnect(sender=WorkflowState, dispatch_uid=name)
        signal.connect(receiver, sender=WorkflowState, dispatch_uid=name)


def _who_sees(workflow_state: WorkflowState, users: set[Any]) -> set[Any]:
    instance = workflow_state.content_object
    if not isinstance(instance, Page):
        return users
    return {user for user in users if may_follow(user, instance)}


def tell_of_comments(
    page: Page, editor: Any, changes: dict[str, Any], users: list[Any], subscribers: set[int]
) -> None:
    """Write to each of `users` who still sees the page: all of it to subscribers, and to those
    who only took part in a thread what happened in theirs."""
    for user in users:
        if not may_follow(user, page):
            continue
        news = changes if user.pk in subscribers else _of_threads_with(user, changes)
        replied = [
            {"comment": comment, "replies": replies} for comment, replies in news["new_replies"]
        ]
        context = {
            "page": page,
            "editor": editor,
            "new_comments": news["new_comments"],
            "resolved_comments": news["resolved_comments"],
            "deleted_comments": news["deleted_comments"],
            "replied_comments": replied,
        }
        send_notification([user], "updated_comments", context)


def _of_threads_with(user: Any, changes: dict[str, Any]) -> dict[str, Any]:
    def takes_part(comment: Any) -> bool:
        if comment.user_id == user.pk:
            return True
        return bool(comment.replies.filter(user=user).exists())

    return {
        "new_comments": [],
        "deleted_comments": [],
        "resolved_comments": [c for c in changes["resolved_comments"] if takes_part(c)],
        "new_replies": [(c, replies) for c, replies in changes["new_replies"] if takes_part(c)],
    }
