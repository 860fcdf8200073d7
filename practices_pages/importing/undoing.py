"""Takes one row back, as far as nobody has worked on the practice since."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction, DeletePagePermissionError
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from practices_pages.importing.planning import page_digest
from practices_pages.models import ImportRow, PracticePage, RowOutcome, RowState

UNDONE = "practices.import_undone"


def undo(row: ImportRow, *, by: object) -> None:
    """Delete what the row created, or bring back the version before it. Notes in `row`, unsaved,
    what was left and why. Call inside a transaction."""
    page = PracticePage.objects.filter(pk=row.page_id).first()
    if page is None:
        row.state, row.reason = RowState.UNDONE, _("The practice is no longer there.")
        return
    if why := _reason_to_leave(page, row, by):
        row.state, row.reason = RowState.LEFT, why
        return
    try:
        with transaction.atomic():
            if row.outcome == RowOutcome.CREATED:
                _delete(page, row, by)
            else:
                _restore(page, row, by)
    except (ValidationError, DeletePagePermissionError) as refused:
        row.state, row.reason = RowState.LEFT, str(refused)
        return
    row.state = RowState.UNDONE


def _reason_to_leave(page: PracticePage, row: ImportRow, by: object) -> str:
    rights = page.permissions_for_user(by) if by is not None else None
    if page_digest(page) != row.page_digest:
        return _("It was changed since.")
    if page.live != (row.is_published or row.was_live):
        return _("It was published or unpublished since.")
    if page.locked:
        return _("The practice is locked.")
    if WorkflowState.objects.for_instance(page).exists():
        return _("It was submitted for review.")
    if page.aliases.exists() or page.wagtail_admin_comments.exists():
        return _("Others have begun to work with it.")
    if row.outcome == RowOutcome.CREATED and rights is not None and not rights.can_delete():
        return _("You may not delete it.")
    if row.is_published and rights is not None and not rights.can_publish():
        return _("You may not take back what is published.")
    if row.outcome == RowOutcome.UPDATED and row.previous_revision is None:
        return _("The version before the import is no longer kept.")
    if row.outcome == RowOutcome.UPDATED and rights is not None and not rights.can_edit():
        return _("You may not change it.")
    return ""


def _delete(page: PracticePage, row: ImportRow, by: object) -> None:
    contact, row.page = row.made_contact, None
    row.made_contact = None
    row.save(update_fields=["page", "made_contact"])
    DeletePageAction(page, user=by).execute(skip_permission_checks=by is None)
    if contact is not None and not contact.practices.exists():
        contact.delete()


def _restore(page: PracticePage, row: ImportRow, by: object) -> None:
    """The version before, as a new one: the history keeps what the import did."""
    before = row.previous_revision
    if before is None:
        return
    if row.is_published and not row.was_live:
        page.unpublish(user=by)
        page.refresh_from_db()
    restored = before.as_object()
    if not page.live:
        # A draft's row is its latest version; that of a live page is what the public reads.
        restored.live = False
        restored.save()
    revision = restored.save_revision(user=by)
    log(
        instance=restored,
        action=UNDONE,
        user=by,
        revision=revision,
        data={"file": row.run.filename, "row": row.number},
    )
    if row.is_published and row.was_live:
        revision.publish(user=by)
    # What the file says is no longer what is here: the next import may bring it again.
    page.sources.update(record_digest="", page_digest=page_digest(restored))
