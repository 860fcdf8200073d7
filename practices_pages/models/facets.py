"""What the catalogues filter, count and sort by: derived from live pages, never a source.

Written by catalogue/indexing.py alone. Whether a page is public is not written here: it is asked
when the page is looked for.
"""

from django.db import models
from wagtail.models import Page


class CatalogueEntry(models.Model):
    """A live page of a catalogue, with its sort keys and what it was derived from."""

    page = models.OneToOneField(
        Page, primary_key=True, on_delete=models.CASCADE, related_name="catalogue_entry"
    )
    catalogue = models.CharField(max_length=20)
    # Bytes, so that no database puts its own collation on top.
    sort_title = models.BinaryField(max_length=200)
    sort_number = models.SmallIntegerField(null=True)
    # The publication it was derived from; another one makes the entry outdated.
    published_at = models.DateTimeField(null=True)
    # Empty: something it was derived from has changed.
    checked_at = models.DateTimeField(null=True, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.catalogue} {self.page_id}"


class FacetValue(models.Model):
    """One value that a live page has in one filter of its catalogue."""

    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="facet_values", db_index=False
    )
    catalogue = models.CharField(max_length=20)
    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=255)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["page", "facet", "value"], name="facet_value_stands_once"
            ),
        ]
        indexes = [
            models.Index(fields=["catalogue", "facet", "value", "page"], name="facet_value_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.facet}={self.value}"
