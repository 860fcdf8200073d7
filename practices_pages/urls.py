from django.urls import path

from practices_pages import views

app_name = "practices_pages"
urlpatterns = [
    path("<str:token>/", views.preview, name="preview"),
]
