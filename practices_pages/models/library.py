"""The list of every document and publication of the site."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from practices_pages.catalogue.results import Results
from practices_pages.library import LIBRARY, library_results
from practices_pages.models.catalogue_index import CatalogueIndex
from practices_pages.models.page_link import page_link
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField


class LibraryIndexPage(CatalogueIndex, Page):
    page_ptr = page_link()
    introduction = CleanRichTextField(_("introduction"), features=PAGE_FEATURES, blank=True)

    catalogue = LIBRARY
    subpage_types = ["practices_pages.PublicationPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")

    def results_for(self, request: HttpRequest) -> Results:
        return library_results(self.asked(request))
