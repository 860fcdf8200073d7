"""Where else the publishers of the site can be read and watched."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="link")
class SiteLinks(BaseSiteSetting):
    channel_url = models.URLField(
        _("channel with films"),
        max_length=500,
        blank=True,
        help_text=_("Shown on the list of films and among the sources of collections."),
    )
    channel_name = models.CharField(_("name of the channel"), max_length=200, blank=True)
    partner_url = models.URLField(
        _("site of the partner"),
        max_length=500,
        blank=True,
        help_text=_("Another body that publishes good practices; shown among the sources."),
    )
    partner_name = models.CharField(_("name of the partner"), max_length=200, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("channel_url"), FieldPanel("channel_name")], heading=_("Channel")
        ),
        MultiFieldPanel(
            [FieldPanel("partner_url"), FieldPanel("partner_name")], heading=_("Partner")
        ),
    ]

    class Meta:
        verbose_name = _("links of the site")
        verbose_name_plural = _("links of the site")
