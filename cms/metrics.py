"""What a monitor reads, in the text format of Prometheus. No personal data, no address, no title.

Requests are counted in this process (or, with PROMETHEUS_MULTIPROC_DIR, in all processes of this
machine); everything else is asked of the database in a bounded number of indexed queries.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Model, Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cms import counting
from cms.models import TickStep
from newsletter.conf import conf
from newsletter.health import seconds_of_oldest_due
from newsletter.models import (
    LEASED,
    WAITING,
    Announcement,
    Delivery,
    DeliveryState,
    Letter,
    Subscription,
    SubscriptionState,
    WorkerBeat,
)

PREFIX = "dobre_praktyki_"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_requests_here = CollectorRegistry()
REQUESTS = Counter(
    f"{PREFIX}http_requests",
    "Answered requests",
    ["method", "route", "status"],
    registry=_requests_here,
)
SECONDS = Histogram(
    f"{PREFIX}http_request_seconds",
    "Time until the answer was ready",
    ["method", "route"],
    buckets=BUCKETS,
    registry=_requests_here,
)


class CountRequests:
    """Outermost: counts what every other middleware answers, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        route = _route(request)
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - started)
        return response


def _route(request: HttpRequest) -> str:
    """The name of the view: never the path, which may hold a token and has no end of values."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "none"


def exposition() -> bytes:
    registry = CollectorRegistry()
    if settings.METRICS_MULTIPROCESS_DIR:
        MultiProcessCollector(  # type: ignore[no-untyped-call]  # the library has no type here
            registry, path=settings.METRICS_MULTIPROCESS_DIR
        )
    registry.register(_Site())
    text: bytes = generate_latest(registry)
    return text if settings.METRICS_MULTIPROCESS_DIR else generate_latest(_requests_here) + text


class _Site(Collector):
    """What the rows say now; nine queries."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _clock()
        yield from _workers()
        yield from _todo()
        states = Announcement.objects.order_by().values_list("state").annotate(Count("pk"))
        yield _by_label("announcements", "Announcements", "state", dict(states))
        pending = Subscription.objects.filter(state=SubscriptionState.PENDING).count()
        yield _gauge("sign_ups_pending", "Sign-ups that wait for confirmation", pending)


def _clock() -> Iterator[GaugeMetricFamily]:
    steps = {step.name: step for step in TickStep.objects.all()}
    ages = {
        name: (timezone.now() - step.finished_at).total_seconds()
        for name, step in steps.items()
        if step.finished_at
    }
    yield _by_label("tick_age_seconds", "Since the step of the tick last went well", "step", ages)
    failing = {name: int(step.failed_at is not None) for name, step in steps.items()}
    yield _by_label("tick_failing", "Whether the step failed last", "step", failing)
    counted = steps.get(counting.STEP)
    yield from _counted(counted.figures if counted else {})


def _counted(figures: dict[str, int]) -> Iterator[GaugeMetricFamily]:
    """What the tick counted; tick_age_seconds{step="counting"} says how old it is."""
    groups: dict[str, dict[str, float]] = {}
    for name, figure in figures.items():
        group, _, value = name.partition(":")
        groups.setdefault(group, {})[value] = figure
    for group, values in groups.items():
        yield _by_label(group, f"All {group}, counted by the tick", "state", values)


def _workers() -> Iterator[GaugeMetricFamily]:
    alive = Q(beat_at__gte=Now() - timedelta(seconds=conf.WORKER_LATE_SECONDS))
    beats = WorkerBeat.objects.aggregate(last=Max("beat_at"), alive=Count("pk", filter=alive))
    yield _gauge("workers_alive", "Workers with a recent sign of life", beats["alive"])
    if beats["last"]:
        age = (timezone.now() - beats["last"]).total_seconds()
        yield _gauge("worker_beat_age_seconds", "Since the last sign of life of any worker", age)


def _todo() -> Iterator[GaugeMetricFamily]:
    """Counted in partial indexes and not in the tables: what costs is only what waits."""
    deliveries = _states(Delivery, WAITING) | _states(Delivery, LEASED)
    yield _by_label("deliveries_unfinished", "Deliveries to do", "state", deliveries)
    yield _by_label("letters_waiting", "Letters to send", "state", _states(Letter, WAITING))
    oldest = seconds_of_oldest_due()
    yield _gauge("oldest_due_seconds", "How long the oldest due mail has waited", oldest or 0.0)


def _states(model: type[Model], states: tuple[DeliveryState, ...]) -> dict[str, int]:
    rows = model._default_manager.order_by().filter(state__in=states)
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return {str(state): counts.get(state, 0) for state in states}


def _by_label(
    name: str, meaning: str, label: str, values: Mapping[str, float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}{name}", meaning, labels=[label])
    for value, figure in values.items():
        family.add_metric([str(value)], figure)
    return family


def _gauge(name: str, meaning: str, figure: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}{name}", meaning, value=figure)
