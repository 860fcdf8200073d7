"""In the place of wagtail.documents.urls: path("documents/", include(this))."""

from django.urls import path, re_path
from wagtail.documents.views.serve import authenticate_with_password

from practices_pages import file_views

# The names are Wagtail's: its models and templates ask for addresses by them.
urlpatterns = [
    re_path(r"^(\d+)/(.*)$", file_views.document, name="wagtaildocs_serve"),
    path(
        "authenticate_with_password/<int:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
]
