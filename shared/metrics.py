"""Figures about a process, for Prometheus: no ids, no names, no values of people."""

import os
from collections.abc import Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

REQUESTS = Counter(
    "giamngheo_requests_total",
    "Requests by route and status",
    ["service", "method", "route", "status"],
    registry=None,
)
SECONDS = Histogram(
    "giamngheo_request_seconds",
    "Time to answer",
    ["service"],
    registry=None,
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.3, 2.6, 5.2, 10.4),
)


REFUSED_TOKENS = Counter(
    "giamngheo_refused_tokens_total",
    "Requests without a right token: answered 401 (wrong) or not looked at, 429 (throttled)",
    ["service", "why"],
    registry=None,
)

TURNED_AWAY = Counter(
    "giamngheo_turned_away_total",
    "Requests that no service saw: busy, slow, long, malformed, broken",
    ["why"],
    registry=None,
)


class Gauges(Protocol):
    """Figures that are looked up when they are asked for."""

    def __call__(self) -> dict[str, float]:
        """Give them by name."""


class _Asked:
    """Turns looked-up figures into Prometheus' families."""

    def __init__(self, service: str, gauges: Gauges) -> None:
        self._service, self._gauges = service, gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look them up now."""
        for name, value in self._gauges().items():
            family = GaugeMetricFamily(f"giamngheo_{name}", name, labels=["service"])
            family.add_metric([self._service], value)
            yield family


def exposition(service: str, gauges: Gauges) -> bytes:
    """Give the text for a scrape.

    With PROMETHEUS_MULTIPROC_DIR set the counters are those of all web workers together, else
    those of the worker that answers.
    """
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # theirs
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
        registry.register(REFUSED_TOKENS)
        registry.register(TURNED_AWAY)
    registry.register(_Asked(service, gauges))
    return generate_latest(registry)
