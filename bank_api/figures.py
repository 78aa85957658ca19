"""What the bank counts while it runs, for Prometheus. No figure names a person: labels are patterns and kinds."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.samples import Sample

HOST = "127.0.0.1"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0)
ITEMS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Figures:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry, self._since = CollectorRegistry(), int(time.time())
        ProcessCollector(namespace="azukari_bank", registry=self.registry)
        self._requests = Counter(
            "azukari_bank_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "azukari_bank_request_seconds",
            "From a request's first byte to the last of its answer.",
            ["method"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._items = Histogram(
            "azukari_bank_batch_items", "Acts that went in one batch.", ["act"], buckets=ITEMS, registry=self.registry
        )
        self._batch_seconds = Histogram(
            "azukari_bank_batch_seconds",
            "From a batch's sending to its receipt.",
            ["act"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._failed = Counter(
            "azukari_bank_batches_failed", "Batches without a receipt.", ["act"], registry=self.registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counted at every call: which figures of each kind they are is looked up once."""
        kind = method, route, status
        known = self._answered.get(kind)
        if known is None:
            known = self._requests.labels(method, route, str(status)), self._seconds.labels(method)
            self._answered[kind] = known
        known[0].inc()
        known[1].observe(seconds)

    def landed(self, act: str, items: int, seconds: float) -> None:
        self._items.labels(act).observe(items)
        self._batch_seconds.labels(act).observe(seconds)

    def failing(self, act: str) -> AbstractContextManager[object]:
        """Counts what is raised inside."""
        return self._failed.labels(act).count_exceptions()

    def since_start(self) -> dict[str, int]:
        """What was answered and carried since this process was started, in sum; `since` in unix seconds."""
        statuses: dict[str, int] = {}
        for sample in _samples(self._requests, "_total"):
            status = sample.labels["status"]
            statuses[status] = statuses.get(status, 0) + int(sample.value)
        return {
            "since": self._since,
            "answered": sum(statuses.values()),
            "faults": statuses.get("500", 0),
            "too_many": statuses.get("429", 0),
            "batches": sum(int(one.value) for one in _samples(self._items, "_count")),
            "batches_failed": sum(int(one.value) for one in _samples(self._failed, "_total")),
        }

    def watch(self, name: str, words: str, ask: Callable[[], float]) -> None:
        """A figure that is asked for when somebody looks."""
        Gauge(f"azukari_bank_{name}", words, registry=self.registry).set_function(ask)

    def serve(self, port: int) -> int:
        """Answer at `http://127.0.0.1:PORT/metrics`, to this machine alone; the port, of which 0 takes a free one."""
        server, _ = start_http_server(port, HOST, self.registry)
        return int(server.server_port)


def _samples(metric: MetricWrapperBase, ending: str) -> Iterator[Sample]:
    return (one for family in metric.collect() for one in family.samples if one.name.endswith(ending))
