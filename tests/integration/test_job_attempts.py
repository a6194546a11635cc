"""How often an item is tried: failures alone and few, waits together and for a day."""

import json
from datetime import timedelta
from uuid import UUID

import anyio
import pytest

from core.adapters.embedded import Lease
from core.operations import get_job
from core.operations.job_running import run_item, sweep
from core.operations.operation import Context
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


async def test_an_item_that_kills_its_worker_dies_after_five_claims_and_its_neighbours_finish(
    bench: Bench,
) -> None:
    symbols = made_up(5)
    poison, *others = symbols
    _, job_id = await bench.universe_with(*symbols)
    bench.live.alive.update(symbols)
    deaths = 0

    async def deliver(item: UUID) -> int:
        """A worker: dies where the poison is in its batch, so its lease runs out."""
        held = await bench.claim(item)
        if held is None:
            return 0
        if poison in [taken.input for taken in held.items]:
            return 1
        await bench.services.jobs.release(held)
        await run_item(bench.services, held.items[0].id, worker="worker-2")
        return 0

    while items := await sweep(bench.services):
        for item in items:
            deaths += await deliver(item)
        bench.end_leases()

    assert deaths == 5
    statuses = bench.items(job_id)
    assert statuses.pop(poison) == "dead"
    assert statuses == dict.fromkeys(others, "done")
    job = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert job.data is not None
    assert job.data.status == "partial"
    assert job.data.counts == {"valid": 4, "unverified": 1}


async def test_an_error_is_told_in_our_words_and_tried_again_alone(bench: Bench) -> None:
    symbols = made_up(3)
    _, job_id = await bench.universe_with(*symbols)
    bench.live.alive.update(symbols)
    bench.live.crashing.add(symbols[0])
    for _ in range(5):
        bench.make_due()
        await bench.sweep_and_work()

    statuses = bench.items(job_id)
    job = await get_job.invoke(bench.ctx, {"job_id": job_id})

    assert statuses == {symbols[0]: "dead", symbols[1]: "done", symbols[2]: "done"}
    assert job.data is not None
    error = job.data.results[0].error
    assert error is not None
    assert error.startswith("Something unexpected")
    assert "secret" not in json.dumps(job.model_dump(mode="json"))


async def test_what_was_given_up_can_be_tried_again(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.crashing.add("ZQAA")
    for _ in range(5):
        bench.make_due()
        await bench.sweep_and_work()
    failed = await get_job.invoke(bench.ctx, {"job_id": job_id})
    bench.live.crashing.clear()
    bench.live.alive.add("ZQAA")

    again = await get_job.invoke(bench.ctx, {"job_id": job_id, "action": "retry"})
    await bench.work()

    done = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert failed.data is not None
    assert again.data is not None
    assert done.data is not None
    assert [failed.data.status, again.data.status, done.data.status] == [
        "failed",
        "running",
        "succeeded",
    ]


async def test_what_nobody_can_decide_is_asked_again_in_batches_for_a_day(bench: Bench) -> None:
    symbols = made_up(3)
    _, job_id = await bench.universe_with(*symbols)
    for _ in range(8):  # more often than an item may fail
        bench.make_due()
        bench.live.asked.clear()
        assert await bench.sweep_and_work() == 3
        assert [len(asked) for asked in bench.live.asked] == [3]

    assert set(bench.items(job_id).values()) == {"queued"}
    [(wait,)] = bench.sql("select distinct next_at - now() from job_items")  # a batch stays one
    assert wait > timedelta(minutes=5)

    bench.sql("update job_items set give_up_at = now()")
    bench.make_due()
    await bench.sweep_and_work()
    job = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert job.data is not None
    assert (job.data.status, job.data.counts) == ("failed", {"unverified": 3})


async def test_a_cancelled_job_lets_what_runs_finish_and_does_not_ask_again(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA", "ZQAB")
    held = await bench.claim(bench.item(job_id, "ZQAA"))
    assert held is not None

    running = await get_job.invoke(bench.ctx, {"job_id": job_id, "action": "cancel"})
    await bench.services.jobs.fail(held, "Away.", seconds=0)

    after = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert running.data is not None
    assert after.data is not None
    assert (running.data.status, after.data.status) == ("running", "cancelled")


async def test_a_worker_that_is_stopped_gives_its_items_back_without_blame(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    item = bench.item(job_id, "ZQAA")
    asked = anyio.Event()

    async def never(*_: object, **__: object) -> dict[str, object]:
        asked.set()
        await anyio.sleep_forever()
        return {}

    bench.live.ask = never  # pyright: ignore[reportAttributeAccessIssue] - a provider that hangs
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: run_item(bench.services, item, worker="worker-1"))
        await asked.wait()
        tasks.cancel_scope.cancel()

    assert bench.items(job_id) == {"ZQAA": "queued"}
    assert bench.sql("select attempts - waits from job_items") == [(0,)]
    assert await sweep(bench.services) == [item]
