"""How background work goes, and what of it a person should do something about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.jobs import QueueDepth, WorkerState

SEEN_WITHIN = 30.0
"""Seconds after which a worker that said nothing counts as gone."""

TOO_OLD = 120.0
"""Seconds that due work may wait before somebody should look."""


class Trouble(StrEnum):
    """How a request to a provider failed; never in the provider's own words."""

    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    SERVER_FAILURE = "server_failure"
    UNAUTHORIZED = "unauthorized"
    MALFORMED_ANSWER = "malformed_answer"
    NO_ANSWER = "no_answer"


ADVICE: Mapping[Trouble, str] = {
    Trouble.RATE_LIMITED: "it says that it is asked too often; it is asked again after the pause",
    Trouble.UNREACHABLE: "the connection fails: check the network, proxy and DNS of this machine",
    Trouble.TIMED_OUT: "it does not answer in time: it is slow, or the network is",
    Trouble.SERVER_FAILURE: "it fails on its side, which only waiting helps against",
    Trouble.UNAUTHORIZED: "it does not accept our session or key: check the key, where it has one",
    Trouble.MALFORMED_ANSWER: "its answers cannot be read: it may have changed, look for an update",
    Trouble.NO_ANSWER: "it gave no answer that could decide anything",
}
"""What each kind of failure means for whoever runs the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """A provider's circuit breaker and its last failure, which all processes share."""

    name: str
    is_open: bool
    seconds: float = 0.0
    """How long it stays open."""
    openings: int = 0
    """How often in a row it opened."""
    last_error: Trouble | None = None
    last_error_at: datetime | None = None

    @property
    def breaker(self) -> str:
        return "open" if self.is_open else "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkQueueStatus:
    """What waits, what runs, who works, and whom they can ask."""

    depth: QueueDepth
    workers: Sequence[WorkerState]
    providers: Sequence[ProviderHealth]

    @property
    def concerns(self) -> tuple[str, ...]:
        """What keeps work from being done, each with what to do about it."""
        return (*self._waiting(), *(_closed_door(p) for p in self.providers if p.is_open))

    def _waiting(self) -> Sequence[str]:
        if self.depth.due and not self.workers:
            return [
                f"{self.depth.due} symbols wait and no worker has reported for"
                f" {SEEN_WITHIN:.0f} s: start `universe worker`, or any server if PostgreSQL and"
                " Valkey are the embedded ones."
            ]
        if self.depth.oldest_seconds > TOO_OLD:
            return [
                f"{self.depth.due} symbols wait, the oldest for {self.depth.oldest_seconds:.0f} s:"
                f" {len(self.workers)} workers are not enough, or their logs say why."
            ]
        return ()

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The whole picture as parts and sentences."""
        depth = self.depth
        given_up = f"{depth.dead} given up" + (
            ": get_job with action=retry tries them again" if depth.dead else ""
        )
        return (
            (
                "queue",
                f"{depth.queued} waiting ({depth.due} due, the oldest for"
                f" {depth.oldest_seconds:.0f} s), {depth.running} running, {given_up}",
            ),
            *(
                (
                    "worker",
                    f"{worker.host} pid {worker.pid}, version {worker.version}, running"
                    f" {worker.running}, seen {worker.seen_seconds:.0f} s ago",
                )
                for worker in self.workers
            ),
            *((f"provider {provider.name}", _said_of(provider)) for provider in self.providers),
        )


def _closed_door(provider: ProviderHealth) -> str:
    why = f" ({provider.last_error}: {ADVICE[provider.last_error]})" if provider.last_error else ""
    return (
        f"{provider.name} is left alone for another {provider.seconds:.0f} s after"
        f" {provider.openings} failures in a row of its probes{why}; symbols wait meanwhile."
    )


def _said_of(provider: ProviderHealth) -> str:
    said = "left alone for now" if provider.is_open else "asked as needed"
    if provider.last_error and provider.last_error_at:
        said += f"; last failure {provider.last_error_at:%Y-%m-%d %H:%M:%S} UTC"
        said += f", {provider.last_error}: {ADVICE[provider.last_error]}"
    return said
