"""An index page whose content is a catalogue: its address carries the visitor's filters."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practices_pages.catalogue.filters import Catalogue
from practices_pages.catalogue.listing import pages_of, results
from practices_pages.catalogue.results import Results
from practices_pages.models.public_page import Mixin


class CatalogueIndex(Mixin):
    """Stands before Page among the bases. The template gets `results`, counted when it asks."""

    catalogue: ClassVar[Catalogue]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["results"] = SimpleLazyObject(lambda: self.results_for(request))
        # Each state has one address, however it was asked for.
        context["canonical_query"] = SimpleLazyObject(lambda: context["results"].state.query)
        return context

    def results_for(self, request: HttpRequest) -> Results:
        pages = pages_of(self.catalogue, within=self)
        return results(self.catalogue, self.asked(request), pages=pages)

    def asked(self, request: HttpRequest) -> dict[str, list[str]]:
        # The panel's preview has parameters of its own.
        return {} if getattr(request, "is_preview", False) else dict(request.GET.lists())
