"""The API object: what ninja leaves out of the contract is put in here."""

from copy import deepcopy
from typing import Any

from django.urls import re_path
from ninja import NinjaAPI

from practices_pages.api.answering import readable_from_anywhere
from practices_pages.api.problems import PROBLEM_JSON, nothing_here, read_only

VALIDATORS = {
    "ETag": {
        "description": "Send it back as If-None-Match: an unchanged answer is then 304, empty.",
        "schema": {"type": "string"},
    },
    "Last-Modified": {
        "description": "Latest publication among the practices in question (RFC 9110 date, GMT).",
        "schema": {"type": "string"},
    },
}


class ContractAPI(NinjaAPI):
    """A read-only API whose OpenAPI document says what really is answered."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        for path, methods in schema["paths"].items():
            # ninja puts one object under both methods, and an operationId must be unique.
            schema["paths"][path] = {
                method: _completed(method, operation) for method, operation in methods.items()
            }
        return schema

    @property
    def urls(self) -> Any:
        """The addresses, each refusing to be written to, and a last one for all that is wrong."""
        mounted: Any = super().urls
        patterns, app_name, namespace = mounted
        for pattern in patterns:
            view = nothing_here if pattern.name == "api-root" else pattern.callback
            pattern.callback = readable_from_anywhere(read_only(view))
        nowhere = re_path(r"", readable_from_anywhere(read_only(nothing_here)))
        return [*patterns, nowhere], app_name, namespace


def _completed(method: str, shared: dict[str, Any]) -> dict[str, Any]:
    operation = deepcopy(shared)
    if method == "head":
        operation["operationId"] = f"head_{operation['operationId']}"
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[PROBLEM_JSON] = content.pop("application/json")
        elif int(status) == 200:
            response["headers"] = VALIDATORS
    operation["responses"]["304"] = {"description": "Not modified since the ETag that was sent."}
    return operation
