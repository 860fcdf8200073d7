"""What the screens share: every view asks for its own permissions, on every method.

Nothing changes on GET: an act is a page that asks, and a POST with a token that does.
"""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from newsletter.errors import NewsletterError, NotMailable

VIEW_ADDRESS = "newsletter.view_address"
Text = str | Promise


class Guarded:
    """Refuses whoever lacks one of `permissions`, before anything is read."""

    screen: Any = None
    permissions: tuple[str, ...] = ()
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.permissions or not self.has_perms(*self.permissions):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # of the view beside it
        return response

    def has_perms(self, *names: str) -> bool:
        return all(self.request.user.has_perm(name) for name in names)

    @property
    def staff(self) -> AbstractBaseUser:
        """Whoever acts; only after `dispatch` let them in."""
        return cast(AbstractBaseUser, self.request.user)

    @property
    def sees_addresses(self) -> bool:
        return self.has_perms(VIEW_ADDRESS)

    def get_header_icon(self) -> str:
        return str(self.screen.get_menu_icon())


class ScreenView(Guarded, WagtailAdminTemplateMixin, TemplateView):
    """A page below a list."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.screen.url("index"), "label": self.screen.get_menu_label()},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class ObjectView(ScreenView):
    """A page about one row."""

    @cached_property
    def object(self) -> Any:
        return get_object_or_404(self.rows(), pk=self.kwargs["pk"])

    def rows(self) -> QuerySet[Any]:
        model: type[Model] = self.screen.model
        return model._default_manager.all()

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(object=self.object, **kwargs)


class DetailView(ObjectView):
    """Facts of one row, and below them what the template adds."""

    template_name = "newsletter/admin/detail.html"

    def get_page_title(self) -> str:
        return str(capfirst(self.screen.opts.verbose_name))

    def facts(self) -> list[tuple[Text, Any]]:
        raise NotImplementedError

    def actions(self) -> list["Action"]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(facts=self.facts(), actions=self.actions(), **kwargs)


class Action:
    """A link to the page that asks before it acts."""

    def __init__(self, label: Text, url: str, *, is_serious: bool = False) -> None:
        self.label, self.url = label, url
        self.classname = "button no" if is_serious else "button button-secondary"


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log. Leave out addresses and names of subscribers."),
    )


class OptionalReasonForm(ReasonForm):
    reason = forms.CharField(
        label=_("Reason (optional)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log. Leave out addresses and names of subscribers."),
    )


class ActionView(ObjectView, FormView):
    """Asks by GET, acts by POST. What was refused is a message, never half done."""

    http_method_names = ["get", "head", "post"]
    template_name = "newsletter/admin/action.html"
    form_class: type[forms.Form] = ConfirmForm
    title: Text = ""
    # What will happen, a sentence each.
    consequences: tuple[Text, ...] = ()
    button: Text = ""
    success: Text = ""
    is_serious = False

    def act(self, form: Any) -> None:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                self.act(form)
        except NotMailable:
            messages.error(
                self.request, gettext("Nothing was done: this subscription may not be written to.")
            )
        except NewsletterError as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, self.success)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return str(self.screen.url("inspect", self.object.pk))

    def get_back_url(self) -> str:
        return str(self.screen.url("inspect", self.object.pk))

    def get_page_title(self) -> str:
        return str(self.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *before, here = super().get_breadcrumbs_items()
        return [*before, {"url": self.get_back_url(), "label": self.get_page_subtitle()}, here]


class PageActionView(ScreenView, FormView):
    """As ActionView, for what is about no row yet."""

    http_method_names = ["get", "head", "post"]
    template_name = "newsletter/admin/action.html"
    title: Text = ""
    consequences: tuple[Text, ...] = ()
    button: Text = ""
    success: Text = ""
    is_serious = False

    def act(self, form: Any) -> None:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            self.act(form)
        messages.success(self.request, self.success)
        return redirect(self.get_back_url())

    def get_back_url(self) -> str:
        return str(self.screen.url("index"))

    def get_page_title(self) -> str:
        return str(self.title)
