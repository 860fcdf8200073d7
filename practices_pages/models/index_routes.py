"""What else stands below a list of practices than practices: views of the whole list.

Their templates fill themselves with the tags of practice_views_tags, so that nothing here needs
the models of practices.
"""

from django.http import HttpRequest
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path


class PracticeViews(RoutablePageMixin):
    def get_route_paths(self) -> list[str]:
        """What leads on from an old address when the list moves."""
        views = (self.reverse_subpage(name) for name in ("map", "comparison", "similar"))
        return [*super().get_route_paths(), *(f"/{view}" for view in views)]

    @path("mapa/", name="map")
    def map_view(self, request: HttpRequest) -> TemplateResponse:
        return self._view(request, "practices_pages/practice_map.html")

    @path("porownanie/", name="comparison")
    def comparison_view(self, request: HttpRequest) -> TemplateResponse:
        return self._view(request, "practices_pages/comparison.html")

    @path("podobne-jst/", name="similar")
    def similar_view(self, request: HttpRequest) -> TemplateResponse:
        return self._view(request, "practices_pages/similar_units.html")

    def _view(self, request: HttpRequest, template: str) -> TemplateResponse:
        response: TemplateResponse = self.render(request, template=template)
        return response
