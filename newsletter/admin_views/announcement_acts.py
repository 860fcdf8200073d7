"""What a person decides about an announcement, and how it will look in a mailbox."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter import announcing, messages
from newsletter.admin_views.base import (
    ActionView,
    ObjectView,
    OptionalReasonForm,
    ReasonForm,
    Text,
)
from newsletter.conf import conf
from newsletter.models import (
    Announcement,
    AnnouncementState,
    Delivery,
)
from newsletter.outcomes import Verdict
from newsletter.tasks import wake_worker

VIEW = "newsletter.view_announcement"
CONTROL = "newsletter.control_announcement"
SETTLE = "newsletter.settle_delivery"
State = AnnouncementState


def titles(row: Any) -> str:
    """The first story, and how many more; the stories are prefetched."""
    first, *others = [story.title for story in row.stories.all()] or [gettext("(no story left)")]
    if not others:
        return str(first)
    return gettext("%(title)s and %(count)d more") % {"title": first, "count": len(others)}


class AnnouncementView(ObjectView):
    permissions: tuple[str, ...] = (VIEW,)

    def get_page_subtitle(self) -> str:
        return titles(self.object)

    def rows(self) -> QuerySet[Any]:
        return Announcement.objects.select_related("acted_by").prefetch_related("stories__facets")


# --- what a person decides ----------------------------------------------------------------------


class Control(AnnouncementView, ActionView):
    permissions = (VIEW, CONTROL)
    form_class = ReasonForm
    link: Text = ""
    states: tuple[AnnouncementState, ...] = ()
    function: Any = None

    def act(self, form: Any) -> None:
        type(self).function(self.object, by=self.staff, reason=form.cleaned_data["reason"])
        wake_worker()


class Release(Control):
    form_class = OptionalReasonForm
    function = announcing.release
    states = (State.HELD, State.READY)
    link, title = _("Release now…"), _("Release the announcement")
    consequences = (
        _("It goes out at once, without waiting for the end of its window."),
        _("What has left cannot be taken back."),
    )
    button = _("Yes, release")
    success = _("The announcement is released and goes out now.")


class Pause(Control):
    function = announcing.pause
    states = (State.READY, State.OPEN)
    link, title = _("Pause…"), _("Pause the announcement")
    consequences = (_("Nothing more leaves until it is resumed; what is on the wire arrives."),)
    button = _("Yes, pause")
    success = _("The announcement is paused.")


class Resume(Control):
    form_class = OptionalReasonForm
    function = announcing.resume
    states = (State.PAUSED,)
    link, title = _("Resume…"), _("Resume the announcement")
    consequences = (_("It goes on where it stopped."),)
    button = _("Yes, resume")
    success = _("The announcement goes on.")


class Cancel(Control):
    function = announcing.cancel
    states = (State.HELD, State.READY, State.OPEN, State.PAUSED)
    link, title = _("Cancel…"), _("Cancel the announcement")
    consequences = (
        _("Whatever has not left is not sent any more."),
        _("This cannot be undone."),
    )
    button = _("Yes, cancel it")
    success = _("The announcement is cancelled.")
    is_serious = True


CONTROLS: dict[str, type[Control]] = {
    "release": Release,
    "pause": Pause,
    "resume": Resume,
    "cancel": Cancel,
}


class Settle(AnnouncementView, ActionView):
    """A verdict about one delivery of unknown outcome."""

    permissions = (VIEW, SETTLE)
    form_class = ReasonForm
    verdict: Verdict

    @cached_property
    def delivery(self) -> Delivery:
        rows = Delivery.objects.select_related("subscription")
        return get_object_or_404(rows, pk=self.kwargs["delivery"], announcement=self.kwargs["pk"])

    def act(self, form: Any) -> None:
        announcing.settle_unknown(
            self.delivery,
            self.verdict,
            by=self.staff,
            reason=form.cleaned_data["reason"],
        )
        wake_worker()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(about=self.delivery, **kwargs)


class SendAgain(Settle):
    verdict = Verdict.AGAIN
    title = _("Send again")
    consequences = (_("If the first copy did arrive, this person gets the letter twice."),)
    button = _("Yes, send again")
    success = _("The delivery is queued again under a new id.")


class ConsiderDelivered(Settle):
    verdict = Verdict.ACCEPTED
    title = _("Consider it delivered")
    consequences = (_("If the first copy did not arrive, this person does not get the letter."),)
    button = _("Yes, consider it delivered")
    success = _("The delivery counts as accepted.")


# --- preview ------------------------------------------------------------------------------------


class Preview(AnnouncementView):
    """The letter with all its stories, as text and in a frame that may run nothing."""

    template_name = "newsletter/admin/preview.html"
    page_title = _("Preview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letters = [
            (locale, name, printed(self.object, locale)) for locale, name in settings.LANGUAGES
        ]
        return super().get_context_data(
            letters=letters,
            problem=messages.size_problem(self.object) if self.object.stories.all() else "",
            screen=self.screen,
            **kwargs,
        )


class PreviewFrame(AnnouncementView):
    """The HTML of one language, sealed off: no script, no form, no request but for images."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if kwargs["locale"] not in dict(settings.LANGUAGES):
            raise Http404
        letter = printed(self.object, kwargs["locale"])
        response = HttpResponse(letter.html if letter else "")
        response["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; img-src 'self' https: http:; style-src 'unsafe-inline'"
        )
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response


def printed(announcement: Announcement, locale: str) -> messages.Printed | None:
    """As it would be sent to somebody with every topic; the personal links lead nowhere."""
    stories = announcement.stories.all()
    if not stories:
        return None
    nowhere = f"{conf.BASE_URL}/#"
    with translation.override(locale):
        return messages.print_announcement(stories, manage=nowhere, unsubscribe=nowhere)
