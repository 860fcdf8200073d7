"""Pages as files: path("pliki/", include("practices_pages.take_away_urls")).

A site that counts how often somebody asks gives the views a `may_make`, as cms/limits.py does.
"""

from django.urls import path

from practices_pages import take_away

urlpatterns = [
    path("<str:name>.pdf", take_away.page_pdf, name="practices_pages_pdf"),
    path("<str:name>.zip", take_away.page_zip, name="practices_pages_zip"),
]
