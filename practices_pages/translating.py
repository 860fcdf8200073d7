"""What a translated page keeps of the page it was made from, besides its content.

Each language has a tree of its own, where no group has any right yet. Wagtail itself copies what
is private.
"""

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from wagtail.models import GroupPagePermission, Page, WorkflowPage
from wagtail.signals import copy_for_translation_done


@receiver(copy_for_translation_done)
def keep_rights(source_obj: Any, target_obj: Any, **_kwargs: Any) -> None:
    """Whoever writes and reviews the source does so with its translation."""
    if not isinstance(target_obj, Page):
        return
    with transaction.atomic():
        for right in GroupPagePermission.objects.filter(page=source_obj.pk):
            GroupPagePermission.objects.get_or_create(
                group_id=right.group_id, page_id=target_obj.pk, permission_id=right.permission_id
            )
        if workflow := WorkflowPage.objects.filter(page=source_obj.pk).first():
            WorkflowPage.objects.get_or_create(
                page_id=target_obj.pk, defaults={"workflow_id": workflow.workflow_id}
            )
