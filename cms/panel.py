"""What Wagtail's panel leaves open for the people who sign in to it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail's field has no label of its own, so it says "Password" in every language.
        self.fields["password"].label = _("Password")


class TellSignedOutEditors:
    """Answer an autosave without a session in words; Wagtail redirects it and nobody notices."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method == "POST"
            and request.headers.get("Accept") == "application/json"
            and request.path.startswith(reverse("wagtailadmin_home"))
            and not request.user.is_authenticated
        ):
            # The editor's script shows our words only with a code it knows.
            told = {"success": False, "error_code": "locked", "error_message": signed_out()}
            return JsonResponse(told, status=400)
        return self.get_response(request)


def signed_out() -> str:
    # Signing in elsewhere changes the CSRF token, so this page could not save even then.
    return gettext(
        "You are signed out, so nothing is saved. Copy what you changed last, then sign in again."
    )
