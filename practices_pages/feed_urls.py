"""Outside of the language prefixes: a feed is in the language of its contents."""

from django.urls import path

from practices_pages import feed_views

app_name = "feeds"
urlpatterns = [
    path("praktyki.atom", feed_views.practices, name="practices"),
    path("filmy.atom", feed_views.films, name="films"),
    path("aktualnosci.atom", feed_views.news, name="news"),
]
