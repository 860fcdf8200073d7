"""Who belongs to which unit, and which units the latest version of a practice names.

From these two tables isolation.py knows whose drafts a person may see.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from practices_pages.models.units import LocalGovernmentUnit


class MembershipRole(models.TextChoices):
    """Both write the unit's drafts and submit them; a coordinator also deletes and moves them."""

    AUTHOR = "author", _("author")
    COORDINATOR = "coordinator", _("coordinator of the unit")


class UnitMembershipQuerySet(models.QuerySet["UnitMembership"]):
    def current(self, on: date | None = None) -> "UnitMembershipQuerySet":
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class UnitMembership(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="unit_memberships",
        limit_choices_to={"is_active": True},
    )
    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=MembershipRole.choices,
        default=MembershipRole.AUTHOR,
        help_text=_(
            "Both write and submit the unit's practices; "
            "a coordinator also deletes and moves its drafts."
        ),
    )
    since = models.DateField(_("member since"), default=timezone.localdate)
    until = models.DateField(
        _("member until"),
        null=True,
        blank=True,
        help_text=_("The first day without access: today's date ends it at once."),
    )

    objects = UnitMembershipQuerySet.as_manager()

    panels = [
        FieldPanel("user"),
        FieldPanel("unit"),
        FieldPanel("role"),
        FieldRowPanel([FieldPanel("since"), FieldPanel("until")]),
    ]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["unit__name", "unit__code", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "unit"], name="one_membership_of_a_unit"),
            # Equal days: a membership that was a mistake never counted.
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.unit}"

    @property
    def is_current(self) -> bool:
        day = timezone.localdate()
        return self.since <= day and (self.until is None or day < self.until)


class DraftUnit(models.Model):
    """A unit that the latest version of a page names.

    The page's own rows hold what was published last, and its versions are JSON: neither can be
    asked whose draft it is.
    """

    page = models.ForeignKey(
        "practices_pages.PracticePage", on_delete=models.CASCADE, related_name="draft_units"
    )
    unit = models.ForeignKey(
        LocalGovernmentUnit, on_delete=models.CASCADE, related_name="draft_units"
    )

    class Meta:
        verbose_name = _("unit of a draft")
        verbose_name_plural = _("units of drafts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["page", "unit"], name="draft_names_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.unit_id}"

    # Wagtail's usage report would count every practice twice.
    wagtail_reference_index_ignore = True

    @staticmethod
    def follow(page: Any, unit_ids: Iterable[int]) -> None:
        """Make the rows of `page` say what its latest version says. A second call is safe."""
        wanted = set(unit_ids)
        rows = DraftUnit.objects.filter(page_id=page.pk)
        known = set(rows.values_list("unit_id", flat=True))
        if gone := known - wanted:
            rows.filter(unit_id__in=gone).delete()
        DraftUnit.objects.bulk_create(
            [DraftUnit(page_id=page.pk, unit_id=unit_id) for unit_id in sorted(wanted - known)],
            ignore_conflicts=True,
        )
