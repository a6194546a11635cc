"""Schedules on the real tables: slots, what is stale, and what a worker may see of it."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.domain.answers import Answer
from core.operations import delete_universe
from core.operations.operation import Context
from core.operations.refreshing import refresh_stale
from core.ports import Services
from db.session import Role
from tests.factories import call, make_universe, some_symbols, tenant
from workers.periodic import schedules
from workers.schedule import Schedule, Scheduler

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Provider:
    """Answers that everything asked for is unknown, or nothing at all."""

    is_offline = False

    def __init__(self, *, is_away: bool = False) -> None:
        self.asked: list[str] = []
        self._is_away = is_away

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Mapping[str, Answer]:
        self.asked += symbols
        if self._is_away:
            return {}
        return {
            symbol: Answer(symbol=symbol, quote=None, source="yahoo", observed_at=START)
            for symbol in symbols
        }


async def test_two_schedulers_on_one_database_run_ten_slots_ten_times(services: Services) -> None:
    moments = [START]
    ran: list[datetime] = []

    async def work() -> None:
        ran.append(moments[-1])

    hourly = Schedule(name="hourly", every=timedelta(hours=1), run=work)
    schedulers = [Scheduler([hourly], services.jobs, now=lambda: moments[-1]) for _ in range(2)]

    for _ in range(10):
        await asyncio.gather(*(scheduler.once() for scheduler in schedulers))
        moments.append(moments[-1] + timedelta(hours=1))

    assert ran == moments[:10]


async def test_members_of_living_universes_are_asked_for_again_and_then_left_alone(
    ctx: Context, stranger: Context, services: Services
) -> None:
    kept, other, gone = await some_symbols(ctx, 3)
    await make_universe(ctx, "Kept", [kept])
    await make_universe(stranger, "Kept by another", [other])
    deleted = await make_universe(ctx, "Deleted", [gone])
    await call(ctx, delete_universe, universe_id=deleted, confirm_name="Deleted")
    provider = Provider()

    asked = await refresh_stale(provider, services.stale, now=services.now)
    again = await refresh_stale(provider, services.stale, now=services.now)

    assert (asked, again) == (2, 0)
    assert sorted(provider.asked) == sorted([kept, other])


async def test_an_outage_leaves_the_symbols_stale(ctx: Context, services: Services) -> None:
    [symbol] = await some_symbols(ctx, 1)
    await make_universe(ctx, "Chips", [symbol])
    provider = Provider(is_away=True)

    asked = await refresh_stale(provider, services.stale, now=services.now)

    assert asked == 0
    assert await services.stale.list(before=services.now(), limit=9) == [symbol]


async def test_a_worker_learns_symbols_and_not_whose_they_are(ctx: Context) -> None:
    await make_universe(ctx, "Chips", await some_symbols(ctx, 1))

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with tenant(ctx, role=Role.WORKER) as connection:
            await connection.execute(text("select * from universe_assets"))


async def test_every_schedule_runs_on_a_fresh_database(services: Services) -> None:
    scheduler = Scheduler(schedules(services), services.jobs, now=services.now)

    ran = await scheduler.once()

    assert ran == [
        "adopt_pending",
        "refresh_stale_validations",
        "sync_catalog",
        "refresh_universes",
        "purge",
    ]
    assert await services.jobs.last_slot("purge") is not None
