"""What Prometheus reads: the sums of this process, and the state that all processes share."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from core.domain.watching import WorkQueueStatus
from core.live_ports import BUCKETS, Counters, Labels

HELP = {
    "requests": "Calls of an operation, by door and by how they ended.",
    "request_seconds": "How long calls of an operation took.",
    "validations": "Symbols checked, by the tier that answered.",
    "cache_lookups": "Symbols looked up in the cache.",
    "live_symbols": "Symbols that callers wanted asked of providers, by their budget.",
    "provider_requests": "Requests to providers, by how they ended.",
}


def page(counters: Counters, work: WorkQueueStatus, *, cached: int | None) -> bytes:
    """The page in the text format, from a registry of its own: nothing is global."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Sums(counters))
    registry.register(Shared(work, cached=cached))
    return generate_latest(registry)


class Sums(Collector):
    """Counts and durations of this process since it began."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        counts: dict[str, CounterMetricFamily] = {}
        for (name, labels), amount in sorted(self._counters.read().items()):
            family = counts.setdefault(
                name, CounterMetricFamily(_named(name), _help(name), labels=_names(labels))
            )
            family.add_metric(_values(labels), amount)
        yield from counts.values()
        times: dict[str, HistogramMetricFamily] = {}
        for (name, labels), spent in sorted(self._counters.durations().items()):
            timed = times.setdefault(
                name, HistogramMetricFamily(_named(name), _help(name), labels=_names(labels))
            )
            limits = [*map(str, BUCKETS), "+Inf"]
            buckets = list(zip(limits, [*spent.within, spent.count], strict=True))
            timed.add_metric(_values(labels), buckets, spent.seconds)
        yield from times.values()


class Shared(Collector):
    """Queue, workers, providers and cache: the same whichever process is asked."""

    def __init__(self, work: WorkQueueStatus, *, cached: int | None) -> None:
        self._work = work
        self._cached = cached

    def collect(self) -> Iterator[Metric]:
        depth = self._work.depth
        symbols = GaugeMetricFamily(
            "universe_job_symbols", "Symbols of jobs, by where they are.", labels=["state"]
        )
        for state, amount in (
            ("queued", depth.queued),
            ("due", depth.due),
            ("running", depth.running),
            ("dead", depth.dead),
        ):
            symbols.add_metric([state], amount)
        yield symbols
        yield GaugeMetricFamily(
            "universe_job_oldest_seconds",
            "How long the oldest due symbol has waited.",
            value=depth.oldest_seconds,
        )
        yield from self._workers()
        yield from self._providers()
        if self._cached is not None:
            yield GaugeMetricFamily(
                "universe_cache_entries", "Entries of the shared cache.", value=self._cached
            )

    def _workers(self) -> Iterator[Metric]:
        labels = ["worker", "version"]
        heartbeat = GaugeMetricFamily(
            "universe_worker_heartbeat_age_seconds",
            "How long ago a worker said that it lives.",
            labels=labels,
        )
        running = GaugeMetricFamily(
            "universe_worker_running", "Symbols that a worker works on.", labels=labels
        )
        for worker in self._work.workers:
            names = [f"{worker.host}:{worker.pid}", worker.version]
            heartbeat.add_metric(names, worker.seen_seconds)
            running.add_metric(names, worker.running)
        yield heartbeat
        yield running

    def _providers(self) -> Iterator[Metric]:
        is_open = GaugeMetricFamily(
            "universe_provider_breaker_open",
            "1 while a provider is left alone after failures.",
            labels=["provider"],
        )
        failed = GaugeMetricFamily(
            "universe_provider_last_error_timestamp_seconds",
            "When a request to a provider failed last, by the kind of failure.",
            labels=["provider", "error"],
        )
        for provider in self._work.providers:
            is_open.add_metric([provider.name], provider.is_open)
            if provider.last_error and provider.last_error_at:
                names = [provider.name, str(provider.last_error)]
                failed.add_metric(names, provider.last_error_at.timestamp())
        yield is_open
        yield failed


def _named(name: str) -> str:
    return f"universe_{name}"


def _help(name: str) -> str:
    return HELP.get(name, name.replace("_", " "))


def _names(labels: Labels) -> Sequence[str]:
    return [name for name, _ in labels]


def _values(labels: Labels) -> Sequence[str]:
    return [value for _, value in labels]
