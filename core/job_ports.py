"""What core needs of the outside for background work; `core.ports` holds the rest."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.domain.jobs import (
    Claim,
    DeferredItem,
    FinishedItem,
    Job,
    JobItem,
    NewJob,
    QueueDepth,
    WorkerState,
)
from core.domain.universe import PendingSymbol


class JobQueue(Protocol):
    """Wake-ups for workers. It may lose them: the rows are the truth, the sweeper sends again."""

    async def send(self, item_ids: Sequence[UUID]) -> None:
        """Never raises for trouble of the queue."""
        ...


class PendingRepository(Protocol):
    """Symbols that wait beside the list of a universe until somebody can verify them."""

    async def add(
        self, universe_id: UUID, inputs: Sequence[str], *, effective: date, now: datetime
    ) -> None: ...

    async def remove(self, universe_id: UUID, inputs: Sequence[str]) -> set[str]: ...

    async def among(self, universe_id: UUID, inputs: Collection[str]) -> set[str]: ...

    async def list(self, universe_id: UUID, *, limit: int) -> Sequence[PendingSymbol]: ...

    async def linked(self, universe_id: UUID, items: Collection[UUID]) -> Mapping[UUID, date]:
        """Which of these job items still have their symbol waiting, with its effective date."""
        ...

    async def unlink(self, universe_id: UUID, items: Collection[UUID]) -> None:
        """No job works on these symbols any more; another may."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAddress:
    """Where workers listen for what a JobQueue sends."""

    url: str
    stream: str
    group: str
    task: str


class StaleSymbols(Protocol):
    """Symbols of members of any tenant that nobody confirmed for a while; never whose they are."""

    async def list(self, *, before: datetime, limit: int) -> Sequence[str]:
        """Confirmed and asked for last before this time, oldest first."""
        ...

    async def mark(self, symbols: Collection[str], *, now: datetime) -> None:
        """Remember that they were asked for, whatever the answer was."""
        ...


class JobRepository(Protocol):
    """Jobs of one tenant, in the transaction of what they are about."""

    async def add_validation(
        self,
        inputs: Sequence[str],
        *,
        expected_names: Mapping[str, str],
        requested_by: "RequestedBy",
    ) -> NewJob:
        """A job for these inputs; the one still open for the same request, where there is one."""
        ...

    async def add_settling(
        self, universe_id: UUID, *, requested_by: "RequestedBy"
    ) -> NewJob | None:
        """A job for all pending symbols of the universe that no open job works on."""
        ...

    async def of_pending(self, universe_id: UUID, inputs: Collection[str]) -> UUID | None:
        """The newest job that works on one of these pending symbols."""
        ...

    async def find(self, job_id: UUID) -> Job | None: ...

    async def given_up(self, *, limit: int) -> Sequence[Job]:
        """Jobs that ended with symbols nobody decided, the last to end first."""
        ...

    async def items(self, job_id: UUID, *, after: int | None, limit: int) -> Sequence[JobItem]: ...

    async def done_items(self, job_id: UUID, inputs: Collection[str]) -> Mapping[str, JobItem]:
        """Those of these inputs that have a result, by input."""
        ...

    async def cancel(self, job_id: UUID) -> int:
        """Stop what has not begun; how many items that was."""
        ...

    async def retry(self, job_id: UUID) -> NewJob:
        """Queue again what was given up or cancelled."""
        ...

    async def held(self, claim: Claim) -> set[UUID]:
        """Which items are still this worker's, locked until the transaction ends."""
        ...

    async def settle(
        self,
        claim: Claim,
        *,
        finished: Sequence[FinishedItem],
        deferred: Sequence[DeferredItem],
    ) -> None:
        """End this claim of items that are `held`, and bring the job's row up to date."""
        ...


class JobStore(Protocol):
    """The queue of all tenants, under a role that sees job tables and nothing else."""

    async def claim(
        self, item_id: UUID, *, worker: str, lease_seconds: float, batch: int
    ) -> Claim | None:
        """Take a due item and due neighbours of its job; None where there is nothing to take.

        An item that failed before is taken alone, so that one that kills its process takes no
        neighbour with it twice.
        """
        ...

    async def renew(self, claim: Claim, *, lease_seconds: float) -> int:
        """How many items are still this worker's; they are for as long again."""
        ...

    async def fail(self, claim: Claim, error: str, *, seconds: float) -> None:
        """The work raised: each item is tried again later, or given up after its last attempt."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give items back untried; that is no failure of theirs."""
        ...

    async def sweep(self, *, limit: int) -> Sequence[UUID]:
        """Take back expired leases; the items to send, marked as sent, one for each batch."""
        ...

    async def depth(self) -> QueueDepth: ...

    async def beat(
        self, worker_id: str, *, host: str, pid: int, version: str, running: int
    ) -> None:
        """Say that a worker lives, and how many items it works on."""
        ...

    async def workers(self, *, within_seconds: float) -> Sequence[WorkerState]: ...

    async def forget_worker(self, worker_id: str) -> None: ...

    async def unlinked_pending(self, *, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Owner and id of living universes with pending symbols that no job works on."""
        ...

    async def begin_slot(self, name: str, slot: datetime) -> bool:
        """Whether this process is the one to run a slot of a schedule; True once a slot."""
        ...

    async def end_slot(self, name: str, slot: datetime) -> None: ...

    async def last_slot(self, name: str) -> datetime | None: ...

    async def purge(self, now: datetime) -> Mapping[str, int]:
        """Delete what has expired by `now` and by the database's clock; counts by kind."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedBy:
    """In whose name a job's changes are recorded."""

    actor: str
    client: str | None
    tool: str | None


class Topic(StrEnum):
    """What a bell tells of."""

    JOBS = "universe_jobs"
    UNIVERSES = "universe_changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Something changed: look at the row. Without an id anything may have, so look at yours."""

    id: UUID | None = None
    owner_id: UUID | None = None
    version: int | None = None

    def concerns(self, wanted: UUID) -> bool:
        return self.id is None or self.id == wanted


class Doorbell(Protocol):
    """Rings when rows change. It carries no data, and a missed ring is made good in seconds."""

    def subscribe(self, topic: Topic) -> AbstractAsyncContextManager[AsyncIterator[Ping]]:
        """Pings from now on; one without an id at least every few seconds."""
        ...
