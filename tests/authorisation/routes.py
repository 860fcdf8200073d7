"""Every URL of the resolver, by its route, and an address for each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PARAMETER = re.compile(r"<(?:[a-z_]+:)?([a-z_]+)>")
# Addresses that cannot be read off their regular expression.
FILLED = {
    "panel/pages/^(?P<pk>\\d+)/revisions/compare/"
    "(?P<revision_id_a>live|earliest|\\d+)\\.\\.\\.(?P<revision_id_b>live|latest|\\d+)/$": (
        "panel/pages/<int:pk>/revisions/compare/earliest...latest/"
    ),
    "panel/^.*/$": "panel/nowhere/",
    "documents/^(\\d+)/(.*)$": "documents/<int:document_id>/<str:filename>",
    "panel/^practice-imports/template\\.(?P<format>csv|xlsx)$": (
        "panel/practice-imports/template.csv"
    ),
    "panel/^practice-imports/(?P<pk>[0-9]{1,9})/(?P<act>start|discard|continue)/$": (
        "panel/practice-imports/<int:pk>/discard/"
    ),
    "^((?:[\\w\\-]+/)*)$": "<str:page_path>",
    "^(?P<calendar_path>(?:[\\w\\-]+/)*)kalendarz\\.ics$": "<str:calendar_path>kalendarz.ics",
    "panel/bulk/<str:app_label>/<str:model_name>/<str:action>/": "panel/bulk/<str:bulk>",
}


@dataclass(frozen=True)
class Route:
    route: str
    name: str

    @property
    def key(self) -> str:
        """What the table calls it: its name, and its route where several share a name."""
        return self.name or self.route

    @property
    def pattern(self) -> str:
        return FILLED.get(self.route, self.route.replace("^", "").replace("$", ""))

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.pattern)

    def path(self, values: dict[str, object]) -> str:
        return "/" + PARAMETER.sub(lambda found: str(values[found[1]]), self.pattern)


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        route = prefix + _text(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern, route, namespace + inner)
        else:
            yield Route(route, namespace + pattern.name if pattern.name else "")


def _text(pattern: URLPattern | URLResolver) -> str:
    if isinstance(pattern.pattern, RegexPattern):
        return str(pattern.pattern.regex.pattern)
    return str(pattern.pattern)
