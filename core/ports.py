"""What core needs of the outside: small protocols that the database and the adapters satisfy."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from core.access_ports import Principal as Principal
from core.access_ports import RateLimiter, SessionStore, TokenStore
from core.catalog_ports import AssetRepository, CatalogStore, IndexRepository, SyncCatalog
from core.domain.asset import Quote
from core.domain.kept import KeptAnswers
from core.domain.rates import Rates
from core.domain.turnover import Step
from core.domain.universe import (
    Change,
    ChangeSet,
    Constituent,
    IndexOrigin,
    NewMember,
    Universe,
    UniverseSource,
)
from core.domain.watching import ProviderHealth
from core.job_ports import (
    Doorbell,
    JobQueue,
    JobRepository,
    JobStore,
    PendingRepository,
    QueueAddress,
    StaleSymbols,
)
from core.live_ports import AnswerStore, Counters, LiveQuotes
from core.rule_ports import CarriedRepository, DueRefreshes, RuleRepository, ScreenRepository


class MarketDataProvider(Protocol):
    """A live source of quotes."""

    @property
    def name(self) -> str: ...

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        """Answer what can be answered; never raises for trouble of the provider.

        None means a well-formed answer that says the symbol is unknown there; a symbol absent from
        the mapping could not be decided (outage, rate limit, broken answer).
        """
        ...

    async def aclose(self) -> None: ...


class UniverseRepository(Protocol):
    async def find_by_name(self, name: str) -> Universe | None: ...

    async def find(self, universe_id: UUID) -> Universe | None: ...

    async def find_stamped(self, universe_id: UUID) -> tuple[Universe, str] | None:
        """As `find`, with a stamp of everything that is shown of it and of its members now.

        Two equal stamps were read of the same rows.
        """
        ...

    async def lock(self, universe_id: UUID) -> Universe | None:
        """As `find`, and no other transaction changes it before this one ends."""
        ...

    async def list(
        self, *, query: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Universe]: ...

    async def count(self, *, query: str | None) -> int: ...

    async def add(
        self,
        *,
        name: str,
        description: str,
        source: UniverseSource,
        now: datetime,
        index: IndexOrigin | None = None,
    ) -> Universe: ...

    async def update(
        self, universe_id: UUID, *, name: str, description: str, now: datetime
    ) -> None: ...

    async def delete(self, universe_id: UUID, *, now: datetime) -> None: ...

    async def find_deleted(self, universe_id: UUID, *, since: datetime) -> Universe | None: ...

    async def restore(self, universe_id: UUID) -> bool:
        """False where it is not deleted any more: another call was first."""
        ...


class MemberRepository(Protocol):
    """Constituents of one universe, on both clocks."""

    async def among(
        self, universe_id: UUID, assets: Collection[UUID], *, since: date | None = None
    ) -> set[UUID]:
        """Which of these are members now, and were on a day."""
        ...

    async def add(
        self,
        universe_id: UUID,
        assets: Sequence[UUID],
        *,
        change_set: UUID,
        version: int,
        effective: date,
    ) -> None: ...

    async def remove(
        self,
        universe_id: UUID,
        assets: Sequence[UUID],
        *,
        change_set: UUID,
        version: int,
        effective: date,
    ) -> None: ...

    async def write(
        self, universe_id: UUID, members: Sequence[NewMember], *, change_set: UUID, version: int
    ) -> None:
        """Write dated memberships of assets that have none there yet."""
        ...

    async def intervals(self, universe_id: UUID) -> Sequence[Constituent]:
        """Every dated membership known now, by position, then by date."""
        ...

    async def list(
        self,
        universe_id: UUID,
        *,
        window: "MemberWindow",
        after: tuple[int, UUID] | None,
        limit: int,
    ) -> Sequence[Constituent]: ...

    async def count(self, universe_id: UUID, *, window: "MemberWindow") -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberWindow:
    """Which members: those of a version, on a day, or ever in `[start, end)`; default: now."""

    version: int | None = None
    as_of: date | None = None
    start: date | None = None
    end: date | None = None


class ChangeSetRepository(Protocol):
    async def add(self, universe_id: UUID, *, version: int, change: Change, now: datetime) -> UUID:
        """Record a change; the first is version 1, every other raises the universe's version."""
        ...

    async def list(
        self, universe_id: UUID, *, before: int | None, limit: int
    ) -> Sequence[ChangeSet]:
        """Newest first, from below the version `before`."""
        ...

    async def steps(
        self, universe_id: UUID, *, start: date, end: date
    ) -> tuple[Sequence[Step], int]:
        """Changes effective in `(start, end]`, oldest first, and how many were left out.

        Left out are reverts, and corrections: changes entered after later-dated ones.
        """
        ...

    async def started(self, universe_id: UUID) -> datetime | None:
        """When the history begins."""
        ...


class ReplayRepository(Protocol):
    """Answers given under an idempotency key."""

    async def find(self, key: str) -> tuple[str, Mapping[str, Any]] | None:
        """The request's hash and the answer."""
        ...

    async def add(
        self, key: str, *, operation: str, request_hash: str, response: Mapping[str, Any]
    ) -> bool:
        """False where another call wrote it first."""
        ...


class UnitOfWork(Protocol):
    """One transaction of one tenant: commits on a clean exit, rolls back on an exception."""

    @property
    def universes(self) -> UniverseRepository: ...

    @property
    def members(self) -> MemberRepository: ...

    @property
    def pending(self) -> PendingRepository: ...

    @property
    def changes(self) -> ChangeSetRepository: ...

    @property
    def replays(self) -> ReplayRepository: ...

    @property
    def jobs(self) -> JobRepository: ...

    @property
    def assets(self) -> AssetRepository: ...

    @property
    def screens(self) -> ScreenRepository: ...

    @property
    def carried(self) -> CarriedRepository: ...

    @property
    def rules(self) -> RuleRepository: ...

    @property
    def indices(self) -> IndexRepository: ...


class UnitOfWorkFactory(Protocol):
    """Opens a unit of work of one tenant.

    With `snapshot` all that is read is of one moment, whoever commits in between, and nothing
    can be written.
    """

    def __call__(
        self, user_id: UUID, *, snapshot: bool = False
    ) -> AbstractAsyncContextManager[UnitOfWork]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything an operation may use; made once a process by `core.bootstrap`."""

    unit_of_work: UnitOfWorkFactory
    catalog: CatalogStore
    sync: SyncCatalog
    live: LiveQuotes
    answers: AnswerStore
    counters: Counters
    jobs: JobStore
    queue: JobQueue
    queue_address: QueueAddress
    stale: StaleSymbols
    due_refreshes: DueRefreshes
    doorbell: Doorbell
    user: Callable[[str], Awaitable[UUID]]
    """The id of the local user of this name; made where there is none."""
    tokens: TokenStore
    sessions: SessionStore
    authenticate: Callable[[str], Awaitable[Principal]]
    """Whom a presented token speaks for; raises UnauthorizedError in one sentence for all."""
    kept: KeptAnswers
    limiter: RateLimiter
    rates: Rates
    now: Callable[[], datetime]
    providers: Callable[[], Awaitable[Sequence[ProviderHealth]]]
    """The circuit breakers, by provider."""
    ready: Callable[[], Awaitable[Mapping[str, str]]]
    """Faults by part; empty when all is well."""
