"""Claims, leases and attempts: whatever dies in between, each item ends once or is given up."""

import json
from datetime import timedelta
from uuid import UUID

import anyio
import pytest

from core.adapters.embedded import Lease
from core.domain.jobs import Claim
from core.operations import create_universe, delete_universe, get_job
from core.operations.job_running import run_item, sweep
from core.operations.operation import Context
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


async def claim(bench: Bench, item: UUID, *, worker: str = "worker-1") -> Claim | None:
    return await bench.services.jobs.claim(item, worker=worker, lease_seconds=60, batch=50)


def item_of(bench: Bench, job_id: UUID, symbol: str) -> UUID:
    rows = bench.sql(
        "select id from job_items where job_id = %(id)s and input = %(input)s",
        id=job_id,
        input=symbol,
    )
    return rows[0][0]


async def test_a_worker_claims_a_whole_batch_and_asks_once_for_it(bench: Bench) -> None:
    symbols = made_up(60)
    _, job_id = await bench.universe_with(*symbols)
    bench.live.alive.update(symbols)
    bench.live.asked.clear()
    assert len(bench.queue.sent) == 2

    first = await run_item(bench.services, bench.queue.sent[0], worker="worker-1")
    second = await run_item(bench.services, bench.queue.sent[1], worker="worker-1")

    assert (first, second) == (50, 10)
    assert [len(asked) for asked in bench.live.asked] == [50, 10]
    assert set(bench.items(job_id).values()) == {"done"}


async def test_messages_that_come_in_any_order_leave_nothing_behind(bench: Bench) -> None:
    symbols = made_up(170)
    _, job_id = await bench.universe_with(*symbols)
    bench.live.alive.update(symbols)
    bench.queue.sent.reverse()

    worked = await bench.work()

    assert worked == 170
    assert set(bench.items(job_id).values()) == {"done"}


async def test_of_two_workers_that_come_for_one_item_one_gets_it(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    item = item_of(bench, job_id, "ZQAA")
    got: list[Claim | None] = []

    async def come(worker: str) -> None:
        got.append(await claim(bench, item, worker=worker))

    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(come, f"worker-{number}")

    assert len([taken for taken in got if taken]) == 1


async def test_a_message_that_comes_twice_does_nothing_the_second_time(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    item = item_of(bench, job_id, "ZQAA")

    worked = [await run_item(bench.services, item, worker="worker-1") for _ in range(2)]

    assert worked == [1, 0]


async def test_a_lease_that_ran_out_goes_to_another_worker(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    item = item_of(bench, job_id, "ZQAA")
    assert await claim(bench, item)
    assert await claim(bench, item, worker="worker-2") is None

    bench.end_leases()
    sent = await sweep(bench.services)
    second = await claim(bench, item, worker="worker-2")

    assert sent == [item]
    assert second is not None
    assert second.items[0].attempts == 2


async def test_a_renewed_lease_is_not_swept(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    held = await claim(bench, item_of(bench, job_id, "ZQAA"))
    assert held is not None
    bench.end_leases()

    renewed = await bench.services.jobs.renew(held, lease_seconds=60)

    assert renewed == 1
    assert await sweep(bench.services) == []


async def test_who_comes_late_writes_nothing(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")
    item = item_of(bench, job_id, "ZQAA")
    late = await claim(bench, item)
    assert late is not None
    bench.end_leases()
    await sweep(bench.services)
    bench.live.alive.add("ZQAA")
    await run_item(bench.services, item, worker="worker-2")
    before = bench.sql("select version, updated_at from universes where id = %(u)s", u=universe_id)

    async with bench.ctx.unit_of_work() as uow:
        held = await uow.jobs.held(late)
    await bench.services.jobs.fail(late, "Too late.", seconds=0)
    await bench.services.jobs.release(late)

    assert held == set()
    assert await bench.services.jobs.renew(late, lease_seconds=60) == 0
    assert bench.items(job_id) == {"ZQAA": "done"}
    after = bench.sql("select version, updated_at from universes where id = %(u)s", u=universe_id)
    assert after == before


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
        held = await claim(bench, item)
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
    held = await claim(bench, item_of(bench, job_id, "ZQAA"))
    assert held is not None

    running = await get_job.invoke(bench.ctx, {"job_id": job_id, "action": "cancel"})
    await bench.services.jobs.fail(held, "Away.", seconds=0)

    after = await get_job.invoke(bench.ctx, {"job_id": job_id})
    assert running.data is not None
    assert after.data is not None
    assert (running.data.status, after.data.status) == ("running", "cancelled")


async def test_a_worker_that_is_stopped_gives_its_items_back_without_blame(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    item = item_of(bench, job_id, "ZQAA")
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


async def test_a_sweep_sends_one_item_a_batch_and_repeats_only_after_a_while(bench: Bench) -> None:
    await bench.universe_with(*made_up(120))

    first = await sweep(bench.services)
    second = await sweep(bench.services)
    bench.sql("update job_items set sent_at = now() - interval '31 s'")
    third = await sweep(bench.services)

    assert (len(first), second) == (3, [])
    assert third == first


async def test_a_sweep_sends_no_more_than_it_may_and_the_rest_next_time(bench: Bench) -> None:
    await bench.universe_with(*made_up(250))

    portions = [len(await sweep(bench.services, limit=2)) for _ in range(4)]

    assert portions == [2, 2, 1, 0]


async def test_the_depth_of_the_queue_counts_what_waits_and_for_how_long(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA", "ZQAB", "ZQAC")
    bench.sql("update job_items set next_at = now() - interval '90 s' where input = 'ZQAA'")
    bench.sql("update job_items set next_at = now() + interval '90 s' where input = 'ZQAB'")
    await bench.services.jobs.claim(
        item_of(bench, job_id, "ZQAC"), worker="worker-1", lease_seconds=60, batch=1
    )

    depth = await bench.services.jobs.depth()

    assert (depth.queued, depth.due, depth.running, depth.dead) == (2, 1, 1, 0)
    assert depth.oldest_seconds >= 90


async def test_workers_report_themselves_until_they_leave(bench: Bench) -> None:
    jobs = bench.services.jobs
    for running in (0, 3):
        await jobs.beat("one", host="here", pid=7, version="1.0", running=running)
    await jobs.beat("gone", host="here", pid=8, version="1.0", running=0)
    bench.sql("update workers set seen_at = now() - interval '5 min' where id = 'gone'")

    seen = await jobs.workers(within_seconds=60)
    await jobs.forget_worker("one")

    assert [(worker.id, worker.running) for worker in seen] == [("one", 3)]
    assert await jobs.workers(within_seconds=60) == []


async def test_a_slot_of_a_schedule_runs_once_however_many_ask(bench: Bench) -> None:
    slot = bench.services.now().replace(minute=0, second=0, microsecond=0)
    jobs = bench.services.jobs

    begun = [await jobs.begin_slot("hourly", slot) for _ in range(3)]
    await jobs.end_slot("hourly", slot)

    assert begun == [True, False, False]
    assert await jobs.last_slot("hourly") == slot
    assert await jobs.last_slot("daily") is None


async def test_a_purge_takes_what_has_expired_and_nothing_else(bench: Bench) -> None:
    old_id, _ = await bench.universe_with("ZQAA")
    young = await create_universe.invoke(
        bench.ctx, {"name": "Young", "symbols": ["ZQAB", "AAPL"], "idempotency_key": "k"}
    )
    assert young.data is not None
    for universe_id, name in ((old_id, "Bench ZQAA"), (young.data.id, "Young")):
        await delete_universe.invoke(bench.ctx, {"universe_id": universe_id, "confirm_name": name})
    bench.sql(
        "update universes set deleted_at = now() - interval '31 days' where id = %(u)s", u=old_id
    )

    counts = await bench.services.jobs.purge(bench.services.now())
    again = await bench.services.jobs.purge(bench.services.now())

    assert (counts["universes"], counts["idempotency_keys"]) == (1, 0)
    assert set(again.values()) == {0}
    assert bench.sql("select id from universes") == [(young.data.id,)]
    assert bench.sql("select count(*) from jobs") == [(1,)]
    assert bench.sql("select input from pending_symbols") == [("ZQAB",)]


async def test_no_clock_makes_a_purge_take_what_can_still_be_restored(bench: Bench) -> None:
    universe_id, _ = await bench.universe_with("ZQAA")
    await delete_universe.invoke(
        bench.ctx, {"universe_id": universe_id, "confirm_name": "Bench ZQAA"}
    )

    counts = await bench.services.jobs.purge(bench.services.now() + timedelta(days=400))

    assert set(counts.values()) <= {0}
