"""Jobs as their owner sees them: begun by a call, watched, cancelled, tried again."""

from dataclasses import replace
from uuid import uuid4

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.adapters.embedded import Lease, Role
from core.domain.result import Result
from core.operations import (
    bulk_add_assets,
    create_universe,
    get_job,
    get_universe,
    validate_symbols,
)
from core.operations.job_making import adopt_pending
from core.operations.jobs import JobDetail
from core.operations.operation import Context
from db.session import Role as SessionRole
from db.session import open_database, transaction
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


async def read(bench: Bench, job_id: object, **more: object) -> JobDetail:
    result: Result[JobDetail] = await get_job.invoke(bench.ctx, {"job_id": job_id, **more})
    assert result.data is not None, result.message
    return result.data


async def test_symbols_nobody_can_decide_become_pending_and_a_job(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA", "ZQAB")

    job = await read(bench, job_id)
    assert (job.kind, job.status, job.universe_id) == ("settle_pending", "queued", universe_id)
    assert job.progress.model_dump() == {"done": 0, "total": 2}
    assert [(r.input, r.verdict, r.status) for r in job.results] == [
        ("ZQAA", "unverified", "queued"),
        ("ZQAB", "unverified", "queued"),
    ]
    assert len(bench.queue.sent) == 1


async def test_create_universe_with_undecided_symbols_tells_the_job(bench: Bench) -> None:
    made = await create_universe.invoke(bench.ctx, {"name": "New", "symbols": ["ZQAA", "AAPL"]})

    assert made.data is not None
    assert made.data.bulk is not None
    assert made.data.bulk.pending == 1
    assert {"tool": "get_job", "arguments": {"job_id": str(made.data.bulk.job_id)}} in [
        call.model_dump() for call in made.metadata.next_calls
    ]


async def test_a_job_of_another_tenant_looks_like_one_that_never_was(
    bench: Bench, stranger: Context
) -> None:
    _, job_id = await bench.universe_with("ZQAA")

    foreign = await get_job.invoke(stranger, {"job_id": job_id, "action": "cancel"})
    unknown = await get_job.invoke(stranger, {"job_id": uuid4()})

    assert foreign.metadata.error == unknown.metadata.error
    assert foreign.message == unknown.message
    assert bench.items(job_id) == {"ZQAA": "queued"}


@pytest.mark.parametrize(
    "table", ["universes", "universe_assets", "pending_symbols", "change_sets", "idempotency_keys"]
)
async def test_the_role_of_workers_cannot_read_what_universes_hold(
    servers: Lease, database_name: str, table: str
) -> None:
    database = open_database(servers.postgres_url(Role.SERVICE, database=database_name))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with transaction(database, SessionRole.WORKER) as connection:
            await connection.execute(text(f"select * from {table}"))  # noqa: S608 - our own names
    await database.dispose()


async def test_validation_of_what_is_left_goes_on_as_a_job(bench: Bench) -> None:
    bench.live.alive.add("ZQAB")
    asked = {"symbols": ["ZQAA", "ZQAB"], "wait_seconds": 0.2}

    first = await validate_symbols.invoke(bench.ctx, asked)
    again = await validate_symbols.invoke(bench.ctx, asked)

    assert first.data is not None
    assert again.data is not None
    assert [r.verdict for r in first.data.results] == ["unverified", "valid"]
    assert again.data.job_id == first.data.job_id is not None
    assert (await read(bench, first.data.job_id)).progress.total == 1


async def test_a_validation_that_leaves_nothing_has_no_job(bench: Bench) -> None:
    bench.live.alive.add("ZQAA")

    result = await validate_symbols.invoke(bench.ctx, {"symbols": ["ZQAA"], "wait_seconds": 1})

    assert result.data is not None
    assert result.data.job_id is None


async def test_a_validation_job_keeps_the_names_that_were_expected(bench: Bench) -> None:
    asked = {"symbols": ["ZQAA"], "expected_names": {"ZQAA": "Acme"}, "wait_seconds": 0}
    result = await validate_symbols.invoke(bench.ctx, asked)
    bench.live.alive.add("ZQAA")
    await bench.work()

    assert result.data is not None
    job = await read(bench, result.data.job_id)
    assert [w.code for w in job.results[0].warnings] == ["identity_mismatch"]


async def test_without_providers_pending_symbols_wait_without_a_job(bench: Bench) -> None:
    bench.live.is_offline = True
    made = await create_universe.invoke(bench.ctx, {"name": "Later", "symbols": ["ZQAA"]})
    assert made.data is not None
    assert made.data.bulk is not None
    assert (made.data.bulk.pending, made.data.bulk.job_id) == (1, None)
    assert await adopt_pending(bench.services) == ()

    bench.live.is_offline = False
    adopted = await adopt_pending(bench.services)

    assert len(adopted) == 1
    assert (await read(bench, adopted[0])).universe_id == made.data.id
    assert await adopt_pending(bench.services) == []


async def test_a_job_takes_along_what_was_pending_without_one(bench: Bench) -> None:
    bench.live.is_offline = True
    made = await create_universe.invoke(bench.ctx, {"name": "Later", "symbols": ["ZQAA"]})
    bench.live.is_offline = False
    assert made.data is not None

    added = await bulk_add_assets.invoke(
        bench.ctx, {"universe_id": made.data.id, "symbols": ["ZQAB"], "wait_seconds": 0}
    )

    assert added.data is not None
    assert added.data.job_id is not None
    assert set(bench.items(added.data.job_id)) == {"ZQAA", "ZQAB"}


async def test_adding_again_what_is_pending_answers_with_the_job_it_has(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")

    again = await bulk_add_assets.invoke(
        bench.ctx, {"universe_id": universe_id, "symbols": ["ZQAA"], "wait_seconds": 0}
    )

    assert again.data is not None
    assert again.data.job_id == job_id


async def test_a_replayed_call_names_the_same_job(bench: Bench) -> None:
    made = await create_universe.invoke(bench.ctx, {"name": "Keyed"})
    assert made.data is not None
    call = {
        "universe_id": made.data.id,
        "symbols": ["ZQAA"],
        "wait_seconds": 0,
        "idempotency_key": "once",
    }

    first = await bulk_add_assets.invoke(bench.ctx, call)
    again = await bulk_add_assets.invoke(bench.ctx, call)

    assert first.data is not None
    assert again.data is not None
    assert again.metadata.replayed
    assert again.data.job_id == first.data.job_id is not None
    assert bench.sql("select count(*) from jobs") == [(1,)]


async def test_cancelling_stops_what_has_not_begun_and_retrying_begins_it(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA", "ZQAB")

    cancelled = await read(bench, job_id, action="cancel")
    worked = await bench.work()
    again = await read(bench, job_id, action="retry")

    assert cancelled.status == "cancelled"
    assert cancelled.finished_at is not None
    assert worked == 0
    assert (again.status, again.finished_at) == ("queued", None)
    bench.live.alive.update(["ZQAA", "ZQAB"])
    assert await bench.work() == 2
    assert (await read(bench, job_id)).status == "succeeded"


async def test_cancelling_waits_for_nobody_who_changes_the_universe(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")

    async with bench.ctx.unit_of_work() as uow:
        await uow.universes.lock(universe_id)
        with anyio.fail_after(20):
            cancelled = await read(bench, job_id, action="cancel")

    assert cancelled.status == "cancelled"


async def test_acting_on_a_job_needs_the_scope_to_write(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    reader = replace(bench.ctx.principal, scopes=frozenset({"jobs:read"}))
    ctx = replace(bench.ctx, principal=reader)

    refused = await get_job.invoke(ctx, {"job_id": job_id, "action": "cancel"})

    assert refused.metadata.error is not None
    assert refused.metadata.error.code == "forbidden"
    assert (await get_job.invoke(ctx, {"job_id": job_id})).success


async def test_results_of_a_long_job_are_read_page_by_page(bench: Bench) -> None:
    symbols = made_up(60)
    _, job_id = await bench.universe_with(*symbols)

    first = await get_job.invoke(bench.ctx, {"job_id": job_id, "limit": 40})
    second = await get_job.invoke(
        bench.ctx, {"job_id": job_id, "limit": 40, "cursor": first.metadata.next_cursor}
    )

    assert first.data is not None
    assert second.data is not None
    assert [r.input for r in [*first.data.results, *second.data.results]] == symbols
    assert second.metadata.next_cursor is None


async def test_ten_thousand_pending_symbols_become_one_job_of_two_hundred_batches(
    bench: Bench,
) -> None:
    symbols = [s for p in made_up(15, prefix="Z") for s in made_up(676, prefix=p)][:10_000]
    universe_id, job_id = await bench.universe_with(*symbols)

    job = await read(bench, job_id, limit=1)

    universe = await get_universe.invoke(bench.ctx, {"universe_id": universe_id})
    assert universe.data is not None
    assert universe.data.pending_count == job.progress.total == 10_000
    assert len(bench.queue.sent) == 200
    assert bench.sql("select count(*) from pending_symbols where job_item_id is null") == [(0,)]


async def test_a_caller_who_waits_gets_what_the_job_decides_meanwhile(bench: Bench) -> None:
    made = await create_universe.invoke(bench.ctx, {"name": "Patient"})
    assert made.data is not None
    call = {"universe_id": made.data.id, "symbols": ["ZQAA", "ZQAB"], "wait_seconds": 20}

    async def work_when_sent() -> None:
        while not bench.queue.sent:
            await anyio.lowlevel.checkpoint()
        bench.live.alive.add("ZQAA")
        bench.live.denied.add("ZQAB")
        await bench.work()

    added = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work_when_sent)
        added = await bulk_add_assets.invoke(bench.ctx, call)

    assert added is not None
    assert added.data is not None
    assert (added.data.added, added.data.pending, added.data.rejected) == (1, 0, 1)
    assert added.metadata.pending_count == 0
    assert added.data.version == added.metadata.version == 3


async def test_a_caller_who_waits_for_a_verdict_gets_it_and_no_job(bench: Bench) -> None:
    async def work_when_sent() -> None:
        while not bench.queue.sent:
            await anyio.lowlevel.checkpoint()
        bench.live.alive.add("ZQAA")
        await bench.work()

    result = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work_when_sent)
        result = await validate_symbols.invoke(bench.ctx, {"symbols": ["ZQAA"], "wait_seconds": 20})

    assert result is not None
    assert result.data is not None
    assert [r.verdict for r in result.data.results] == ["valid"]
    assert result.data.job_id is None
