"""Where MEDIA_URL leads: path("media/", include("practices_pages.media_urls"))."""

from django.urls import path

from practices_pages import file_views

urlpatterns = [
    path("<path:name>", file_views.media, name="practices_pages_media"),
]
