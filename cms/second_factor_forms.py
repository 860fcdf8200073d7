"""The forms of the second factor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ONE_TIME = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs=ONE_TIME | {"autofocus": True}),
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )


class AgainForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs=ONE_TIME),
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )

    def __init__(self, *args: Any, asks_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_code:
            del self.fields["code"]


class SetUpForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the device"),
        max_length=60,
        required=False,
        help_text=_("So that you recognise it later, for example: office telephone."),
    )
    code = forms.CharField(
        label=_("Code from the app"),
        max_length=10,
        widget=forms.TextInput(attrs=ONE_TIME | {"inputmode": "numeric"}),
        help_text=_("The six digits that the app shows now."),
    )
