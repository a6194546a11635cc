"""What a job does to the universe it works for: once, in the transaction that ends its items."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import anyio
import pytest

from core.adapters.embedded import Lease
from core.job_ports import Topic
from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    create_universe,
    delete_universe,
    get_job,
    get_universe,
    get_universe_history,
    restore_universe,
)
from core.operations.job_making import adopt_pending
from core.operations.job_running import run_item
from core.operations.members import UniverseDetail
from core.operations.operation import Context
from core.ports import UnitOfWork
from tests.job_support import Bench, bench_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(replace(ctx, tool="bulk_add_assets"), servers, database_name)


async def read(bench: Bench, universe_id: UUID, **more: object) -> UniverseDetail:
    result = await get_universe.invoke(bench.ctx, {"universe_id": universe_id, **more})
    assert result.data is not None, result.message
    return result.data


async def outcomes(bench: Bench, job_id: UUID) -> list[tuple[str, str, str | None]]:
    job = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert job.data is not None
    return [(r.input, r.verdict, r.outcome) for r in job.data.results]


def changes(bench: Bench, universe_id: UUID) -> list[Any]:
    return bench.sql(
        "select version, operation, actor, client, tool, added from change_sets"
        " where universe_id = %(u)s order by version",
        u=universe_id,
    )


async def test_decided_symbols_become_members_or_rejections_in_one_change(bench: Bench) -> None:
    made = await create_universe.invoke(bench.ctx, {"name": "Mixed", "symbols": ["AAPL"]})
    assert made.data is not None
    bench.live.alive.clear()
    added = await bulk_add_assets.invoke(
        bench.ctx,
        {"universe_id": made.data.id, "symbols": ["ZQAA", "ZQAB", "ZQAC"], "wait_seconds": 0},
    )
    assert added.data is not None
    assert added.data.job_id is not None
    bench.live.alive.update(["ZQAA", "ZQAC"])
    bench.live.denied.add("ZQAB")
    await bench.work()

    universe = await read(bench, made.data.id)

    assert [asset.symbol for asset in universe.assets][-2:] == ["ZQAA", "ZQAC"]
    assert (universe.pending_count, universe.version) == (0, 3)
    assert changes(bench, made.data.id)[-1] == (
        *(3, "settle_pending", "tester", "tests 1", "bulk_add_assets", 2),
    )
    assert await outcomes(bench, added.data.job_id) == [
        ("ZQAA", "valid", "added"),
        ("ZQAB", "not_found", "rejected"),
        ("ZQAC", "valid", "added"),
    ]


async def test_a_settled_universe_says_so_and_rings(bench: Bench) -> None:
    bench.live.alive.add("ZQAA")
    universe_id, _ = await bench.universe_with("ZQAA", "ZQAB")
    waiting = await get_universe.invoke(bench.ctx, {"universe_id": universe_id})
    bench.live.denied.add("ZQAB")

    async with bench.services.doorbell.subscribe(Topic.UNIVERSES) as pings:
        await bench.work()
        with anyio.fail_after(10):
            rung = await anext(ping async for ping in pings if ping.id == universe_id)

    settled = await get_universe.invoke(bench.ctx, {"universe_id": universe_id})
    history = await get_universe_history.invoke(bench.ctx, {"universe_id": universe_id})
    assert history.data is not None
    assert waiting.metadata.validation_status == "pending"
    assert settled.metadata.validation_status == "validated"
    assert (settled.metadata.pending_count, settled.metadata.version) == (0, rung.version)
    assert history.data.changes[0].operation == "settle_pending"
    assert history.data.changes[0].version == rung.version
    assert "1 verified and added, 1 rejected" in (history.data.changes[0].reason or "")


async def test_the_date_a_symbol_was_added_for_is_kept_until_it_settles(bench: Bench) -> None:
    made = await create_universe.invoke(bench.ctx, {"name": "Dated"})
    assert made.data is not None
    call = {"universe_id": made.data.id, "wait_seconds": 0}
    for symbol, day in (("ZQAA", "2024-03-01"), ("ZQAB", "2024-05-01")):
        await bulk_add_assets.invoke(
            bench.ctx, {**call, "symbols": [symbol], "effective_date": day}
        )
    bench.live.alive.update(["ZQAA", "ZQAB"])
    await bench.work()

    april = await read(bench, made.data.id, as_of="2024-04-01")
    may = await read(bench, made.data.id, as_of="2024-05-01")

    assert [asset.symbol for asset in april.assets] == ["ZQAA"]
    assert [asset.symbol for asset in may.assets] == ["ZQAA", "ZQAB"]


async def test_two_spellings_of_one_asset_become_one_member(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA", "zqaa")
    bench.live.alive.add("ZQAA")
    await bench.work()

    assert [asset.symbol for asset in (await read(bench, universe_id)).assets] == ["ZQAA"]
    assert [outcome for _, _, outcome in await outcomes(bench, job_id)] == [
        "added",
        "already_member",
    ]


async def test_a_symbol_taken_back_while_it_was_pending_is_not_added(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA", "ZQAB")
    await bulk_remove_assets.invoke(bench.ctx, {"universe_id": universe_id, "symbols": ["ZQAA"]})
    bench.live.alive.update(["ZQAA", "ZQAB"])
    await bench.work()

    assert [asset.symbol for asset in (await read(bench, universe_id)).assets] == ["ZQAB"]
    assert (await outcomes(bench, job_id))[0] == ("ZQAA", "valid", "dropped")


async def test_a_deleted_universe_is_left_alone_and_settles_once_it_is_back(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")
    await delete_universe.invoke(
        bench.ctx, {"universe_id": universe_id, "confirm_name": "Bench ZQAA"}
    )
    before = changes(bench, universe_id)
    bench.live.alive.add("ZQAA")
    await bench.work()
    assert await outcomes(bench, job_id) == [("ZQAA", "valid", "dropped")]
    assert changes(bench, universe_id) == before
    assert await adopt_pending(bench.services) == []

    await restore_universe.invoke(bench.ctx, {"universe_id": universe_id})
    await adopt_pending(bench.services)
    await bench.work()

    assert [asset.symbol for asset in (await read(bench, universe_id)).assets] == ["ZQAA"]


async def test_a_batch_in_which_nothing_is_decided_changes_no_version(bench: Bench) -> None:
    universe_id, _ = await bench.universe_with("ZQAA")
    before = changes(bench, universe_id)

    await bench.work()

    assert changes(bench, universe_id) == before
    assert (await read(bench, universe_id)).pending_count == 1


class ProcessDiedError(BaseException):
    """What no handler of ours may see: the process is gone."""


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
async def test_a_crash_on_either_side_of_the_commit_settles_exactly_once(
    bench: Bench, moment: str
) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    [item] = bench.queue.sent

    @asynccontextmanager
    async def dying(user_id: UUID, *, snapshot: bool = False) -> AsyncGenerator[UnitOfWork]:
        async with bench.services.unit_of_work(user_id, snapshot=snapshot) as uow:
            yield uow
            job = await uow.jobs.find(job_id)
            has_ended = job is not None and job.done == 1
            if has_ended and moment == "before the commit":
                raise ProcessDiedError
        if has_ended:
            raise ProcessDiedError

    with pytest.raises(BaseExceptionGroup) as died:
        await run_item(replace(bench.services, unit_of_work=dying), item, worker="worker-1")
    at_the_crash = changes(bench, universe_id)
    bench.end_leases()
    bench.queue.sent.append(item)
    await bench.sweep_and_work()

    assert died.group_contains(ProcessDiedError)
    assert len(at_the_crash) == (2 if moment == "before the commit" else 3)
    assert [asset.symbol for asset in (await read(bench, universe_id)).assets] == ["ZQAA"]
    assert [row[1] for row in changes(bench, universe_id)].count("settle_pending") == 1
    assert bench.items(job_id) == {"ZQAA": "done"}
