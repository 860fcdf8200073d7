"""The screens of the second factor: no script is needed, and what is shown once is not cached."""

import math
from base64 import b32encode
from io import BytesIO
from typing import Any

import segno
from django.contrib.auth import authenticate, get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_otp import login as verify_session
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms import second_factor, sessions
from cms.second_factor import Debt, GuessesMustWait, debt_of
from cms.second_factor_forms import AgainForm, CodeForm, SetUpForm

PENDING_KEY = "cms_pending_key"


def next_address(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of this panel."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    home = reverse("wagtailadmin_home")
    is_ours = url_has_allowed_host_and_scheme(asked, None) and asked.startswith(home)
    return asked if is_ours else home


def verify(request: HttpRequest, device: Device) -> None:
    verify_session(request, device)
    # Whoever knew the session before must not have it afterwards.
    request.session.cycle_key()
    rotate_token(request)
    sessions.prove(request)


class ScreenView(View):
    """One form alone on the screen, like the one for signing in."""

    template_name = ""

    def show(
        self, *, form: Any = None, status: int = 200, wait: int = 0, **context: Any
    ) -> HttpResponse:
        context |= {"form": form, "next": next_address(self.request), "wait": wait}
        answer = render(self.request, self.template_name, context, status=status)
        add_never_cache_headers(answer)
        if wait:
            answer["Retry-After"] = str(wait)
        return answer

    def check(self, form: Any) -> Device | HttpResponse:
        """The device that accepts the code of the form, or the answer that says why none does."""
        try:
            device = second_factor.check_code(self.request.user, form.cleaned_data["code"])
        except GuessesMustWait as guesses:
            wait = max(1, math.ceil((guesses.until - timezone.now()).total_seconds()))
            return self.show(form=form, status=429, wait=wait)
        if device is None:
            form.add_error("code", gettext("This code is not right, or it was used already."))
            return self.show(form=form, status=422)
        return device


class FreshView(View):
    """Keys are only changed by somebody who showed who they are within the last minutes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sessions.is_fresh(request):
            back = request.path if request.method == "GET" else reverse("cms_second_factor")
            return redirect(f"{reverse('cms_second_factor_again')}?{urlencode({'next': back})}")
        return super().dispatch(request, *args, **kwargs)


class CodeView(ScreenView):
    template_name = "cms/second_factor/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if debt_of(request) is not Debt.CODE:
            return redirect(next_address(request))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        device = self.check(form)
        if isinstance(device, HttpResponse):
            return device
        verify(request, device)
        left = second_factor.codes_left(request.user)
        if not isinstance(device, TOTPDevice):
            messages.warning(
                request, gettext("Recovery codes left: %(left)d. Make new ones.") % {"left": left}
            )
        return redirect(next_address(request))


class AgainView(ScreenView):
    """Sign in once more before changing keys: the password, and a code where there is a device."""

    template_name = "cms/second_factor/again.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=AgainForm(asks_code=self._asks_code()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgainForm(request.POST, asks_code=self._asks_code())
        if not form.is_valid():
            return self.show(form=form, status=422)
        user: Any = request.user
        password = form.cleaned_data["password"]
        if authenticate(request, username=user.get_username(), password=password) != user:
            form.add_error("password", gettext("This is not your password."))
            return self.show(form=form, status=422)
        if self._asks_code():
            device = self.check(form)
            if isinstance(device, HttpResponse):
                return device
        request.session.cycle_key()
        sessions.prove(request)
        return redirect(next_address(request))

    def _asks_code(self) -> bool:
        return bool(second_factor.apps_of(self.request.user).exists())


class SetUpView(FreshView, ScreenView):
    template_name = "cms/second_factor/set_up.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(SetUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SetUpForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        key, name = pending_key(request), form.cleaned_data["name"]
        device = second_factor.add_app(
            request.user, key=key, name=name, typed=form.cleaned_data["code"]
        )
        if device is None:
            form.add_error("code", gettext("This code is not right. Wait for the next one."))
            return self._show(form, status=422)
        del request.session[PENDING_KEY]
        verify(request, device)
        if second_factor.codes_left(request.user):
            messages.success(request, gettext("The app was added."))
            return redirect("cms_second_factor")
        return show_codes(self, is_first=True)

    def _show(self, form: SetUpForm, status: int = 200) -> HttpResponse:
        key = b32encode(bytes.fromhex(pending_key(self.request))).decode()
        groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        must = debt_of(self.request) is Debt.SET_UP
        return self.show(form=form, status=status, key=groups, must=must)


def pending_key(request: HttpRequest) -> str:
    """The key that is being set up: kept in the session until it has shown a right code."""
    if PENDING_KEY not in request.session:
        request.session[PENDING_KEY] = random_hex()
    return str(request.session[PENDING_KEY])


class QRView(FreshView):
    def get(self, request: HttpRequest) -> HttpResponse:
        if PENDING_KEY not in request.session:
            raise Http404
        address = TOTPDevice(user=request.user, key=pending_key(request)).config_url
        picture = BytesIO()
        segno.make(address, error="m").save(picture, kind="svg", scale=5, dark="#000", light="#fff")
        answer = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        add_never_cache_headers(answer)
        return answer


def show_codes(view: ScreenView, *, is_first: bool) -> HttpResponse:
    view.template_name = "cms/second_factor/codes.html"
    return view.show(codes=second_factor.new_recovery_codes(view.request.user), is_first=is_first)


class RecoveryCodesView(FreshView, ScreenView):
    """New codes for old; shown in this one answer."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not second_factor.apps_of(request.user).exists():
            return redirect("cms_second_factor")
        return show_codes(self, is_first=False)


class CodesFileView(View):
    """The codes just shown as a file: sent back by the page, so they are stored nowhere."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        codes = request.POST.getlist("code")[: second_factor.CODES]
        if not second_factor.are_codes_of(request.user, codes):
            raise Http404
        lines = [gettext("Recovery codes for signing in. Each works once."), "", *codes, ""]
        answer = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="kody-zapasowe.txt"'
        add_never_cache_headers(answer)
        return answer


class DevicesView(FreshView, WagtailAdminTemplateMixin, View):
    """One's own apps and codes."""

    template_name = "cms/second_factor/devices.html"
    page_title = _("Second factor")
    header_icon = "lock"

    def get(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        answer: HttpResponse = self.render_to_response(
            self.get_context_data(
                apps=second_factor.apps_of(user),
                codes_left=second_factor.codes_left(user),
                most=second_factor.MOST_APPS,
            )
        )
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        account = {"url": reverse("wagtailadmin_account"), "label": gettext("Account")}
        here = {"url": "", "label": self.get_page_title()}
        return [*super().get_breadcrumbs_items(), account, here]


class RemoveAppView(FreshView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        device = get_object_or_404(second_factor.apps_of(request.user), pk=pk)
        second_factor.remove_app(device, request=request)
        messages.success(request, gettext("The app was removed."))
        return redirect("cms_second_factor")


class PersonView(FreshView, WagtailAdminTemplateMixin, View):
    """For an administrator: take the second factor of somebody who lost the telephone."""

    template_name = "cms/second_factor/person.html"
    page_title = _("Second factor")
    header_icon = "lock"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm("auth.change_user"):
            raise PermissionDenied
        self.person = get_object_or_404(get_user_model(), pk=kwargs["pk"])
        if self.person.is_superuser and not user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        apps = second_factor.apps_of(self.person).count()
        context = self.get_context_data(person=self.person, apps=apps)
        answer: HttpResponse = self.render_to_response(context)
        return answer

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.person == request.user:
            return redirect("cms_second_factor")
        second_factor.remove_everything(self.person, by=request.user)
        messages.success(request, gettext("The second factor was removed and all sessions ended."))
        return redirect("wagtailusers_users:index")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        users = {"url": reverse("wagtailusers_users:index"), "label": gettext("Users")}
        here = {"url": "", "label": self.get_page_title()}
        return [*super().get_breadcrumbs_items(), users, here]
