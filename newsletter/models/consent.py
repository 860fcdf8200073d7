"""The proof of consent: versioned clauses and an append-only, hash-chained record of events.

Only newsletter.consent appends. Address and network may be erased later (RODO art. 17): they
enter the hash as salted digests, so erasing value and salt leaves the chain intact.
"""

import hashlib
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what may only be added to."""


# What a person reads: fixed for ever from the first time the clause was shown.
CLAUSE_CONTENT = frozenset({"version", "locale", "consent", "information"})


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Consent events are append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Consent events are append-only.")


class ClauseQuerySet(models.QuerySet["Clause"]):
    def current(self, locale: str) -> "Clause | None":
        """The newest approved version in this language, else the newest draft."""
        versions = self.filter(locale=locale)
        return versions.order_by(IsNull(F("approved_at"), True), "-version").first()

    def update(self, **kwargs: Any) -> int:
        if not CLAUSE_CONTENT.isdisjoint(kwargs):
            raise AppendOnlyError("The wording of a clause changes through save() only.")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(first_shown_at__isnull=False).exists():
            raise AppendOnlyError("A clause that was shown stays.")
        return super().delete()


class Clause(models.Model):
    """One version of the wording of a consent in one language; immutable once shown."""

    version = models.PositiveIntegerField(_("version"))
    locale = models.CharField(_("language"), max_length=10)
    # What stands beside the checkbox, and the full information behind it. Plain text;
    # paragraphs are separated by an empty line.
    consent = models.TextField(_("consent"))
    information = models.TextField(_("information about the processing"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    first_shown_at = models.DateTimeField(_("first shown at"), null=True, blank=True)
    # Until the owner of the site approves it, the form says that the wording is a draft.
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent clause")
        verbose_name_plural = _("consent clauses")
        ordering = ["-version", "locale"]
        constraints = [
            models.UniqueConstraint(fields=["version", "locale"], name="clause_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version}/{self.locale}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        shown = Clause.objects.filter(pk=self.pk, first_shown_at__isnull=False)
        content = {name: getattr(self, name) for name in CLAUSE_CONTENT}
        if shown.exists() and not shown.filter(**content).exists():
            raise AppendOnlyError("A clause that was shown is never changed; make a new version.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.first_shown_at is not None:
            raise AppendOnlyError("A clause that was shown stays.")
        return super().delete(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.approved_at is None

    @property
    def wording(self) -> str:
        """Exactly what a person was shown: it goes into the consent event."""
        return f"{self.consent}\n\n{self.information}"

    @property
    def fingerprint(self) -> str:
        """Says which wording somebody had before their eyes."""
        return hashlib.sha256(self.wording.encode()).hexdigest()


class ConsentEventType(models.TextChoices):
    REQUESTED = "requested", _("asked to subscribe")
    CONFIRMED = "confirmed", _("confirmed by the mailed link")
    TOPICS_CHANGED = "topics_changed", _("changed topics")
    WITHDRAWN = "withdrawn", _("withdrew")
    COMPLAINED = "complained", _("reported as spam")
    BOUNCED = "bounced", _("address stopped working")
    EXPIRED = "expired", _("never confirmed")
    ERASED = "erased", _("erased")
    # The time in which the proof may be needed is over: it stays, without address and network.
    RETIRED = "retired", _("proof no longer needed")


class ConsentEvent(models.Model):
    sequence = models.PositiveBigIntegerField(_("number"), unique=True)
    type = models.CharField(_("event"), max_length=16, choices=ConsentEventType.choices)
    at = models.DateTimeField(_("at"))
    subject_ref = models.UUIDField(_("reference"), db_index=True)
    topics = models.JSONField(_("topics"), default=list)
    clause_version = models.PositiveIntegerField(_("clause version"), null=True)
    # The exact rendered wording in the language the person saw; empty where none was shown.
    wording = models.TextField(_("wording"), blank=True)
    locale = models.CharField(_("language"), max_length=10)
    # How: form, mailed-link, one-click, esp, staff, system; and where: the page's URL or screen.
    method = models.CharField(_("method"), max_length=20)
    form = models.CharField(_("form"), max_length=200, blank=True)
    # Redactable: each value and its salt may be emptied; the digest stays in the chain.
    address = models.CharField(_("address"), max_length=254, blank=True)
    address_salt = models.CharField(max_length=32, blank=True)
    address_digest = models.CharField(max_length=64)
    network = models.CharField(_("network"), max_length=50, blank=True)
    network_salt = models.CharField(max_length=32, blank=True)
    network_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ["-sequence"]
        permissions = [("export_consent", _("Can export consent events"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=ConsentEventType.values), name="consent_event_type_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("Consent events are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Consent events are append-only.")


class ConsentChain(models.Model):
    """One row: the end of the chain. Locking it puts appenders in a queue, and it shows when
    the newest events were cut off."""

    length = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("consent chain")

    def __str__(self) -> str:
        return str(self.length)
