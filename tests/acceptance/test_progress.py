"""Progress: a client that asked hears how far a waiting call is, and that it is alive."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import anyio
import pytest
from mcp import Client

from core.adapters.embedded import Lease
from core.job_ports import Ping, Topic
from core.operations.operation import Context
from mcp_server import progress
from tests.acceptance.conftest import Mode, server_for
from tests.acceptance.doors import Json, envelope
from tests.job_support import Bench, bench_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


@dataclass(kw_only=True)
class Told:
    """What came, and an event for the moment when enough has come."""

    enough: int = 1
    numbers: list[float] = field(default_factory=list[float])
    said: list[str] = field(default_factory=list[str])
    arrived: anyio.Event = field(default_factory=anyio.Event)

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        self.numbers.append(progress)
        self.said.append(message or "")
        assert total is None or progress <= total
        if len(self.numbers) >= self.enough:
            self.arrived.set()


async def waited_for(bench: Bench, mode: Mode, told: Told) -> Json:
    """The answer of get_job, whose job is worked on once enough was told."""
    _, job_id = await bench.universe_with("ZQAA", "ZQBB")
    bench.live.alive.update({"ZQAA", "ZQBB"})
    server = server_for(bench.services, "alice")
    answers: list[Json] = []

    async def work() -> None:
        await told.arrived.wait()
        await bench.work()

    async with Client(server, mode=mode) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        arguments = {"job_id": str(job_id), "wait_seconds": 20}
        result = await client.call_tool("get_job", arguments, progress_callback=told)
        answers.append(envelope(result))
    [answer] = answers
    return answer


async def test_a_waiting_call_tells_how_far_the_job_is(bench: Bench, mode: Mode) -> None:
    told = Told()

    answer = await waited_for(bench, mode, told)

    assert answer["data"]["status"] == "succeeded"
    assert told.said[0] == "0 of 2 settled."
    assert told.said[-1] == "2 of 2 settled."
    assert told.numbers == sorted(set(told.numbers))


async def test_a_call_that_only_waits_says_that_it_lives(
    bench: Bench, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "TICK_SECONDS", 0.01)
    told = Told(enough=5)  # more than the job rings for

    answer = await waited_for(bench, mode, told)

    assert answer["data"]["status"] == "succeeded"
    assert set(told.said[:5]) <= {"Working.", "0 of 2 settled."}
    assert told.numbers == sorted(set(told.numbers))


class LookOnly:
    """A bell that never tells what changed, only, now and then, that it is time to look."""

    @asynccontextmanager
    async def subscribe(self, topic: Topic) -> AsyncGenerator[AsyncIterator[Ping]]:
        yield self._pings()

    async def _pings(self) -> AsyncGenerator[Ping]:
        while True:
            await anyio.sleep(0.01)
            yield Ping()

    async def aclose(self) -> None:
        pass


async def test_after_a_missed_bell_the_numbers_are_right_again(bench: Bench, mode: Mode) -> None:
    deaf = replace(
        bench, ctx=replace(bench.ctx, services=replace(bench.services, doorbell=LookOnly()))
    )
    told = Told()

    answer = await waited_for(deaf, mode, told)

    assert answer["data"]["status"] == "succeeded"
    assert told.said[-1] == "2 of 2 settled."


async def test_nothing_is_told_to_who_did_not_ask(bench: Bench, mode: Mode) -> None:
    _, job_id = await bench.universe_with("ZQAA")
    server = server_for(bench.services, "alice")
    heard: list[object] = []

    async def told(message: object) -> None:
        heard.append(message)

    async with Client(server, mode=mode, message_handler=told) as client:
        await client.call_tool("get_job", {"job_id": str(job_id), "wait_seconds": 0.2})

    assert heard == []
