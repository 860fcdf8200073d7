from django.urls import path

from practices_pages import search_views

app_name = "search"
urlpatterns = [
    path("suggest/", search_views.suggestions, name="suggest"),
]
