"""A subscription: one address, its topics, its state. And the addresses nobody may write to.

    PENDING --confirm--> CONFIRMED --withdraw--> WITHDRAWN --sign up anew--> PENDING

Only newsletter.consent changes these rows. Nothing here ever shows an address by itself:
Wagtail's log stores str(instance).
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _


class SuppressionReason(models.TextChoices):
    COMPLAINT = "complaint", _("reported as spam")
    BOUNCE = "bounce", _("address does not exist")
    ERASED = "erased", _("erased at the person's request")
    STAFF = "staff", _("blocked by staff")


class Suppression(models.Model):
    """A keyed hash of an address not to be written to; lifted only by that person's own new
    double opt-in."""

    address_hash = models.CharField(_("address hash"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason.choices)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=SuppressionReason.values), name="suppression_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.address_hash[:8]}"


class SubscriptionState(models.TextChoices):
    PENDING = "pending", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def mailable(self) -> Self:
        """Confirmed, and not suppressed. A suppression outranks consent."""
        suppressed = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
        return self.filter(state=SubscriptionState.CONFIRMED).exclude(Exists(suppressed))


class Subscription(models.Model):
    # A pseudonym that links and consent events carry; it outlives the row.
    ref = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    address = models.EmailField(_("address"), max_length=254)
    # HMAC of the canonical address under NEWSLETTER_SUPPRESSION_KEY: one row per address, and
    # the suppression list joins on it.
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    locale = models.CharField(_("language"), max_length=10, default="pl")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SubscriptionState.choices,
        default=SubscriptionState.PENDING,
    )
    # Changes with every sign-up, so that an older confirmation link stops working.
    sign_up = models.UUIDField(default=uuid.uuid4, editable=False)
    requested_at = models.DateTimeField(_("requested at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-requested_at", "-id"]
        permissions = [
            ("view_address", _("Can see addresses of subscriptions")),
            ("export_subscription", _("Can export subscriptions")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SubscriptionState.values), name="subscription_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=SubscriptionState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="subscription_confirmed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubscriptionState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="subscription_withdrawn_has_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "requested_at"], name="subscription_state_idx")]

    def __str__(self) -> str:
        return str(self.ref)


class SubscriptionTopic(models.Model):
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(_("topic"), max_length=100)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["topic"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "topic"], name="topic_once"),
        ]
        indexes = [models.Index(fields=["topic", "subscription"], name="topic_idx")]

    def __str__(self) -> str:
        return self.topic
