"""How our page types hang on Wagtail's page: so that another site's may have the same names."""

from django.db import models
from wagtail.models import Page


def page_link() -> models.OneToOneField[Page, Page]:
    """`page_ptr` whose reverse accessor carries the app's label: many sites have a HomePage."""
    return models.OneToOneField(
        Page,
        parent_link=True,
        on_delete=models.CASCADE,
        related_name="%(app_label)s_%(class)s",
    )
