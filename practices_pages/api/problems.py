"""Errors of the API: RFC 9457 problem details, always application/problem+json."""

import json
from difflib import get_close_matches
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from practices_pages.api.answering import ALLOWED, READ, View, preflight

PROBLEM_JSON = "application/problem+json"


class ProblemError(Schema):
    """One thing that is wrong with the request."""

    parameter: str = Field(description="Name of the parameter, as it was sent.")
    message: str = Field(description="What is wrong with it, for a person to read.")


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str = Field(description="Always `about:blank`: the status says what kind it is.")
    title: str = Field(description="The name of the HTTP status.")
    status: int = Field(description="The HTTP status code, once more.")
    detail: str = Field(description="What happened, in the language of the site.")
    errors: list[ProblemError] = Field(
        default_factory=list, description="Each thing that is wrong, when several may be."
    )


class BadQuery(Exception):
    """The query string cannot be accepted; `errors` says why, parameter by parameter."""

    def __init__(self, errors: list[ProblemError]) -> None:
        super().__init__("bad query")
        self.errors = errors


def refuse_repeated(request: HttpRequest, names: set[str]) -> None:
    """Raise BadQuery for one of these parameters that is there more than once."""
    errors = [
        ProblemError(parameter=name, message=_what_is_wrong(name, names))
        for name in sorted(names)
        if len(request.GET.getlist(name)) > 1
    ]
    if errors:
        raise BadQuery(errors)


def refuse_unknown_parameters(request: HttpRequest, known: set[str]) -> None:
    """Raise BadQuery for a parameter that does not exist or is there more than once.

    A misspelt filter that is ignored answers a question nobody asked.
    """
    errors = [
        ProblemError(parameter=name, message=_what_is_wrong(name, known))
        for name, values in request.GET.lists()
        if name not in known or len(values) > 1
    ]
    if errors:
        raise BadQuery(errors)


def _what_is_wrong(name: str, known: set[str]) -> str:
    if name in known:
        return gettext("This parameter may be given once.")
    similar = get_close_matches(name, sorted(known), n=1)
    if similar:
        return gettext("There is no such parameter. Did you mean “%s”?") % similar[0]
    allowed = ", ".join(sorted(known)) or "–"
    return gettext("There is no such parameter. These exist: %s.") % allowed


def problem(status: int, detail: str, *, errors: list[ProblemError] | None = None) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [error.model_dump() for error in errors]
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM_JSON
    )


def register_problems(api: NinjaAPI) -> None:
    handlers: dict[type[Exception], Any] = {
        BadQuery: _bad_query,
        ValidationError: _invalid_value,
        Http404: _not_found,
        HttpError: _http_error,
    }
    for exception, handler in handlers.items():
        api.add_exception_handler(exception, handler)


def _bad_query(request: HttpRequest, exc: BadQuery) -> HttpResponse:
    return problem(422, gettext("The query cannot be accepted."), errors=exc.errors)


def _invalid_value(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    errors = [
        ProblemError(parameter=str(error["loc"][-1]), message=_in_our_words(error))
        for error in exc.errors
    ]
    return problem(422, gettext("The query cannot be accepted."), errors=errors)


def _in_our_words(error: dict[str, Any]) -> str:
    limits = error.get("ctx") or {}
    if "ge" in limits:
        return gettext("It must be %(limit)s or more.") % {"limit": limits["ge"]}
    if "le" in limits:
        return gettext("It must be %(limit)s or less.") % {"limit": limits["le"]}
    if str(error["type"]).startswith("int_"):
        return gettext("It must be a whole number.")
    return str(error["msg"])


def _not_found(request: HttpRequest, exc: Http404) -> HttpResponse:
    return nothing_here(request)


def _http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem(exc.status_code, str(exc))


def nothing_here(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return problem(404, gettext("There is nothing at this address."))


def read_only(view: View) -> View:
    """Answer OPTIONS for browsers that ask first, and refuse everything that would write."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in READ:
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return preflight()
        response = problem(405, gettext("The API can only be read."))
        response["Allow"] = ALLOWED
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # So that 405 is what a POST gets.
    return answer
