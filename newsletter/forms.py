"""The sign-up form and the topics form: the line where what visitors send stops being untrusted."""

import secrets
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from newsletter.addresses import MAX_LENGTH, normalise
from newsletter.conf import conf
from newsletter.consent import SignUp, current_clause
from newsletter.errors import AddressInvalid
from newsletter.topics import ALL, labels_in, topic_groups

STAMP_SALT = "newsletter.sign-up-form"
# A page may lie in a cache or an open tab this long before its form is asked for once more.
STAMP_MAX_AGE_SECONDS = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Stamp:
    """What a rendered form carries, signed: its own number, when it was made, and which wording
    of the consent stood on it."""

    number: str
    clause: str
    made_at: int

    def __str__(self) -> str:
        return signing.dumps([self.number, self.clause, self.made_at], salt=STAMP_SALT)

    @classmethod
    def new(cls, clause: str) -> "Stamp":
        return cls(secrets.token_urlsafe(9), clause, int(time.time()))

    @classmethod
    def read(cls, text: str) -> "Stamp | None":
        try:
            return cls(*signing.loads(text, salt=STAMP_SALT, max_age=STAMP_MAX_AGE_SECONDS))
        except (signing.BadSignature, TypeError, ValueError):
            return None  # Forged, or genuine and of a shape that an earlier version gave it.

    @property
    def age_seconds(self) -> float:
        return time.time() - self.made_at


@dataclass(frozen=True)
class TopicBox:
    id: str
    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class TopicFieldset:
    legend: str
    boxes: list[TopicBox]


class TopicsForm(forms.Form):
    """Which topics: `all`, the groups of the site, and what the person has already."""

    topics = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Choose at least one topic."),
            "invalid_choice": gettext_lazy("Choose only from the topics that are listed here."),
        }
    )

    def __init__(self, *args: Any, offered: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._groups = topic_groups()
        self._labels = labels_in(self._groups)
        for key in [*(offered or ()), *self.initial.get("topics", ())]:
            self._labels.setdefault(key, key)  # A topic the site no longer offers.
        if offered is not None:
            self._labels = {key: self._labels[key] for key in self._labels if key in offered}
        cast(forms.MultipleChoiceField, self.fields["topics"]).choices = list(self._labels.items())

    def clean_topics(self) -> frozenset[str]:
        chosen = frozenset(self.cleaned_data["topics"])
        return frozenset({ALL}) if ALL in chosen else chosen

    @property
    def has_choice(self) -> bool:
        return len(self._labels) > 1

    @property
    def topics_shown(self) -> list[str]:
        return list(self._labels.values())

    @property
    def only_topic(self) -> str:
        return next(iter(self._labels), ALL)

    @property
    def topic_fieldsets(self) -> Iterator[TopicFieldset]:
        """The boxes in the groups of the site; those in no group come first, without a legend."""
        grouped = [(group.label, [topic.key for topic in group.topics]) for group in self._groups]
        in_groups = {key for _label, keys in grouped for key in keys}
        alone = [key for key in self._labels if key not in in_groups]
        number = 0
        for legend, keys in [("", alone), *grouped]:
            shown = [key for key in keys if key in self._labels]
            boxes = [self._box(key, number + index) for index, key in enumerate(shown)]
            number += len(boxes)
            if boxes:
                yield TopicFieldset(legend, boxes)

    def _box(self, key: str, number: int) -> TopicBox:
        chosen = self["topics"].value() or ()
        return TopicBox(f"{self['topics'].auto_id}_{number}", key, self._labels[key], key in chosen)


class SignUpForm(TopicsForm):
    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        strip=False,  # A line break at the end is refused, not trimmed away.
        error_messages={"required": gettext_lazy("Enter your e-mail address.")},
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": MAX_LENGTH, "spellcheck": "false"}
        ),
    )
    consent = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick the box if you agree to receive mail.")}
    )
    # Nobody sees it; what fills it in is a program.
    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False)

    field_order = ["address", "topics", "consent"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="sign-up-%s")
        self.locale = get_language() or settings.LANGUAGE_CODE
        self.clause = current_clause(self.locale)
        self.posted_stamp = Stamp.read(str(self.data.get("stamp", "")))

    @property
    def stamp_shown(self) -> str:
        """Of a form that comes back with errors it stays: correcting takes less than typing."""
        posted = self.posted_stamp
        if posted is not None:
            return str(replace(posted, clause=self.clause.fingerprint))
        return str(Stamp.new(self.clause.fingerprint))

    @property
    def is_automatic(self) -> bool:
        """Filled in by a program: it is answered like any other sign-up, and forgotten."""
        too_fast = (
            self.posted_stamp is not None
            and self.posted_stamp.age_seconds < conf.SIGN_UP_MIN_SECONDS
        )
        return too_fast or bool(self.data.get("website"))

    def clean_address(self) -> str:
        try:
            return normalise(self.cleaned_data["address"])
        except AddressInvalid as invalid:
            raise forms.ValidationError(str(invalid)) from invalid

    def clean(self) -> None:
        if self.posted_stamp is None:
            self._untick()
            raise forms.ValidationError(_("This form is out of date. Please send it once more."))
        if self.posted_stamp.clause != self.clause.fingerprint:
            self.ask_to_read_again()
        self.cleaned_data["stamp"] = self.posted_stamp

    def ask_to_read_again(self) -> None:
        """The wording is another one than this person saw: show it, unticked."""
        self.clause = current_clause(self.locale)
        self._untick()
        self.add_error(
            "consent", _("The wording of the consent has changed. Please read it and tick again.")
        )

    def _untick(self) -> None:
        data = cast(QueryDict, self.data).copy()
        data.pop("consent", None)
        self.data = data

    def sign_up(self, *, form: str, network: str) -> SignUp:
        """Only for a valid form."""
        stamp: Stamp = self.cleaned_data["stamp"]
        return SignUp(
            address=self.cleaned_data["address"],
            topics=self.cleaned_data["topics"],
            locale=self.locale,
            form=form,
            network=network,
            clause_shown=stamp.clause,
            submission=stamp.number,
        )
