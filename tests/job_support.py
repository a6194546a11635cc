"""Parts for tests of background work: providers that say what a test wants, and a look past RLS."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from core.adapters.embedded import Lease, Role
from core.domain.answers import Answer
from core.domain.asset import AssetClass, Quote
from core.domain.jobs import Claim
from core.live_ports import Found
from core.operations import bulk_add_assets, create_universe
from core.operations.job_running import run_item
from core.operations.operation import Context
from core.ports import Services

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class ScriptedLive:
    """Live quotes that know `alive`, deny `denied`, and cannot decide anything else."""

    alive: set[str] = field(default_factory=set[str])
    denied: set[str] = field(default_factory=set[str])
    crashing: set[str] = field(default_factory=set[str])
    asked: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    before_answer: Callable[[], Awaitable[None]] | None = None
    """What happens, once, while the next question is on its way."""
    is_offline: bool = False

    async def remembered(self, symbols: Collection[str]) -> Found:
        return Found()

    async def allowance(self, user_id: UUID, wanted: int) -> int:
        return wanted

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Mapping[str, Answer]:
        self.asked.append(tuple(symbols))
        happens, self.before_answer = self.before_answer, None
        if happens:
            await happens()
        if self.crashing.intersection(symbols):
            raise ZeroDivisionError("a secret of the driver")
        known = [s for s in symbols if s in self.alive or s in self.denied]
        return {symbol: self._answer(symbol) for symbol in known}

    def _answer(self, symbol: str) -> Answer:
        now = datetime.now(UTC)
        quote = Quote(
            symbol=symbol,
            name=f"{symbol} Industries",
            asset_class=AssetClass.EQUITY,
            exchange="NYSE",
            currency="USD",
            alive=True,
            source="yahoo",
            fetched_at=now,
        )
        return Answer(
            symbol=symbol,
            quote=quote if symbol in self.alive else None,
            source="yahoo",
            observed_at=now,
        )

    def refresh(self, symbols: Collection[str]) -> None:
        pass

    def notes(self) -> tuple[str, ...]:
        return ()

    async def warm_up(self) -> None:
        pass

    async def cache_size(self) -> int | None:
        return None


@dataclass(kw_only=True)
class RecordingQueue:
    """Keeps what it is given, for a test to deliver."""

    sent: list[UUID] = field(default_factory=list[UUID])

    async def send(self, item_ids: Sequence[UUID]) -> None:
        self.sent.extend(item_ids)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A user's context with scripted providers and a recorded queue."""

    ctx: Context
    live: ScriptedLive
    queue: RecordingQueue
    servers: Lease
    database_name: str

    @property
    def services(self) -> Services:
        return self.ctx.services

    async def universe_with(self, *symbols: str) -> tuple[UUID, UUID]:
        """A universe these symbols were added to, and the job that settles them."""
        made = await create_universe.invoke(self.ctx, {"name": f"Bench {symbols[0]}"})
        assert made.data is not None
        added = await bulk_add_assets.invoke(
            self.ctx, {"universe_id": made.data.id, "symbols": symbols, "wait_seconds": 0}
        )
        assert added.data is not None, added.message
        assert added.data.job_id is not None
        return made.data.id, added.data.job_id

    async def work(self, *, worker: str = "worker-1") -> int:
        """Deliver everything sent so far; how many items were worked on."""
        items, self.queue.sent[:] = list(self.queue.sent), []
        return sum([await run_item(self.services, item, worker=worker) for item in items])

    async def sweep_and_work(self) -> int:
        self.queue.sent.extend(await self.services.jobs.sweep(limit=200))
        return await self.work()

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """One statement as the cluster's superuser, who passes every policy."""
        url = make_url(self.servers.postgres_url(Role.ADMIN, database=self.database_name))
        with psycopg.connect(
            host=str(url.query["host"]),
            port=5432,
            user=url.username,
            dbname=url.database,
            password=url.password,
            options="-c lock_timeout=20s",  # what waits for this very loop fails and hangs nothing
        ) as connection:
            done = connection.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

    def items(self, job_id: UUID) -> dict[str, str]:
        """The status of each symbol."""
        return dict(
            self.sql("select input, status from job_items where job_id = %(id)s", id=job_id)
        )

    async def claim(self, item: UUID, *, worker: str = "worker-1") -> Claim | None:
        return await self.services.jobs.claim(item, worker=worker, lease_seconds=60, batch=50)

    def item(self, job_id: UUID, symbol: str) -> UUID:
        """The id of the item of a symbol."""
        [(found,)] = self.sql(
            "select id from job_items where job_id = %(job)s and input = %(symbol)s",
            job=job_id,
            symbol=symbol,
        )
        return found

    def make_due(self) -> None:
        """As if every wait were over."""
        self.sql("update job_items set next_at = now() - interval '1 s' where status = 'queued'")

    def end_leases(self) -> None:
        """As if every worker had died a while ago."""
        self.sql(
            "update job_items set lease_until = now() - interval '1 s' where status = 'running'"
        )


def bench_of(ctx: Context, servers: Lease, database_name: str) -> Bench:
    live, queue = ScriptedLive(), RecordingQueue()
    services = replace(ctx.services, live=live, queue=queue)
    return Bench(
        ctx=replace(ctx, services=services),
        live=live,
        queue=queue,
        servers=servers,
        database_name=database_name,
    )


def made_up(count: int, *, prefix: str = "ZQ") -> list[str]:
    """Symbols of a form that exists and that nobody has issued."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = (a + b for a in letters for b in letters)
    return [prefix + pair for pair, _ in zip(pairs, range(count), strict=False)]
