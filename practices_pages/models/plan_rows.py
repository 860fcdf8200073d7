"""Rows that belong to plans and their collections: partners and files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from practices_pages.models.documents import DocumentRow


class PlanPartner(Orderable):
    page = ParentalKey(
        "practices_pages.PlanPage", on_delete=models.CASCADE, related_name="partners"
    )
    name = models.CharField(_("name"), max_length=250, blank=True)
    role = models.CharField(_("what the partner does"), max_length=250, blank=True)

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("role")])]

    class Meta(Orderable.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return str(self.name)


class PlanDocument(DocumentRow):
    page = ParentalKey(
        "practices_pages.PlanPage", on_delete=models.CASCADE, related_name="documents"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("document of a plan")
        verbose_name_plural = _("documents of plans")


class PlanCollectionDocument(DocumentRow):
    page = ParentalKey(
        "practices_pages.PlanCollectionPage", on_delete=models.CASCADE, related_name="documents"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("document of a plan collection")
        verbose_name_plural = _("documents of plan collections")


class PlanSource(models.Model):
    """Where an import found a plan, so that a second import knows it again."""

    page = models.ForeignKey(
        "practices_pages.PlanPage", on_delete=models.CASCADE, related_name="sources"
    )
    key = models.CharField(max_length=64, unique=True, editable=False)
    source = models.TextField(_("source"), blank=True)
    basis = models.TextField(_("on what it is based"), blank=True)

    class Meta:
        verbose_name = _("source of a plan")
        verbose_name_plural = _("sources of plans")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.source)
