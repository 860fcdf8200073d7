"""Stories, the announcements that carry them, and who was told.

    HELD -> READY -> OPEN -> DONE     READY/OPEN <-> PAUSED     HELD/READY/OPEN/PAUSED -> CANCELLED

HELD waits for a person, READY for its undo window, OPEN has its audience frozen and is being
delivered. Only newsletter.announcing changes these rows.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.models.subscription import Subscription


class Story(models.Model):
    """A frozen snapshot of what is announced: plain text, so no foreign HTML gets in."""

    key = models.CharField(_("key"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=30)
    title = models.CharField(_("title"), max_length=255)
    lead = models.TextField(_("lead"), blank=True)
    url = models.URLField(_("address"), max_length=500)
    image_url = models.URLField(max_length=500, blank=True)
    image_alt = models.CharField(max_length=255, blank=True)
    # A line above the title: who it comes from ("Gmina Wzorowice, wielkopolskie").
    origin = models.CharField(_("origin"), max_length=255, blank=True)
    published_at = models.DateTimeField(_("published at"))
    # Not public any more: nobody else is told, until it is announced again.
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["published_at", "id"]

    def __str__(self) -> str:
        return self.title


class StoryFacet(models.Model):
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="facets")
    topic = models.CharField(_("topic"), max_length=100)

    class Meta:
        verbose_name = _("facet")
        constraints = [models.UniqueConstraint(fields=["story", "topic"], name="facet_once")]

    def __str__(self) -> str:
        return self.topic


class AnnouncementState(models.TextChoices):
    HELD = "held", _("waiting for release")
    READY = "ready", _("in the undo window")
    OPEN = "open", _("being sent")
    DONE = "done", _("finished")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")


class Announcement(models.Model):
    ref = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=AnnouncementState.choices)
    stories = models.ManyToManyField(
        Story, through="AnnouncementStory", related_name="announcements", verbose_name=_("stories")
    )
    # True while further stories may still join this letter; at most one announcement collects.
    is_collecting = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    release_at = models.DateTimeField(_("opens at"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # Counted when the audience was frozen; the deliveries must add up to it for ever.
    entitled = models.PositiveIntegerField(_("audience"), default=0)
    # The last deliberate act on it: who, when, why. Earlier ones are in Wagtail's log.
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acted by"),
    )
    acted_at = models.DateTimeField(_("acted at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-created_at", "-id"]
        permissions = [("control_announcement", _("Can release, pause and cancel announcements"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AnnouncementState.values), name="announcement_state_known"
            ),
            models.UniqueConstraint(
                fields=["is_collecting"],
                condition=Q(is_collecting=True),
                name="one_collecting_announcement",
            ),
            models.CheckConstraint(
                condition=Q(is_collecting=False) | Q(state__in=["held", "ready"]),
                name="only_unopened_announcements_collect",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)[:8]


class AnnouncementStory(models.Model):
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE)
    story = models.ForeignKey(Story, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("announced story")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "story"], name="story_once_per_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}/{self.story_id}"


class Told(models.Model):
    """This person was told this story, or is being told it: "once" across announcements."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="told")
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="told")
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="told")

    class Meta:
        verbose_name = _("told")
        constraints = [models.UniqueConstraint(fields=["subscription", "story"], name="told_once")]
        indexes = [models.Index(fields=["announcement", "subscription"], name="told_letter_idx")]

    def __str__(self) -> str:
        return f"{self.subscription_id}/{self.story_id}"
