"""Preview grants: one revision, shown without an account, until it expires or is revoked.

The token leaves this module once, to the person who made the link; only its hash is stored.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision

from practices_pages.models import PreviewGrant

LONGEST_DAYS = 60
TOKEN_BYTES = 32


class PreviewUnavailable(Exception):
    """No revision can be shown. `has_ended` tells a link that once worked from a wrong one."""

    def __init__(self, *, has_ended: bool) -> None:
        super().__init__("ended" if has_ended else "unknown")
        self.has_ended = has_ended


def create_grant(page: Page, *, by: Any, label: str, days: int) -> tuple[PreviewGrant, str]:
    """Make a link to the page's latest revision; whether `by` may is the caller's question.

    Raises ValueError when `days` is not between 1 and LONGEST_DAYS.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"a preview link lasts from 1 to {LONGEST_DAYS} days")
    revision = page.latest_revision or page.specific.save_revision(user=by, changed=False)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    grant = PreviewGrant.objects.create(
        revision=revision,
        token_hash=_hash(token),
        label=label,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    _log(page, "practices_pages.preview_create", grant, by)
    return grant, token


def open_grant(token: str) -> PreviewGrant:
    """The grant behind a token, with its revision. Raises PreviewUnavailable."""
    grant = PreviewGrant.objects.filter(token_hash=_hash(token)).select_related("revision").first()
    if grant is None:
        raise PreviewUnavailable(has_ended=False)
    if grant.revoked_at is not None or grant.expires_at <= timezone.now():
        raise PreviewUnavailable(has_ended=True)
    return grant


def file_key(grant: PreviewGrant) -> str:
    """What a preview adds to the addresses of its files. It opens them as long as the grant lasts,
    and it is not the token: whoever copies the address of a picture gets no page."""
    return _signer().sign(str(grant.pk))


def shows(key: str, file: Any) -> bool:
    """Whether `key` belongs to a grant that still lasts and whose revision uses this file."""
    try:
        pk = _signer().unsign(key)
    except signing.BadSignature:
        return False
    grant = PreviewGrant.objects.filter(
        pk=pk, revoked_at=None, expires_at__gt=timezone.now()
    ).select_related("revision")
    wanted = (ContentType.objects.get_for_model(file).pk, str(file.pk))
    return any(wanted in _files_of(one.revision) for one in grant)


def revoke(grant: PreviewGrant, *, by: Any) -> None:
    """End the link now. A second call changes nothing."""
    now = timezone.now()
    if PreviewGrant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now):
        grant.revoked_at = now
        _log(grant.revision.content_object, "practices_pages.preview_revoke", grant, by)


def grants_of(page: Page) -> QuerySet[PreviewGrant]:
    """Every link to any revision of the page, the newest first."""
    revisions = Revision.page_revisions.filter(object_id=str(page.pk))
    grants = PreviewGrant.objects.filter(revision__in=revisions)
    return grants.select_related("revision", "created_by")


def _signer() -> signing.Signer:
    return signing.Signer(salt="practices_pages.preview_files", sep=".")


def _files_of(revision: Revision) -> set[tuple[int, str]]:
    # The index itself knows only what is in the tables, and a draft is not.
    references = ReferenceIndex._extract_references_from_object(revision.as_object())
    return {(type_pk, pk) for type_pk, pk, _model_path, _content_path in references}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _log(page: Page, action: str, grant: PreviewGrant, by: Any) -> None:
    data = {"grant": grant.pk, "revision": grant.revision_id}
    log(instance=page.specific, action=action, user=by, revision=grant.revision, data=data)
