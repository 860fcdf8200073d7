"""GET /practices and GET /practices/{pid}."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from pydantic import Field
from wagtail.models import Locale

from practices_pages import catalogue
from practices_pages.api import representation
from practices_pages.api.answering import (
    READ,
    conditional,
    set_last_modified,
)
from practices_pages.api.problems import Problem, refuse_unknown_parameters
from practices_pages.api.schemas import PracticeDetail, PracticeList
from practices_pages.querysets import PracticePageQuerySet

# Further down the list a database counts rows for nothing: nobody pages by hand that far.
DEEPEST_OFFSET = 100_000

router = Router(tags=["practices"])


class Window(Schema):
    limit: int = Field(20, ge=1, le=100, description="How many practices, from 1 to 100.")
    offset: int = Field(
        0, ge=0, le=DEEPEST_OFFSET, description="How many practices to leave out at the start."
    )


@router.api_operation(
    READ,
    "/practices",
    url_name="practices",
    response={200: PracticeList, 422: Problem},
    operation_id="list_practices",
    summary="Practices, the newest first",
)
@decorate_view(conditional)
def list_practices(
    request: HttpRequest, response: HttpResponse, window: Query[Window]
) -> dict[str, Any]:
    """Every practice that the public may see, each once, with what a list shows of it."""
    refuse_unknown_parameters(request, set(Window.model_fields))
    practices = _practices()
    found = practices.order_by().aggregate(modified=Max("last_published_at"))
    count = practices.count()
    set_last_modified(response, [found["modified"]])
    shown = practices[window.offset : window.offset + window.limit]
    return {
        "count": count,
        "next": _next(request, window, count),
        "previous": _previous(request, window),
        "items": [representation.summary(practice, request) for practice in shown],
    }


@router.api_operation(
    READ,
    "/practices/{pid}",
    url_name="practice",
    response={200: PracticeDetail, 404: Problem, 422: Problem},
    operation_id="get_practice",
    summary="One practice with all its sections",
)
@decorate_view(conditional)
def get_practice(request: HttpRequest, response: HttpResponse, pid: str) -> Any:
    """A practice by its permanent id, such as `DP-0001`."""
    refuse_unknown_parameters(request, set())
    practice = _practices().filter(identity__number=_number_of(pid)).first()
    if practice is None:
        raise Http404
    set_last_modified(response, [practice.last_published_at])
    return representation.detail(practice, request)


def _practices() -> PracticePageQuerySet:
    # A translation shares the permanent id of its source: one row an id.
    practices: PracticePageQuerySet = catalogue.published_practices().filter(
        locale=Locale.get_default()
    )
    return practices


def _number_of(pid: str) -> int:
    prefix, _, digits = pid.partition("-")
    # Nine digits fit every database's integer.
    if prefix != "DP" or not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 9):
        raise Http404
    return int(digits)


def _next(request: HttpRequest, window: Window, count: int) -> str | None:
    offset = window.offset + window.limit
    if offset >= count or offset > DEEPEST_OFFSET:
        return None
    return _address(request, window.limit, offset)


def _previous(request: HttpRequest, window: Window) -> str | None:
    if window.offset == 0:
        return None
    return _address(request, window.limit, max(0, window.offset - window.limit))


def _address(request: HttpRequest, limit: int, offset: int) -> str:
    query = urlencode({"limit": limit, "offset": offset})
    return request.build_absolute_uri(f"{reverse('jst_v1:practices')}?{query}")
