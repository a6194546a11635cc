"""What only the acceptance tests need: servers as users start them, and the snapshot option."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client
from mcp.server import MCPServer

from core.config import Settings
from core.job_ports import Ping, Topic
from core.ports import Services
from db.doorbell import PgDoorbell
from mcp_server.callers import Callers
from mcp_server.principals import LocalIdentity
from mcp_server.server import build_server

pytest.register_assert_rewrite("tests.acceptance.doors")

from tests.acceptance.doors import environment, http_server, stdio_server  # noqa: E402 - as above

Mode = Literal["auto", "legacy"]
Connect = Callable[[], AbstractAsyncContextManager[Client]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        default=False,
        help="Write the tools' present schemas to tests/snapshots.",
    )


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Both eras of the protocol."""
    return request.param


@pytest.fixture
def env(settings: Settings) -> dict[str, str]:
    """The environment of a process that runs on the test's own database."""
    return environment(settings)


@pytest.fixture
def server(services: Services) -> MCPServer[Any]:
    """The MCP server in this process, for alice."""
    return server_for(services, "alice")


def server_for(services: Services, user: str) -> MCPServer[Any]:
    async def source() -> Services:
        return services

    return build_server(Callers(services=source, identity=LocalIdentity(source, user)))


@pytest.fixture
async def client(server: MCPServer[Any], mode: Mode) -> AsyncIterator[Client]:
    """A client of the server in this process, in both eras."""
    async with Client(server, mode=mode) as connected:
        yield connected


@pytest.fixture
def http_url(env: dict[str, str]) -> Iterator[str]:
    """The address of `universe serve`."""
    with http_server(env) as url:
        yield url


@pytest.fixture
def late_doorbell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rings are heard only a while after somebody asked for them, as on a busy machine."""
    subscribe = PgDoorbell.subscribe

    @asynccontextmanager
    async def late(self: PgDoorbell, topic: Topic) -> AsyncGenerator[AsyncIterator[Ping]]:
        await anyio.sleep(0.3)
        async with subscribe(self, topic) as pings:
            yield pings

    monkeypatch.setattr(PgDoorbell, "subscribe", late)


@pytest.fixture(params=["memory", "stdio", "http"])
def connect(request: pytest.FixtureRequest, mode: Mode, tmp_path: Path) -> Connect:
    """A client over every transport, in both eras."""
    kind: str = request.param
    return CONNECT[kind](request, mode, tmp_path)


def _memory(request: pytest.FixtureRequest, mode: Mode, _: Path) -> Connect:
    server = request.getfixturevalue("server")
    return lambda: Client(server, mode=mode)


def _stdio(request: pytest.FixtureRequest, mode: Mode, folder: Path) -> Connect:
    env = request.getfixturevalue("env")

    @asynccontextmanager
    async def connected() -> AsyncGenerator[Client]:
        with (folder / "stderr").open("w") as errlog:
            transport = stdio_client(stdio_server(env), errlog=errlog)
            async with Client(transport, mode=mode) as client:
                yield client

    return connected


def _http(request: pytest.FixtureRequest, mode: Mode, _: Path) -> Connect:
    url = request.getfixturevalue("http_url")
    return lambda: Client(f"{url}/mcp", mode=mode)


CONNECT: dict[str, Callable[[pytest.FixtureRequest, Mode, Path], Connect]] = {
    "memory": _memory,
    "stdio": _stdio,
    "http": _http,
}
