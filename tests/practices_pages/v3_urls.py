"""The site's addresses and Wagtail's API v3, which the product itself does not mount."""

from django.urls import path
from wagtail.api.v3.urls import api

from cms.urls import urlpatterns as site_urls

urlpatterns = [path("api/v3-preview/", api.urls), *site_urls]
