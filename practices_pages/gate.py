"""The ONE publication gate: what may become public, and who may let it.

Every publish path ends here: GatedPage.publish() (code, workflow, bulk, schedule), the
registered "publish" action (API v3), the admin's own API and the admin's editor (hooks).
It never writes before it has agreed, and whoever is refused is told each missing thing.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.log_actions import log

from practices_pages.completeness import Problem

__all__ = [
    "GatedPublishAction",
    "Passage",
    "Problem",
    "PublicationRefused",
    "RefusalMiddleware",
    "check_publication",
    "pass_gate",
    "problems",
]

MINOR_CORRECTION = "practices.minor_correction"
ARCHIVAL = "practices.archival"
OVERRIDE = "practices.override"

# What a save changes although nobody changed the text.
BOOKKEEPING = frozenset(
    {
        "alias_of", "content_type", "depth", "draft_title", "expire_at", "expired",
        "first_published_at", "go_live_at", "has_unpublished_changes", "identity",
        "last_published_at", "latest_revision",
        "latest_revision_created_at", "live", "live_revision", "locked", "locked_at", "locked_by",
        "numchild", "owner", "path", "pk", "publication_note", "url_path", "wagtail_admin_comments",
    }
)  # fmt: skip
ROW_BOOKKEEPING = frozenset({"pk", "page", "sort_order"})
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')
EMPTY_PARAGRAPH = re.compile(r"<p>\s*(<br\s*/>)?\s*</p>")
MAX_SAME_VERSIONS = 50


class PublicationRefused(ValidationError):
    """`page` may not be published; `problems` name everything that is in the way.

    A ValidationError, so that Wagtail's own APIs answer 422 or 400 and not 500.
    """

    def __init__(self, found: list[Problem], page: Any) -> None:
        by_field: dict[str, list[str]] = defaultdict(list)
        for problem in found:
            by_field[problem.field or NON_FIELD_ERRORS].append(problem.message)
        super().__init__(dict(by_field))
        self.problems = found
        self.page = page
        # In the language of whoever is refused; a middleware may already speak another one.
        self.summary = _("“%(title)s” was not published. %(problems)s") % {
            "title": page.title,
            "problems": str(self),
        }

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems)


@dataclass(frozen=True)
class Passage:
    """The gate's yes. `exception` is the log action of a rule that was waived, or empty."""

    exception: str = ""
    note: str = ""


def problems(page: Any) -> list[Problem]:
    """Everything that keeps `page` from being published; an empty list: nothing does."""
    found: list[Problem] = page.publication_problems()
    return found


def check_publication(page: Any, *, revision: Any, user: Any) -> Passage:
    """Raise PublicationRefused unless `user` may publish `page`, the content of `revision`.

    Changes nothing. `user=None` is code or the schedule: only the content is looked at.
    """
    found = problems(page)
    named = {problem.field for problem in found}
    found += [problem for problem in _invalid_fields(page) if problem.field not in named]
    if found:
        raise PublicationRefused(found, page)
    if user is None or not page.needs_second_person or last_editor_id(revision) != user.pk:
        return Passage()
    passage = _exception(page, user)
    if passage is None:
        raise PublicationRefused([Problem("", _refusal_of_own_text(page, user))], page)
    return passage


def pass_gate(page: Any, *, revision: Any, user: Any) -> None:
    """Check, log what was allowed by exception, and use up the note. Call right before publishing.

    A note speaks for one publication: it moves into the log and leaves the page.
    """
    passage = check_publication(page, revision=revision, user=user)
    if passage.exception:
        log(
            instance=page,
            action=passage.exception,
            user=user,
            revision=revision,
            data={"note": passage.note},
        )
    if getattr(page, "publication_note", ""):
        page.publication_note = ""
        revision.content["publication_note"] = ""
        revision.save(update_fields=["content"])


def last_editor_id(revision: Any) -> int | None:
    """Whoever changed the text last: saving a version without changing it is not an edit."""
    editor: int | None = revision.user_id
    content = text_of(revision.content)
    earlier = type(revision).objects.filter(
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
        pk__lt=revision.pk,
    )
    for previous in earlier.order_by("-pk")[:MAX_SAME_VERSIONS].iterator(chunk_size=5):
        if previous.user_id is None or text_of(previous.content) != content:
            break
        editor = previous.user_id
    return editor


def text_of(content: dict[str, Any]) -> str:
    """What a reader would notice in a version's content, in one comparable form."""
    kept = {key: _comparable(value) for key, value in content.items() if key not in BOOKKEEPING}
    # As JSON: a revision just saved still holds dates, one read back holds their texts.
    return json.dumps(kept, cls=DjangoJSONEncoder, sort_keys=True)


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        # The rich text editor writes an empty section as an empty paragraph and joins spaces:
        # whoever only opens a page and saves it has changed nothing.
        return " ".join(EMPTY_PARAGRAPH.sub("", BLOCK_KEY.sub("", value)).split())
    if isinstance(value, list):
        return _rows(value) if value and isinstance(value[0], dict) else sorted(value, key=str)
    return value


def _rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in their order and without their numbers, which the first save gives them."""
    ordered = sorted(rows, key=lambda row: row.get("sort_order") or 0)
    return [
        {k: _comparable(v) for k, v in row.items() if k not in ROW_BOOKKEEPING} for row in ordered
    ]


def _invalid_fields(page: Any) -> list[Problem]:
    """What Page.save() would refuse for a live page, said before anything is written."""
    try:
        page.full_clean()
    except ValidationError as error:
        return [
            Problem("" if field == NON_FIELD_ERRORS else field, _labelled(page, field, message))
            for field, field_messages in error.message_dict.items()
            for message in field_messages
        ]
    return []


def _labelled(page: Any, field: str, message: str) -> str:
    if field == NON_FIELD_ERRORS:
        return message
    return f"{page._meta.get_field(field).verbose_name}: {message}"


def _exception(page: Any, user: Any) -> Passage | None:
    """The exception from four-eyes that `user` may use here, if any."""
    if not page.permissions_for_user(user).can_publish():
        return None
    note = page.publication_note.strip()
    if page.live and note:
        return Passage(MINOR_CORRECTION, note)
    if page.is_archival:
        return Passage(ARCHIVAL, page.archival_reason.strip())
    if user.is_superuser and note:
        return Passage(OVERRIDE, note)
    return None


def _refusal_of_own_text(page: Any, user: Any) -> str:
    who = _("You changed this version last, so another person has to publish it.")
    if page.live:
        return who + " " + _("For a minor correction, write a note in the tab “Publication”.")
    if user.is_superuser:
        may = _("An administrator may override this with a note in the tab “Publication”.")
        return f"{who} {may}"
    return who


class GatedPublishAction(PublishPageRevisionAction):
    """Wagtail's publish action with the gate in front, for pages that ask for it.

    Registered for every page, because API v3 looks the action up on the base Page.
    """

    def execute(self, skip_permission_checks: bool = False) -> Any:
        self.check(skip_permission_checks=skip_permission_checks)
        if getattr(self.object, "passes_gate", False):
            pass_gate(self.object, revision=self.revision, user=self.user)
        return super().execute(skip_permission_checks=skip_permission_checks)


class RefusalMiddleware:
    """Turns PublicationRefused into an answer a person, a modal or a program understands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PublicationRefused):
            return None
        if _is_program(request):
            return refusal_for_program(exception)
        tell_refusal(request, exception)
        address = edit_address(exception.page)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # The modal "approve with comment" closes and goes where the messages are shown.
            return JsonResponse({"step": "success", "redirect": address})
        return HttpResponseRedirect(address)


def tell_refusal(request: HttpRequest, refused: PublicationRefused) -> None:
    """One message that names the page and everything it lacks."""
    messages.error(request, refused.summary)


def edit_address(page: Any) -> str:
    if page.pk is None:
        return reverse("wagtailadmin_explore_root")
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def refusal_for_program(refused: PublicationRefused) -> JsonResponse:
    """RFC 7807, like Wagtail's API v3."""
    return JsonResponse(
        {
            "type": "about:blank",
            "title": _("The page cannot be published."),
            "status": 422,
            "detail": str(refused),
            "errors": [{"loc": [p.field], "msg": p.message} for p in refused.problems],
        },
        status=422,
        content_type="application/problem+json",
    )


def _is_program(request: HttpRequest) -> bool:
    if "/api/" in request.path:
        return True
    return not request.accepts("text/html") and "json" in request.headers.get("Accept", "")
