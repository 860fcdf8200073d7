"""What goes on the wire: deliveries of announcements, and letters (any other mail).

    QUEUED -> CLAIMED -> SENDING -> ACCEPTED -> DELIVERED | BOUNCED | COMPLAINED
       ^         |          |
       |   lease expired    +-> DEFERRED (next_attempt_at) | REFUSED | UNKNOWN
       +---------+              SKIPPED(reason): somebody left, or the story was taken back

CLAIMED means leased, nothing on the wire: an expired lease goes back to QUEUED. SENDING was
committed before the first byte: an expired one becomes UNKNOWN and no machine sends it again.
Every claim raises the fence, and every later write of that worker is filtered on it.
Only newsletter.announcing changes these rows; every change is a filtered UPDATE.
"""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from newsletter.models.announcement import Announcement
from newsletter.models.subscription import Subscription


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("taken by a worker")
    SENDING = "sending", _("on the wire")
    DEFERRED = "deferred", _("to be tried again")
    ACCEPTED = "accepted", _("accepted by the mail server")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("reported as spam")
    REFUSED = "refused", _("refused by the mail server")
    SKIPPED = "skipped", _("not sent any more")
    UNKNOWN = "unknown", _("outcome unknown")


# What still has to be done, and what a worker holds now.
WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
LEASED = (DeliveryState.CLAIMED, DeliveryState.SENDING)


class SkipReason(models.TextChoices):
    WITHDRAWN = "withdrawn", _("the person withdrew")
    SUPPRESSED = "suppressed", _("the address is suppressed")
    ERASED = "erased", _("the person was erased")
    STORY_WITHDRAWN = "story-withdrawn", _("the practice is not public any more")
    CANCELLED = "cancelled", _("the announcement was cancelled")
    LINK_EXPIRED = "link-expired", _("its link would already be invalid")
    SENT_AGAIN = "sent-again", _("a person had it sent again")


Row = TypeVar("Row", bound="Outgoing", covariant=True)


class OutgoingQuerySet(models.QuerySet[Row]):
    def due(self) -> Self:
        """Waiting, and its time has come (by the database's clock)."""
        return self.filter(state__in=WAITING).filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=Now())
        )

    def stale(self) -> Self:
        """Leased by a worker that is past its lease."""
        return self.filter(state__in=LEASED, lease_until__lt=Now())

    def unfinished(self) -> Self:
        return self.filter(state__in=[*WAITING, *LEASED])


class Outgoing(models.Model):
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    skip_reason = models.CharField(
        _("why not sent"), max_length=16, choices=SkipReason.choices, blank=True
    )
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    # The ESP's own id of the message, and its last answer without any address in it.
    esp_message_id = models.CharField(_("ESP message id"), max_length=255, blank=True)
    answer = models.CharField(_("last answer"), max_length=500, blank=True)

    class Meta:
        abstract = True


class DeliveryQuerySet(OutgoingQuerySet["Delivery"]):
    pass


class LetterQuerySet(OutgoingQuerySet["Letter"]):
    pass


class Delivery(Outgoing):
    # MD5(announcement:subscription:attempt), computed in SQL; every id on the wire follows from it.
    id = models.UUIDField(primary_key=True, editable=False)
    announcement = models.ForeignKey(
        Announcement,
        on_delete=models.PROTECT,
        related_name="deliveries",
        verbose_name=_("announcement"),
    )
    # Empty after the person was erased; the row still counts.
    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("subscription"),
    )
    # Read with every row that is sent.
    PARENTS = ("subscription", "announcement")

    # Raised only by a deliberate re-send to a named person.
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-announcement_id", "id"]
        permissions = [("settle_delivery", _("Can settle deliveries of unknown outcome"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
            models.UniqueConstraint(
                fields=["announcement", "subscription", "attempt"], name="delivery_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SKIPPED) | ~Q(skip_reason=""),
                name="delivery_skipped_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["announcement", "state"], name="delivery_state_idx"),
            # An ESP that does not give our id back names its own.
            models.Index(
                fields=["esp_message_id"],
                name="delivery_esp_id_idx",
                condition=~Q(esp_message_id=""),
            ),
            models.Index(
                fields=["next_attempt_at", "announcement"],
                name="delivery_due_idx",
                condition=Q(state__in=["queued", "deferred"]),
            ),
            models.Index(
                fields=["lease_until"],
                name="delivery_lease_idx",
                condition=Q(state__in=["claimed", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LetterKind(models.TextChoices):
    CONFIRMATION = "confirmation", _("please confirm")
    ALREADY_SUBSCRIBED = "already-subscribed", _("you are subscribed already")
    FRESH_LINK = "fresh-link", _("link to change a subscription")
    NOTICE = "notice", _("notice to staff")


class Letter(Outgoing):
    """Any mail that is no announcement. What goes to a subscription is written when it is sent,
    so no token ever lies in the database; a notice carries its text until it was accepted."""

    id = models.UUIDField(primary_key=True, editable=False)
    # Says what this letter is about; the same key twice is one letter.
    key = models.CharField(_("key"), max_length=150, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    # The sign-up a confirmation belongs to; a newer sign-up makes it pointless.
    sign_up = models.UUIDField(null=True, blank=True)
    locale = models.CharField(_("language"), max_length=10, default="pl")
    to = models.CharField(_("to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)

    PARENTS = ("subscription",)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="letter_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=LetterKind.NOTICE) | Q(subscription__isnull=False),
                name="letter_has_an_addressee",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="letter_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SKIPPED) | ~Q(skip_reason=""),
                name="letter_skipped_has_reason",
            ),
        ]
        indexes = [
            # An ESP that does not give our id back names its own.
            models.Index(
                fields=["esp_message_id"],
                name="letter_esp_id_idx",
                condition=~Q(esp_message_id=""),
            ),
            models.Index(
                fields=["priority", "created_at"],
                name="letter_due_idx",
                condition=Q(state__in=["queued", "deferred"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.id)[:8]}"
