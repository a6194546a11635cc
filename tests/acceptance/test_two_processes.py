"""Two servers behind a proxy that sends each request to the other one: clients notice nothing."""

import itertools
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
import uvicorn
from mcp import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.acceptance.conftest import Mode
from tests.acceptance.doors import Caller, http_server
from tests.acceptance.test_questions import Person
from tests.acceptance.test_resources import made, watching
from tests.acceptance.test_tools import the_main_job

pytestmark = pytest.mark.anyio

HOP = {"connection", "transfer-encoding", "content-length", "host", "content-encoding"}


class RoundRobin:
    """Passes each request to the next server, and its answer back as it comes."""

    def __init__(self, client: httpx.AsyncClient, servers: list[str]) -> None:
        self._client = client
        self._servers = itertools.cycle(servers)
        self.served: list[str] = []

    async def answer(self, request: Request) -> Response:
        server = next(self._servers)
        self.served.append(server)
        passed = self._client.build_request(
            request.method,
            f"{server}{request.url.path}",
            headers={k: v for k, v in request.headers.items() if k not in HOP},
            content=await request.body(),
        )
        answer = await self._client.send(passed, stream=True)
        headers = {k: v for k, v in answer.headers.items() if k not in HOP}
        return StreamingResponse(_parts(answer), status_code=answer.status_code, headers=headers)


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_bytes():
            yield part
    finally:
        await answer.aclose()


@pytest.fixture
def pair(env: dict[str, str]) -> Iterator[list[str]]:
    shared = {"UNIVERSE_MCP_STATELESS": "true", "UNIVERSE_SECRET_KEYS": "k" * 32}
    with http_server(env | shared) as first, http_server(env | shared) as second:
        yield [first, second]


@asynccontextmanager
async def proxied(pair: list[str]) -> AsyncGenerator[tuple[str, RoundRobin]]:
    """The address of the proxy."""
    listener = socket.create_server(("127.0.0.1", 0))
    async with httpx.AsyncClient(timeout=60) as client:
        proxy = RoundRobin(client, pair)
        methods = ["GET", "POST", "DELETE"]
        app = Starlette(routes=[Route("/{path:path}", proxy.answer, methods=methods)])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", proxy
            server.should_exit = True


async def test_the_main_job_is_done_by_two_servers_in_turn(pair: list[str], mode: Mode) -> None:
    async with proxied(pair) as (url, proxy), Client(url, mode=mode) as client:
        restored = await the_main_job(await Caller.of(client))

    assert restored["data"]["asset_count"] == 2
    counts = [proxy.served.count(server) for server in pair]
    assert min(counts) > 3


async def test_one_server_goes_on_where_the_other_asked(pair: list[str]) -> None:
    person = Person("accept", confirm=True)
    async with (
        proxied(pair) as (url, _),
        Client(url, mode="auto", elicitation_callback=person) as client,
    ):
        ident = await made(client)
        call = await Caller.of(client)
        answer = await call("delete_universe", universe_id=ident)

    assert answer["data"]["id"] == ident
    assert len(person.asked) == 1


async def test_without_a_session_nobody_can_be_asked_and_nothing_is_deleted(
    pair: list[str],
) -> None:
    person = Person("accept", confirm=True)
    async with (
        proxied(pair) as (url, _),
        Client(url, mode="legacy", elicitation_callback=person) as client,
    ):
        ident = await made(client)
        call = await Caller.of(client)
        refused = await call.refused("delete_universe", {"universe_id": ident})

    assert refused["metadata"]["error"]["code"] == "confirmation_required"
    assert person.asked == []


async def test_a_listener_hears_of_what_the_other_server_changed(pair: list[str]) -> None:
    async with proxied(pair) as (url, _), Client(url) as client:
        ident = await made(client)
        async with watching(url, "auto", [f"universe://{ident}"]) as heard:
            call = await Caller.of(client)
            for symbol in ("MSFT", "KO"):  # one of the two is the other server's
                await call("bulk_add_assets", universe_id=ident, symbols=[symbol])
                await heard.until(f"universe://{ident}")
                heard.uris.clear()
