"""/health/live, /health/ready and /metrics: for load balancers, containers and monitors.

Answered before anything else: a container asks by an address that is in no ALLOWED_HOSTS and
without TLS, and gets neither a redirect nor a session. Nothing of the request comes back.
"""

import hmac
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.urls import resolve
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from cms.health import ALL, WEB, answers
from cms.metrics import exposition
from newsletter.networks import hops, visitor_address


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Everything works (`?only=web`: this process can answer visitors), or 503.

    What is wrong is told to monitors only; everybody else learns the status.
    """
    with override("en"):
        told = answers(WEB if request.GET.get("only") == "web" else ALL)
    is_ok = all(check.is_ok for check in told)
    body: dict[str, object] = {"status": "ok" if is_ok else "failing"}
    if is_monitor(request):
        body["checks"] = {check.name: check.problem or "ok" for check in told}
    return JsonResponse(body, status=200 if is_ok else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """404 to everybody but monitors; so it is off where none is configured."""
    if not is_monitor(request):
        return HttpResponseNotFound()
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def is_monitor(request: HttpRequest) -> bool:
    """It knows METRICS_TOKEN, or comes from one of METRICS_NETWORKS."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        if hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            return True
    return _is_in(settings.METRICS_NETWORKS, request)


def _is_in(networks: list[str], request: HttpRequest) -> bool:
    remote, forwarded = hops(request.META)
    visitor = visitor_address(remote, forwarded)
    if forwarded and visitor == remote:
        return False  # Through a proxy nobody told us of: it could be anybody.
    try:
        address = ip_address(visitor)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in networks)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}


class AnswerProbesFirst:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)  # The metrics count it by its name.
        return probe(request)
