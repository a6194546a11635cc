"""The stream broker on a real Valkey: whatever dies, a message is done once or comes again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from taskiq import AckableMessage

from core.adapters.embedded import Lease
from core.adapters.job_queue import StreamJobQueue, message, queue_address
from core.adapters.valkey_cache import ValkeyLink
from core.job_ports import QueueAddress
from workers.broker import BrokerTimes, ItemBroker
from workers.items import Items
from workers.receiver import ItemReceiver

pytestmark = pytest.mark.anyio

QUICK = BrokerTimes(block=0.05, reclaim=0.05, idle=0.2)
PATIENT = BrokerTimes(block=0.05, reclaim=0.05, idle=60)
SECONDS = 10.0


@pytest.fixture
def address(servers: Lease) -> QueueAddress:
    """A stream of the test's own."""
    return replace(queue_address(servers.valkey_url), stream=f"test:{uuid4().hex}")


@pytest.fixture
async def valkey(servers: Lease) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(servers.valkey_url, protocol=2)  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
    async with client:
        yield client


@pytest.fixture
async def link(servers: Lease) -> AsyncIterator[ValkeyLink]:
    link = ValkeyLink(servers.valkey_url)
    yield link
    await link.aclose()


class Ledger:
    """Items that run at once and are remembered."""

    def __init__(self, wanted: int) -> None:
        self.ran: list[UUID] = []
        self.first = asyncio.Event()
        self.complete = asyncio.Event()
        self._wanted = wanted

    async def run(self, item_id: UUID) -> int:
        self.ran.append(item_id)
        self.first.set()
        if len(self.ran) >= self._wanted:
            self.complete.set()
        return 1


class Consumer:
    """A receiver in this process that the test can stop."""

    def __init__(self, address: QueueAddress, ledger: Ledger, times: BrokerTimes = PATIENT) -> None:
        self.stop = asyncio.Event()
        self.receiver = ItemReceiver(
            address, Items(ledger.run, concurrency=2), concurrency=2, times=times
        )
        self.task = asyncio.create_task(
            self.receiver.listen(self.stop, drain_seconds=5, give_back=self._nothing)
        )

    async def _nothing(self) -> None:
        """The rows return it."""

    async def end(self) -> None:
        self.stop.set()
        await self.task


async def within(event: asyncio.Event) -> None:
    async with asyncio.timeout(SECONDS):
        await event.wait()


async def flush(valkey: Redis) -> None:
    await valkey.execute_command("FLUSHALL")  # pyright: ignore[reportUnknownMemberType] - untyped **options


async def acknowledge(taken: AckableMessage) -> None:
    done = taken.ack()  # a plain function would be allowed there
    assert done is not None
    await done


async def settled(valkey: Redis, stream: str) -> None:
    """Wait until the stream is empty and nothing is pending."""
    async with asyncio.timeout(SECONDS):
        while await valkey.xlen(stream):  # noqa: ASYNC110 - on the server, where no event tells
            await asyncio.sleep(0.01)


async def test_what_the_queue_sends_runs_once_and_leaves_nothing_behind(
    address: QueueAddress, link: ValkeyLink, valkey: Redis
) -> None:
    ids = [uuid4() for _ in range(20)]
    ledger = Ledger(20)

    await StreamJobQueue(link=link, address=address).send(ids)
    consumer = Consumer(address, ledger)
    await within(ledger.complete)
    await settled(valkey, address.stream)
    await consumer.end()

    assert sorted(ledger.ran) == sorted(ids)
    assert await valkey.xinfo_consumers(address.stream, address.group) == []


async def test_a_message_of_a_dead_worker_is_taken_over_without_any_new_message(
    address: QueueAddress, link: ValkeyLink, valkey: Redis
) -> None:
    item_id = uuid4()
    await StreamJobQueue(link=link, address=address).send([item_id])
    await valkey.xgroup_create(address.stream, address.group, id="0")
    await valkey.xreadgroup(address.group, "dead", {address.stream: ">"})
    ledger = Ledger(1)

    consumer = Consumer(address, ledger, QUICK)
    await within(ledger.complete)
    await settled(valkey, address.stream)
    await consumer.end()

    assert ledger.ran == [item_id]


async def test_a_flush_loses_what_was_queued_and_nothing_that_comes_after(
    address: QueueAddress, link: ValkeyLink, valkey: Redis
) -> None:
    ledger = Ledger(2)
    queue = StreamJobQueue(link=link, address=address)
    consumer = Consumer(address, ledger)
    first, second = uuid4(), uuid4()
    await queue.send([first])
    await within(ledger.first)

    await flush(valkey)
    await queue.send([second])
    await within(ledger.complete)
    await consumer.end()

    assert ledger.ran == [first, second]


async def test_entries_that_are_no_messages_are_dropped_and_the_rest_goes_on(
    address: QueueAddress, valkey: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "taskiq")
    item_id = uuid4()
    await valkey.xadd(address.stream, {"colour": "blue"})
    await valkey.xadd(address.stream, {"data": "not JSON"})
    await valkey.xadd(address.stream, {"data": message("drop_everything", uuid4())})
    await valkey.xadd(
        address.stream, {"data": message(address.task, item_id).replace(str(item_id), "x")}
    )
    await valkey.xadd(address.stream, {"data": message(address.task, item_id)})
    ledger = Ledger(1)

    consumer = Consumer(address, ledger)
    await within(ledger.complete)
    await settled(valkey, address.stream)
    await consumer.end()

    assert ledger.ran == [item_id]


async def test_what_was_fetched_and_not_run_goes_back_at_the_end(
    address: QueueAddress, link: ValkeyLink, valkey: Redis
) -> None:
    ids = [uuid4() for _ in range(4)]
    await StreamJobQueue(link=link, address=address).send(ids)
    broker = ItemBroker(address, concurrency=4, times=PATIENT)
    await broker.startup()
    listening = broker.listen()
    taken = await anext(listening)

    await listening.aclose()
    await acknowledge(taken)
    await broker.shutdown()
    ledger = Ledger(3)
    consumer = Consumer(address, ledger)
    await within(ledger.complete)
    await consumer.end()

    assert sorted(ledger.ran) == sorted(ids[1:])


async def test_a_worker_outlives_an_outage_and_says_so_once(
    tmp_path: Path, address: QueueAddress, caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[object] = []
    enough = asyncio.Event()

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        attempts.append(reader)
        if len(attempts) == 3:
            enough.set()
        writer.close()

    server = await asyncio.start_unix_server(hang_up, tmp_path / "valkey.sock")
    broken = replace(address, url=f"unix://{tmp_path}/valkey.sock")
    async with server:
        broker = ItemBroker(broken, concurrency=2, times=PATIENT)
        await broker.startup()
        listening = asyncio.create_task(anext(broker.listen()))
        await within(enough)
        listening.cancel()
        await asyncio.wait({listening})
        assert broker.is_away
        await broker.shutdown()

    assert [record.levelname for record in caplog.records] == ["WARNING"]
