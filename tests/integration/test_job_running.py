"""Claims, leases and fencing: whatever dies in between, each item ends once."""

from dataclasses import replace
from typing import cast

import anyio
import pytest

from core.adapters.embedded import Lease
from core.domain.jobs import Claim
from core.job_ports import JobStore
from core.operations import job_running
from core.operations.job_running import run_item, sweep
from core.operations.operation import Context
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


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
    item = bench.item(job_id, "ZQAA")
    got: list[Claim | None] = []

    async def come(worker: str) -> None:
        got.append(await bench.claim(item, worker=worker))

    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(come, f"worker-{number}")

    assert len([taken for taken in got if taken]) == 1


async def test_a_message_that_comes_twice_does_nothing_the_second_time(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    item = bench.item(job_id, "ZQAA")

    worked = [await run_item(bench.services, item, worker="worker-1") for _ in range(2)]

    assert worked == [1, 0]


async def test_a_lease_that_ran_out_goes_to_another_worker(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    item = bench.item(job_id, "ZQAA")
    assert await bench.claim(item)
    assert await bench.claim(item, worker="worker-2") is None

    bench.end_leases()
    sent = await sweep(bench.services)
    second = await bench.claim(item, worker="worker-2")

    assert sent == [item]
    assert second is not None
    assert second.items[0].attempts == 2


async def test_a_renewed_lease_is_not_swept(bench: Bench) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    held = await bench.claim(bench.item(job_id, "ZQAA"))
    assert held is not None
    bench.end_leases()

    renewed = await bench.services.jobs.renew(held, lease_seconds=60)

    assert renewed == 1
    assert await sweep(bench.services) == []


async def test_a_worker_whose_lease_ran_out_while_it_asked_writes_nothing(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    item = bench.item(job_id, "ZQAA")
    overtaken: list[int] = []

    async def another_is_faster() -> None:
        bench.end_leases()
        await sweep(bench.services)
        overtaken.append(await run_item(bench.services, item, worker="worker-2"))

    bench.live.before_answer = another_is_faster
    await run_item(bench.services, item, worker="worker-1")

    assert overtaken == [1]
    changes = bench.sql(
        "select operation from change_sets where universe_id = %(u)s", u=universe_id
    )
    assert [operation for (operation,) in changes].count("settle_pending") == 1
    assert bench.sql("select version from universes") == [(3,)]
    assert bench.sql("select attempts, status from job_items") == [(2, "done")]


async def test_a_worker_renews_its_lease_for_as_long_as_it_asks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_running, "LEASE_SECONDS", 0.03)
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    renewed = anyio.Event()
    real = bench.services.jobs

    class Renewing:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        async def renew(self, claim: Claim, *, lease_seconds: float) -> int:
            count = await real.renew(claim, lease_seconds=lease_seconds)
            if count == 1:
                renewed.set()
            return count

    bench.live.before_answer = renewed.wait
    services = replace(bench.services, jobs=cast("JobStore", Renewing()))

    with anyio.fail_after(20):
        worked = await run_item(services, bench.item(job_id, "ZQAA"), worker="worker-1")

    assert worked == 1
    assert bench.items(job_id) == {"ZQAA": "done"}


async def test_who_comes_late_writes_nothing(bench: Bench) -> None:
    universe_id, job_id = await bench.universe_with("ZQAA")
    item = bench.item(job_id, "ZQAA")
    late = await bench.claim(item)
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
