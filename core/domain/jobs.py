"""Background work: jobs, their items, and the rules that say how long one waits and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

BATCH = 50
"""Items claimed together, which is one request to a provider."""

PATIENCE = timedelta(hours=24)
"""How long an undecided symbol is asked for again: an outage of a day is no error."""

FIRST_WAIT = 5.0
LONGEST_WAIT = 1800.0
FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0


class JobKind(StrEnum):
    VALIDATE = "validate_symbols"
    SETTLE = "settle_pending"


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING)


class ItemStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many items of a job are where; `started` once any of them was ever claimed."""

    queued: int = 0
    running: int = 0
    done: int = 0
    dead: int = 0
    cancelled: int = 0
    started: bool = False

    @property
    def settled(self) -> int:
        """Items that need no more work."""
        return self.done + self.dead

    @property
    def status(self) -> JobStatus:
        if self.queued or self.running:
            return JobStatus.RUNNING if self.started else JobStatus.QUEUED
        if self.cancelled:
            return JobStatus.CANCELLED
        if not self.dead:
            return JobStatus.SUCCEEDED
        return JobStatus.PARTIAL if self.done else JobStatus.FAILED

    @property
    def error(self) -> str | None:
        """What to say of the items that were given up, once the job has ended."""
        if not self.dead or not self.status.is_final:
            return None
        whole = self.dead + self.done + self.cancelled
        return (
            f"{self.dead} of {whole} could not be decided; the results say why."
            " get_job with action=retry tries them again."
        )


def wait_seconds(waits: int) -> float:
    """How long an item that nobody could decide waits, having waited so often before."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(waits, 16))


def retry_seconds(failures: int) -> float:
    """How long an item waits after its n-th failure."""
    return min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(max(failures - 1, 0), 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of background work as its owner sees it; `version` rises with every change."""

    id: UUID
    kind: JobKind
    status: JobStatus
    total: int
    done: int
    counts: Mapping[str, int]
    universe_id: UUID | None
    version: int
    created_at: datetime
    finished_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobItem:
    """One symbol of a job; `result` is the validation as it is shown, once there is one."""

    id: UUID
    seq: int
    input: str
    status: ItemStatus
    attempts: int
    next_at: datetime
    error: str | None
    result: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job just made; `wake` are the items to send, one for each batch."""

    id: UUID
    wake: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """Who wanted what: read from the row, for a message names nobody."""

    id: UUID
    owner_id: UUID
    kind: JobKind
    universe_id: UUID | None
    actor: str
    client: str | None
    tool: str | None
    expected_names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedItem:
    """An item as it was claimed; `attempts` is the number that fences it.

    Claims that ended without blame are its `waits`; the others are failures.
    """

    id: UUID
    input: str
    attempts: int
    waits: int

    @property
    def failures(self) -> int:
        """How many claims would have failed if this one does."""
        return self.attempts - self.waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Items of one job that one worker holds until its lease runs out."""

    job: JobOrder
    worker: str
    items: tuple[ClaimedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedItem:
    item: ClaimedItem
    verdict: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredItem:
    """An item that nobody could decide: asked again after `seconds`, unless patience ends."""

    item: ClaimedItem
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """What waits: `due` could run now, the oldest of it for `oldest_seconds`."""

    queued: int
    due: int
    running: int
    dead: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """A worker as it reported itself; `seen_seconds` ago on the database's clock."""

    id: str
    host: str
    pid: int
    version: str
    running: int
    started_at: datetime
    seen_at: datetime
    seen_seconds: float
