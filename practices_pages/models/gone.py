"""Addresses at which there once was a page for everybody: they answer 410 instead of 404."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

LONGEST_PATH = 500


class GoneAddress(models.Model):
    site: Any = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(_("address"), max_length=LONGEST_PATH)
    gone_at = models.DateTimeField(_("gone since"), default=timezone.now)

    class Meta:
        verbose_name = _("address of a withdrawn page")
        verbose_name_plural = _("addresses of withdrawn pages")
        constraints = [
            models.UniqueConstraint(fields=["site", "path"], name="practices_pages_gone_once")
        ]

    def __str__(self) -> str:
        return str(self.path)
