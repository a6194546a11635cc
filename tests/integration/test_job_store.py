"""What the queue tells of itself: what is sent, how much waits, who works, what expires."""

from datetime import timedelta

import pytest

from core.adapters.embedded import Lease
from core.operations import create_universe, delete_universe
from core.operations.job_running import sweep
from core.operations.operation import Context
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


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
        bench.item(job_id, "ZQAC"), worker="worker-1", lease_seconds=60, batch=1
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
