"""The bell over a real connection: it rings after commits, and says when a ring may be lost."""

from collections.abc import AsyncGenerator, AsyncIterator
from uuid import UUID, uuid4

import anyio
import pytest

from core.adapters.embedded import Lease, Role
from core.job_ports import Ping, RequestedBy, Topic
from core.operations import create_universe
from core.operations.operation import Context
from db.doorbell import MOST_IDS, PgDoorbell, Subscriber, parse
from db.session import Database, open_database
from tests.job_support import Bench, bench_of, made_up

pytestmark = pytest.mark.anyio

LISTENER = "universe-doorbell"


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


@pytest.fixture
async def database(servers: Lease, database_name: str) -> AsyncGenerator[Database]:
    opened = open_database(servers.postgres_url(Role.SERVICE, database=database_name))
    yield opened
    await opened.dispose()


@pytest.fixture
async def bell(database: Database) -> AsyncGenerator[PgDoorbell]:
    """A bell that is silent unless something rings it."""
    opened = PgDoorbell(database.engine.url, floor_seconds=600)
    yield opened
    await opened.aclose()


async def next_of(pings: AsyncIterator[Ping]) -> Ping:
    with anyio.fail_after(20):
        return await anext(pings)


async def test_a_change_of_a_universe_rings_with_its_ids_and_version(
    bench: Bench, bell: PgDoorbell
) -> None:
    async with bell.subscribe(Topic.UNIVERSES) as pings:
        made = await create_universe.invoke(bench.ctx, {"name": "Loud"})
        ping = await next_of(pings)

    assert made.data is not None
    owner = bench.ctx.principal.user_id
    assert ping == Ping(id=made.data.id, owner_id=owner, version=1)


async def test_what_is_rolled_back_does_not_ring(bench: Bench, bell: PgDoorbell) -> None:
    async def fail_to_create() -> None:
        async with bench.ctx.unit_of_work() as uow:
            job = await uow.jobs.add_validation(
                ["ZQAA"], expected_names={}, requested_by=requester()
            )
            await uow.jobs.cancel(job.id)
            raise LookupError

    async with bell.subscribe(Topic.JOBS) as pings:
        with pytest.raises(LookupError):
            await fail_to_create()
        _, job_id = await bench.universe_with("ZQAA")
        await bench.work()
        ping = await next_of(pings)

    assert ping.id == job_id


async def test_a_job_rings_when_it_begins_and_when_it_ends(bench: Bench, bell: PgDoorbell) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    bench.live.alive.add("ZQAA")
    job = None
    async with bell.subscribe(Topic.JOBS) as pings:
        await bench.work()
        with anyio.fail_after(20):
            async for ping in pings:
                assert ping.id == job_id
                async with bench.ctx.unit_of_work() as uow:
                    job = await uow.jobs.find(job_id)
                if job is not None and job.status.is_final:
                    break

    assert job is not None
    assert job.status == "succeeded"


async def test_a_job_does_not_ring_for_every_batch(bench: Bench) -> None:
    symbols = made_up(150)
    _, job_id = await bench.universe_with(*symbols)
    bench.live.alive.update(symbols)
    bench.sql("update jobs set rung_at = now() + interval '1 hour'")  # it has just rung
    item = bench.queue.sent.pop()

    await bench.work()
    quiet = bench.sql("select rung_at > now() from jobs where id = %(j)s", j=job_id)
    bench.queue.sent.append(item)
    await bench.work()
    at_the_end = bench.sql("select rung_at > now() from jobs where id = %(j)s", j=job_id)

    assert (quiet, at_the_end) == ([(True,)], [(False,)])


async def test_a_bell_whose_connection_was_cut_listens_again_and_makes_everybody_look(
    bench: Bench, bell: PgDoorbell
) -> None:
    async with bell.subscribe(Topic.UNIVERSES) as pings:
        bench.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = %(name)s and datname = current_database()",
            name=LISTENER,
        )
        back = await next_of(pings)
        await create_universe.invoke(bench.ctx, {"name": "After"})
        ping = await next_of(pings)

    assert back == Ping()
    assert back.concerns(uuid4())
    assert ping.id is not None


async def test_all_readers_of_a_process_share_one_connection(
    bench: Bench, bell: PgDoorbell
) -> None:
    async with bell.subscribe(Topic.JOBS), bell.subscribe(Topic.UNIVERSES) as pings:
        async with bell.subscribe(Topic.UNIVERSES) as others:
            await create_universe.invoke(bench.ctx, {"name": "Loud"})
            heard = [await next_of(pings), await next_of(others)]
        listeners = bench.sql(
            "select count(*) from pg_stat_activity"
            " where application_name = %(name)s and datname = current_database()",
            name=LISTENER,
        )

    assert heard[0] == heard[1]
    assert listeners == [(1,)]


async def test_a_reader_of_a_silent_bell_is_told_to_look_all_the_same(database: Database) -> None:
    bell = PgDoorbell(database.engine.url, floor_seconds=0.01)
    async with bell.subscribe(Topic.JOBS) as pings:
        ping = await next_of(pings)
    await bell.aclose()

    assert ping == Ping()


async def test_a_reader_that_is_slow_gets_the_latest_ping_of_each_id() -> None:
    subscriber = Subscriber(floor_seconds=600)
    first, second = uuid4(), uuid4()
    for ident, version in ((first, 1), (second, 1), (first, 2)):
        subscriber.put(Ping(id=ident, version=version))

    got = [await next_of(subscriber) for _ in range(2)]

    assert got == [Ping(id=first, version=2), Ping(id=second, version=1)]


async def test_a_reader_that_is_far_behind_is_told_to_look_at_everything() -> None:
    subscriber = Subscriber(floor_seconds=600)
    for _ in range(MOST_IDS + 1):
        subscriber.put(Ping(id=uuid4()))

    assert await next_of(subscriber) == Ping()


@pytest.mark.parametrize("payload", ["", "1 2 3", "not ids at all", f"{UUID(int=1)} x 1"])
def test_a_payload_that_is_not_ours_makes_readers_look(payload: str) -> None:
    assert parse(payload) == Ping()


def requester() -> RequestedBy:
    return RequestedBy(actor="tester", client=None, tool=None)
