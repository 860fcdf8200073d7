"""What an ESP told us already: a webhook, and each event in it, counts once."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SeenWebhook(models.Model):
    # A digest: what the ESP calls an event, or the request's signature, says nothing to a reader.
    digest = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(_("seen at"), db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("seen webhook")
        verbose_name_plural = _("seen webhooks")

    def __str__(self) -> str:
        return self.digest[:12]
