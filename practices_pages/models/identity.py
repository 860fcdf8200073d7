"""Permanent ids of practices. A number is given once and never again, even after deletion.

They live in a table of their own: an alias and a translation share the id of their source, so
it cannot be a unique column of the page.
"""

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

ATTEMPTS = 20


class PracticeIdentity(models.Model):
    number = models.PositiveIntegerField(_("number"), unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("permanent id")
        verbose_name_plural = _("permanent ids")
        default_permissions = ()

    def __str__(self) -> str:
        return self.pid

    @property
    def pid(self) -> str:
        return f"DP-{self.number:04d}"

    @classmethod
    def allocate(cls) -> "PracticeIdentity":
        """The next free number. Two at once get two numbers: the unique column decides."""
        for attempt in range(ATTEMPTS):
            highest = cls.objects.aggregate(highest=Max("number"))["highest"] or 0
            try:
                with transaction.atomic():
                    return cls.objects.create(number=highest + 1)
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")
