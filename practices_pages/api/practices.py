"""GET /practices and GET /practices/{pid}."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from pydantic import Field
from wagtail.models import Locale

from practices_pages.api import filtering, representation
from practices_pages.api.answering import (
    READ,
    conditional,
    set_last_modified,
)
from practices_pages.api.problems import Problem, refuse_repeated, refuse_unknown_parameters
from practices_pages.api.schemas import PracticeDetail, PracticeList
from practices_pages.catalogue import PRACTICES, State, pages_of, published_practices
from practices_pages.catalogue.listing import found_in
from practices_pages.catalogue.practices import with_facts
from practices_pages.catalogue.statements import Window
from practices_pages.models import PracticePage
from practices_pages.querysets import PracticePageQuerySet

# Further down the list a database counts rows for nothing: nobody pages by hand that far.
DEEPEST_OFFSET = 100_000

router = Router(tags=["practices"])


class Paging(Schema):
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
    summary="Practices by filters, text and order; without any, the newest first",
    openapi_extra=filtering.described(PRACTICES),
)
@decorate_view(conditional)
def list_practices(
    request: HttpRequest, response: HttpResponse, paging: Query[Paging]
) -> dict[str, Any]:
    """Every practice that the public may see and all filters let through, each once, with what a
    list shows of it."""
    refuse_repeated(request, set(Paging.model_fields))
    state, facets = filtering.asked_of(request, PRACTICES, also=set(Paging.model_fields))
    pages = pages_of(PRACTICES).filter(locale=Locale.get_default())
    window = Window(paging.offset, paging.limit, facts=False, facets=facets)
    found = found_in(PRACTICES, state, pages=pages, window=window)
    filtering.refuse(found.complaints)
    modified = pages.aggregate(modified=Max("last_published_at"))["modified"]
    set_last_modified(response, [modified])
    loaded = with_facts(PracticePage.objects.all()).in_bulk(found.tally.pages)
    shown = [loaded[pk] for pk in found.tally.pages if pk in loaded]
    asked = _Asked(request, paging, state, facets)
    return {
        "count": found.total,
        "exact_count": found.tally.exact if state.text else found.total,
        "next": asked.next(found.total),
        "previous": asked.previous(),
        "items": [representation.summary(practice, request) for practice in shown],
        "facets": filtering.facets_of(found, facets) if facets else None,
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
    practices: PracticePageQuerySet = published_practices().filter(locale=Locale.get_default())
    return practices


def _number_of(pid: str) -> int:
    prefix, _, digits = pid.partition("-")
    # Nine digits fit every database's integer.
    if prefix != "DP" or not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 9):
        raise Http404
    return int(digits)


@dataclass(frozen=True)
class _Asked:
    """A query, for the addresses of its other parts."""

    request: HttpRequest
    paging: Paging
    state: State
    facets: list[str]

    def next(self, count: int) -> str | None:
        offset = self.paging.offset + self.paging.limit
        return None if offset >= count or offset > DEEPEST_OFFSET else self._address(offset)

    def previous(self) -> str | None:
        offset = self.paging.offset
        return self._address(max(0, offset - self.paging.limit)) if offset else None

    def _address(self, offset: int) -> str:
        parameters = [*self.state.parameters(), *(("facets", name) for name in self.facets)]
        query = urlencode([*parameters, ("limit", self.paging.limit), ("offset", offset)])
        return self.request.build_absolute_uri(f"{reverse('jst_v1:practices')}?{query}")
