"""Where an editor makes and withdraws the preview links of one page."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from practices_pages import previews

DAYS = 14


class PreviewForm(forms.Form):
    label = forms.CharField(
        label=_("For whom"),
        max_length=200,
        help_text=_("For example the name of the unit. It is shown above the preview."),
    )
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=previews.LONGEST_DAYS, initial=DAYS
    )


class EditablePageView(WagtailAdminTemplateMixin, View):
    """A view of one page for those who may edit it; everybody else is refused."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page, pk=page_id)
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, **kwargs)


class PreviewsView(EditablePageView):
    """The links of the page; POST makes one and shows its address this one time."""

    template_name = "practices_pages/admin/previews.html"
    page_title = _("Preview links")
    header_icon = "view"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(PreviewForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreviewForm(request.POST)
        if not form.is_valid():
            return self._answer(form)
        _grant, token = previews.create_grant(self.page, by=request.user, **form.cleaned_data)
        # No redirect: the address exists only in this answer and is stored nowhere.
        return self._answer(PreviewForm(), new_link=self._address(token))

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]

    def _answer(self, form: PreviewForm, *, new_link: str = "") -> HttpResponse:
        context = self.get_context_data(
            form=form,
            page=self.page,
            grants=previews.grants_of(self.page),
            new_link=new_link,
            now=timezone.now(),
        )
        response: HttpResponse = self.render_to_response(context)
        response["Cache-Control"] = "no-store, private"
        return response

    def _address(self, token: str) -> str:
        # The reader gets the interface of the page's language, not of the editor's panel.
        with translation.override(self.page.locale.language_code):
            path = reverse("practices_pages:preview", args=[token])
        return self.request.build_absolute_uri(path)


class RevokeView(EditablePageView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, grant_id: int) -> HttpResponse:
        grant = get_object_or_404(previews.grants_of(self.page), pk=grant_id)
        previews.revoke(grant, by=request.user)
        messages.success(request, gettext("The link no longer opens anything."))
        return redirect("practices_pages_previews", self.page.pk)
