"""The visitors of the bench: which addresses they ask for, and how long each answer takes."""

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from random import Random
from statistics import mean, quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.management.base import CommandError

from cms.bench.serving import WORKERS, cpu_seconds, forget_peak, peak_megabytes
from cms.bench.wsgi import STATEMENTS, WORKER
from cms.management.commands.demo_check import START_SECONDS

CATALOGUE = "/dobre-praktyki/"
ANSWER_SECONDS = 120
# What visitors choose; the API tells with which values.
FILTERS = ("area", "voivodeship", "group", "cost", "year", "school", "competence", "documents")
WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Answer:
    seconds: float
    statements: int
    worker: int
    body: bytes


@dataclass(frozen=True)
class Figures:
    """How one kind of page was answered."""

    per_second: float
    p50: float
    p95: float
    cpu: float
    statements: float
    megabytes: float


class Line:
    """A connection that is kept, and so stays with one process."""

    def __init__(self, port: int) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self.worker = self.get("/health/live").worker

    def get(self, address: str) -> Answer:
        started = time.perf_counter()
        # As from the proxy in front, which speaks TLS with visitors.
        self.http.request("GET", address, headers={"X-Forwarded-Proto": "https"})
        response = self.http.getresponse()
        body = response.read()
        seconds = time.perf_counter() - started
        if response.status != 200:
            raise CommandError(f"{address} answered {response.status}.")
        told = response.headers
        return Answer(seconds, int(told[STATEMENTS]), int(told[WORKER]), body)

    def get_all(self, addresses: list[str]) -> list[Answer]:
        return [self.get(address) for address in addresses]


@contextmanager
def lines(port: int) -> Iterator[list[Line]]:
    """One to each process: which of them takes a connection is chance, and would be measured."""
    opened: dict[int, Line] = {}
    deadline = time.monotonic() + START_SECONDS
    try:
        while len(opened) < WORKERS:
            if time.monotonic() > deadline:
                raise CommandError("One of the processes takes no connection.")
            line = Line(port)
            if opened.setdefault(line.worker, line) is not line:
                line.http.close()
                time.sleep(0.05)  # The other one may still be starting.
        yield list(opened.values())
    finally:
        for line in opened.values():
            line.http.close()


def measure(lines: list[Line], addresses: list[str], *, requests: int, chance: Random) -> Figures:
    """Each line asks for every address once without being measured, then for its part of all."""
    for line in lines:
        forget_peak(line.worker)
    visitors = ThreadPoolExecutor(len(lines))
    try:
        list(visitors.map(Line.get_all, lines, [addresses] * len(lines)))
        asked = [addresses[number % len(addresses)] for number in range(requests)]
        chance.shuffle(asked)
        parts = [asked[place :: len(lines)] for place in range(len(lines))]
        started, busy = time.perf_counter(), _busy(lines)
        answers = [answer for part in visitors.map(Line.get_all, lines, parts) for answer in part]
        took, busy = time.perf_counter() - started, _busy(lines) - busy
    finally:
        # Nobody waits for the rest of them at Ctrl-C: the site ends first.
        visitors.shutdown(wait=False, cancel_futures=True)
    cuts = quantiles([answer.seconds * 1000 for answer in answers], n=20, method="inclusive")
    return Figures(
        per_second=len(answers) / took,
        p50=cuts[9],
        p95=cuts[18],
        cpu=busy * 1000 / len(answers),
        statements=mean(answer.statements for answer in answers),
        megabytes=max(peak_megabytes(line.worker) for line in lines),
    )


def _busy(lines: list[Line]) -> float:
    return sum(cpu_seconds(line.worker) for line in lines)


def addresses(line: Line, *, count: int, chance: Random) -> dict[str, list[str]]:
    """So many different ones of each kind, or all there are."""
    known = _practices(line, count)
    return {
        "catalogue": _different(count, lambda: _catalogue(known, chance)),
        "filtered": _different(count, lambda: _filtered(known, chance)),
        "search": _different(count, lambda: _searched(known, chance)),
        "practice": [urlsplit(item["html_url"]).path for item in known["items"]],
    }


def _practices(line: Line, count: int) -> dict[str, Any]:
    """What the API says of the site, with practices from all over the list."""
    query = "/api/v1/practices?limit=100&facets=all"
    known: dict[str, Any] = json.loads(line.get(query).body)
    step = max(known["count"] // 4, 1)
    for offset in range(step, known["count"], step):
        known["items"] += json.loads(line.get(f"{query}&offset={offset}").body)["items"]
    known["items"] = list({item["id"]: item for item in known["items"]}.values())
    known["items"] = known["items"][:: max(len(known["items"]) // count, 1)][:count]
    return known


def _different(count: int, make: Callable[[], str]) -> list[str]:
    """Addresses that `make` gives, each once; a small site has fewer."""
    found = dict.fromkeys(make() for _attempt in range(20 * count))
    return list(found)[:count]


def _catalogue(known: dict[str, Any], chance: Random) -> str:
    pages = min(-(-known["count"] // 12), 100)
    sort = chance.choice(["", "title", "cost"])
    chosen = {"sort": sort, "page": str(chance.randint(1, pages))}
    return _address({name: value for name, value in chosen.items() if value not in ("", "1")})


def _filtered(known: dict[str, Any], chance: Random) -> str:
    """One or two filters; what many practices have is chosen often."""
    chosen = {}
    for name in chance.sample(FILTERS, chance.choice([1, 2])):
        values = known["facets"][name]["values"]
        if any(value["count"] for value in values):
            counts = [value["count"] for value in values]
            chosen[name] = chance.choices(values, counts)[0]["value"]
    return _address(chosen)


def _searched(known: dict[str, Any], chance: Random) -> str:
    """One or two words of a title or of what stands below it."""
    item = chance.choice(known["items"])
    words = WORD.findall(f"{item['title']} {item['lead']}")
    return _address({"q": " ".join(chance.sample(words, chance.choice([1, 2])))})


def _address(chosen: dict[str, str]) -> str:
    query = urlencode(sorted(chosen.items()))
    return f"{CATALOGUE}?{query}" if query else CATALOGUE
