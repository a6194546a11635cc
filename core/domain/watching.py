"""How background work goes, and what of it a person should do something about."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.jobs import QueueDepth, WorkerState

SEEN_WITHIN = 30.0
"""Seconds after which a worker that said nothing counts as gone."""

TOO_OLD = 120.0
"""Seconds that due work may wait before somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """A provider's circuit breaker, which all processes share."""

    name: str
    is_open: bool
    seconds: float = 0.0
    """How long it stays open."""
    openings: int = 0
    """How often in a row it opened."""


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
            *(
                (f"provider {p.name}", "closed to us" if p.is_open else "asked as needed")
                for p in self.providers
            ),
        )


def _closed_door(provider: ProviderHealth) -> str:
    return (
        f"{provider.name} is left alone for another {provider.seconds:.0f} s after"
        f" {provider.openings} failures in a row of its probes; symbols wait meanwhile."
    )
