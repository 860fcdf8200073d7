"""That something changed which the public sees: what is kept of pages was made before it."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def some_number() -> int:
    return secrets.randbits(40)  # A million of them add up to less than a database's integer.


class PublicChange(models.Model):
    """One row for each change, so that nobody waits for anybody: a counter would be one row that
    every publication has to lock.

    The sum of the numbers says which changes there are. They are random, so that it never comes
    back: neither when rows become visible in another order than they were written, nor when they
    are thrown away, nor in a database that was restored from yesterday.
    """

    # What changed: the name of a page type, or EVERYTHING.
    family = models.CharField(_("what changed"), max_length=100)
    number = models.BigIntegerField(_("number"), default=some_number)

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")
        default_permissions = ()
        indexes = [models.Index(fields=["family", "number"], name="public_change_family")]

    def __str__(self) -> str:
        return f"{self.family} {self.number}"
