"""What the site remembers about its own clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TickStep(models.Model):
    """One step of the tick and how it went last; cms.ticking writes it. The row of an exclusive
    step is also its lock: whoever dies holding it loses it with the transaction."""

    name = models.CharField(_("step"), max_length=60, unique=True)
    finished_at = models.DateTimeField(_("last finished at"), null=True)
    failed_at = models.DateTimeField(_("failed at"), null=True)
    # Class of the error and never its text, which may hold anything; the log has the rest.
    error = models.CharField(_("error"), max_length=100, blank=True)
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("step of the tick")
        verbose_name_plural = _("steps of the tick")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
