"""Streams: changes are told as they happen, to whom they concern, and to nobody for ever."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import anyio
import pytest
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.types import Message

from cli.serving import application
from core.adapters.embedded import Lease
from core.config import Settings
from core.job_ports import Ping, Topic
from core.operations import delete_universe, update_universe
from core.operations.operation import Context
from core.ports import Services
from db.doorbell import PgDoorbell
from http_shim import streams
from tests.access_support import API
from tests.factories import database_of, make_universe
from tests.job_support import Bench, bench_of

pytestmark = pytest.mark.anyio


@dataclass(kw_only=True)
class Event:
    """One event as a browser would see it."""

    kind: str = ""
    data: Any = None
    id: str | None = None


@dataclass(kw_only=True)
class Listener:
    """A client of one stream; httpx would only hand the answer over once it has ended."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    ended: bool = False
    arrived: anyio.Event = field(default_factory=anyio.Event)
    gone: anyio.Event = field(default_factory=anyio.Event)
    read: int = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            self.body += message["body"]
            self.ended = not message.get("more_body", False)
        self.arrived.set()
        self.arrived = anyio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def events(self) -> list[Event]:
        found: list[Event] = []
        for block in self.body.decode().split("\r\n\r\n")[:-1]:
            said = dict(line.split(": ", 1) for line in block.split("\r\n") if line[:1] != ":")
            if "event" in said:
                found.append(
                    Event(kind=said["event"], data=json.loads(said["data"]), id=said.get("id"))
                )
        return found

    async def next(self) -> Event:
        """The next event that was not read yet."""
        with anyio.fail_after(20):
            while len(self.events) <= self.read:
                assert not self.ended, self.body
                await self.arrived.wait()
        self.read += 1
        return self.events[self.read - 1]

    async def end(self) -> None:
        with anyio.fail_after(20):
            while not self.ended:
                await self.arrived.wait()


class LookOnly:
    """A bell that never tells who changed, only that it is time to look."""

    def __init__(self) -> None:
        self.look = anyio.Event()

    @asynccontextmanager
    async def subscribe(self, topic: Topic) -> AsyncGenerator[AsyncIterator[Ping]]:
        yield self._pings()

    async def _pings(self) -> AsyncGenerator[Ping]:
        while True:
            await self.look.wait()
            self.look = anyio.Event()
            yield Ping()

    async def aclose(self) -> None:
        pass


@pytest.fixture
async def quiet(services: Services) -> AsyncIterator[Services]:
    """The services with a bell that is silent unless something rings it."""
    bell = PgDoorbell(database_of(services).engine.url, floor_seconds=600)
    yield replace(services, doorbell=bell)
    await bell.aclose()


@pytest.fixture
def app(quiet: Services, settings: Settings) -> Starlette:
    """The service for alice."""
    return application(quiet, settings.model_copy(update={"user": "alice"}))


@pytest.fixture
def bench(ctx: Context, servers: Lease, database_name: str) -> Bench:
    return bench_of(ctx, servers, database_name)


@asynccontextmanager
async def listening(
    app: Starlette, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> AsyncGenerator[Listener]:
    """A stream that is being read; it is left at the end."""
    listener = Listener()
    given = {"host": "localhost:8000", **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": f"{API}{path}",
        "raw_path": f"{API}{path}".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    done = anyio.Event()

    async def serve() -> None:
        await app(scope, listener.receive, listener.send)
        done.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        yield listener
        listener.gone.set()
        with anyio.fail_after(20):
            await done.wait()


async def test_a_job_is_told_from_where_it_stands_to_its_end(app: Starlette, bench: Bench) -> None:
    bench.live.alive.add("ZQAA")
    _, job_id = await bench.universe_with("ZQAA")

    async with listening(app, f"/jobs/{job_id}/events") as stream:
        first = await stream.next()
        await bench.work()
        told = [first]
        while told[-1].kind != "end":
            told.append(await stream.next())
        await stream.end()

    assert first.data["status"] == "queued"
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["x-accel-buffering"] == "no"
    assert "retry: 2000" in stream.body.decode()
    assert told[-1].data == {"status": "succeeded"}
    assert told[-2].data["progress"] == {"done": 1, "total": 1}
    versions = [int(event.id or 0) for event in told]
    assert versions == sorted(versions)


async def test_an_interrupted_client_goes_on_after_what_it_has_seen(
    app: Starlette, bench: Bench
) -> None:
    bench.live.alive.add("ZQAA")
    _, job_id = await bench.universe_with("ZQAA")
    async with listening(app, f"/jobs/{job_id}/events") as stream:
        seen = await stream.next()
    await bench.work()

    headers = {"last-event-id": str(seen.id)}
    async with listening(app, f"/jobs/{job_id}/events", headers=headers) as again:
        await again.end()
    last = {"last-event-id": str(again.events[-1].id)}
    async with listening(app, f"/jobs/{job_id}/events", headers=last) as once_more:
        await once_more.end()

    assert [event.kind for event in again.events] == ["job", "end"]
    assert again.events[0].data["status"] == "succeeded"
    assert [event.kind for event in once_more.events] == ["end"]


async def test_one_stream_tells_of_every_universe_and_job_of_the_caller_alone(
    app: Starlette, bench: Bench, stranger: Context
) -> None:
    universe_id = await make_universe(bench.ctx, "Before")

    async with listening(app, "/events") as stream:
        assert (await stream.next()).kind == "ready"
        await make_universe(stranger, "Bob's")
        await update_universe.invoke(
            bench.ctx, {"universe_id": universe_id, "description": "changed"}
        )
        changed = await stream.next()
        await delete_universe.invoke(
            bench.ctx, {"universe_id": universe_id, "confirm_name": "Before"}
        )
        deleted = await stream.next()
        bench.live.alive.add("ZQAA")
        await bench.universe_with("ZQAA")
        await bench.work()
        later: set[str] = set()
        while later != {"universe", "job"}:
            later.add((await stream.next()).kind)

    assert (changed.kind, changed.data["version"]) == ("universe", 2)
    assert (deleted.kind, deleted.data) == ("deleted", {"id": universe_id})
    assert "Bob's" not in stream.body.decode()


async def test_what_rang_unheard_is_told_by_the_next_look(
    services: Services, settings: Settings, ctx: Context
) -> None:
    bell = LookOnly()
    deaf = replace(services, doorbell=bell)
    app = application(deaf, settings.model_copy(update={"user": "alice"}))

    async with listening(app, "/events") as stream:
        await stream.next()
        await make_universe(ctx, "Unheard")
        bell.look.set()
        told = await stream.next()

    assert told.data["name"] == "Unheard"


async def test_a_user_has_so_many_streams_and_gets_a_place_back(app: Starlette) -> None:
    async with AsyncExitStack() as opened:
        for _ in range(streams.MOST_STREAMS - 1):
            await (await opened.enter_async_context(listening(app, "/events"))).next()
        async with listening(app, "/events") as last:
            await last.next()
            async with listening(app, "/events") as refused:
                await refused.end()
        async with listening(app, "/events") as fits:
            first = await fits.next()

    assert refused.status == 429
    assert refused.headers["retry-after"]
    assert first.kind == "ready"


async def test_streams_end_whole_when_the_server_stops(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(app, "/events") as stream:
        await stream.next()
        monkeypatch.setattr(AppStatus, "should_exit", True)
        await stream.end()

    assert stream.body.endswith(b"\r\n\r\n")


async def test_a_stream_ends_when_it_is_old_so_that_its_reader_proves_again_who_it_is(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LONGEST_SECONDS", 0.05)

    async with listening(app, "/events") as stream:
        await stream.end()

    assert [event.kind for event in stream.events] in ([], ["ready"])


async def test_asking_for_the_headers_of_a_stream_opens_none(app: Starlette) -> None:
    async with listening(app, "/events", method="HEAD") as stream:
        await stream.end()

    assert (stream.status, stream.body) == (200, b"")
