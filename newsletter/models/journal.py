"""What the database knows about the send journal, which lies outside of it (newsletter.journal).

Both rows exist to be compared with files: a database that was restored or copied says so itself.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Instance(models.Model):
    """Which installation this database belongs to; a file beside the journal says the same."""

    # One row: the check constraint allows no other key.
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    ref = models.UUIDField(_("reference"), default=uuid.uuid4, editable=False)
    since = models.DateTimeField(_("since"), auto_now_add=True)
    # A restore locks the sending until a person said what this database is.
    is_restored = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("instance")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_instance")]

    def __str__(self) -> str:
        return str(self.ref)


class JournalWriter(models.Model):
    """How far one file of the journal may be: raised in the transaction that the file records,
    before the file is written. A file that is further belongs to a newer database."""

    name = models.CharField(max_length=80, primary_key=True)
    sequence = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("journal file")

    def __str__(self) -> str:
        return self.name
