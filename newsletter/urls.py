from django.urls import path

from newsletter import views

app_name = "newsletter"
urlpatterns = [
    path("", views.SignUpView.as_view(), name="sign-up"),
    path("sent/", views.SentView.as_view(), name="sent"),
    path("confirm/<str:token>/", views.ConfirmView.as_view(), name="confirm"),
    path("u/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("manage/<str:token>/", views.ManageView.as_view(), name="manage"),
]
