"""How often a user may ask: counted exactly, by all processes together, and told in headers."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import anyio
import httpx
import pytest

from core.adapters.embedded import Lease
from core.adapters.rate_limiter import WindowRateLimiter
from core.adapters.valkey_cache import ValkeyLink
from core.config import Settings
from core.domain.errors import InvalidInputError
from core.domain.rates import Door, Rate, parse_rate
from core.operations import search_assets, validate_symbols
from core.operations.operation import Context
from core.ports import Services
from tests.access_support import API, ORIGIN, door

pytestmark = pytest.mark.anyio

FIVE = Rate(amount=5, seconds=60)
NOBODY = "redis://127.0.0.1:1/0"


@dataclass(kw_only=True)
class Clock:
    """Time that passes when a test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def limiter_at(url: str, clock: Clock) -> AsyncGenerator[WindowRateLimiter]:
    """A limiter as a process of its own has it."""
    link = ValkeyLink(url)
    yield WindowRateLimiter(link, clock=clock)
    await link.aclose()


@pytest.fixture(params=["valkey", "memory"])
async def limiter(
    request: pytest.FixtureRequest, settings: Settings, clock: Clock
) -> AsyncIterator[WindowRateLimiter]:
    """Both ways of counting, which promise the same."""
    url = settings.redis_url if request.param == "valkey" else NOBODY
    async with limiter_at(url, clock) as opened:
        yield opened


async def take(limiter: WindowRateLimiter, key: str = "alice") -> tuple[bool, int, int]:
    left = await limiter.take("validation", FIVE, key=key)
    return left.allowed, left.remaining, left.retry_after


async def test_the_sixth_in_a_minute_waits_until_the_first_is_a_minute_old(
    limiter: WindowRateLimiter, clock: Clock
) -> None:
    began = clock.now
    five: list[tuple[bool, int, int]] = []
    for seconds in (0, 10, 20, 30, 40):
        clock.now = began + seconds
        five.append(await take(limiter))
    clock.now = began + 44.5
    sixth = await take(limiter)
    clock.now = began + 59.999
    still = await take(limiter)
    clock.now = began + 60

    again = await take(limiter)
    after = await take(limiter)

    assert five == [(True, 4, 60), (True, 3, 50), (True, 2, 40), (True, 1, 30), (True, 0, 20)]
    assert (sixth, still) == ((False, 0, 16), (False, 0, 1))
    assert again == (True, 0, 10)
    assert after == (False, 0, 10)


async def test_what_is_refused_is_not_counted(limiter: WindowRateLimiter, clock: Clock) -> None:
    for _ in range(20):
        await take(limiter)
    clock.now += 60

    assert await take(limiter) == (True, 4, 60)


async def test_each_key_has_a_count_of_its_own(limiter: WindowRateLimiter) -> None:
    for _ in range(6):
        await take(limiter)

    assert await take(limiter, "bob") == (True, 4, 60)


async def test_two_processes_count_together(settings: Settings, clock: Clock) -> None:
    async with (
        limiter_at(settings.redis_url, clock) as one,
        limiter_at(settings.redis_url, clock) as other,
    ):
        allowed = [(await take(each))[0] for each in (one, other, one, other, one, other)]

    assert allowed == [True, True, True, True, True, False]


async def test_calls_at_the_same_moment_get_no_more_than_the_rate(
    settings: Settings, clock: Clock
) -> None:
    allowed: list[bool] = []

    async def one(limiter: WindowRateLimiter) -> None:
        allowed.append((await take(limiter))[0])

    async with (
        limiter_at(settings.redis_url, clock) as first,
        limiter_at(settings.redis_url, clock) as second,
        anyio.create_task_group() as tasks,
    ):
        for _ in range(20):
            tasks.start_soon(one, first)
            tasks.start_soon(one, second)

    assert sum(allowed) == FIVE.amount


async def test_nothing_stays_in_valkey_after_the_window(settings: Settings, clock: Clock) -> None:
    async with limiter_at(settings.redis_url, clock) as limiter:
        await take(limiter)
        link = ValkeyLink(settings.redis_url)
        lives = await link.run(lambda v: v.pttl("universe:v1:rate:alice"), default=-1)
        await link.aclose()

    assert 0 < lives <= 60_000


@pytest.mark.parametrize("text", ["", "0/minute", "5", "five/minute", "5/fortnight", "-1/minute"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="5/minute"):
        parse_rate(text)


def test_rates_are_read() -> None:
    assert parse_rate(" 100 / Hour ") == Rate(amount=100, seconds=3600)


@pytest.fixture
async def http(
    services: Services, settings: Settings, servers: Lease, clock: Clock
) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """Two processes of the service, one user."""
    assert settings.redis_url == servers.valkey_url
    async with (
        limiter_at(settings.redis_url, clock) as one,
        limiter_at(settings.redis_url, clock) as other,
        door(replace(services, limiter=one), settings) as first,
        door(replace(services, limiter=other), settings) as second,
    ):
        yield first(None), second(None)


async def check(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post(f"{API}/assets/validate", json={"symbols": ["AAPL"]})


async def test_the_sixth_validation_is_429_over_two_processes_and_search_goes_on(
    http: tuple[httpx.AsyncClient, httpx.AsyncClient], clock: Clock
) -> None:
    first, second = http
    statuses: list[int] = []
    for client in (first, second, first, second, first):
        clock.now += 5
        statuses.append((await check(client)).status_code)

    refused = await check(second)
    searched = await second.get(f"{API}/assets/search", params={"query": "apple"})
    clock.now += int(refused.headers["retry-after"]) - 1
    early = await check(first)
    clock.now += 1
    again = await check(first)

    assert statuses == [200] * 5
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "40"
    assert refused.headers["ratelimit-policy"] == '"validation";q=5;w=60'
    assert refused.headers["ratelimit"] == '"validation";r=0;t=40'
    error = refused.json()["metadata"]["error"]
    assert error["code"] == "rate_limited"
    assert error["details"] == {"retry_after_seconds": 40}
    assert searched.status_code == 200
    assert searched.headers["ratelimit-policy"].startswith('"search";')
    assert (early.status_code, again.status_code) == (429, 200)


async def test_a_request_counts_once_however_many_symbols_it_has_and_even_a_wrong_one(
    http: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    first, _ = http

    many = await first.post(f"{API}/assets/validate", json={"symbols": ["AAPL", "MSFT", "IBM"]})
    wrong = await first.post(f"{API}/assets/validate", json={"symbols": []})

    assert many.headers["ratelimit"] == '"validation";r=4;t=60'
    assert wrong.headers["ratelimit"] == '"validation";r=3;t=60'
    assert wrong.status_code == 422


async def test_every_answer_of_the_api_tells_what_is_left(
    http: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    first, _ = http

    read = await first.get(f"{API}/universes")
    written = await first.post(f"{API}/universes", json={"name": "X"})
    missing = await first.get(f"{ORIGIN}/api/v1/jobs/00000000-0000-0000-0000-000000000000")

    assert read.headers["ratelimit-policy"].startswith('"read";')
    assert written.headers["ratelimit-policy"].startswith('"write";')
    assert missing.headers["ratelimit"].startswith('"read";')


async def test_agents_and_core_itself_are_not_held_to_the_rate_of_http(ctx: Context) -> None:
    agent = replace(ctx, door=Door.MCP, allowances=[])

    over_mcp = [await validate_symbols.invoke(agent, {"symbols": ["AAPL"]}) for _ in range(7)]
    direct = [await validate_symbols.invoke(ctx, {"symbols": ["AAPL"]}) for _ in range(7)]

    assert all(answer.success for answer in (*over_mcp, *direct))
    assert (len(agent.allowances), ctx.allowances) == (7, [])


async def test_a_refusal_at_the_other_door_is_the_same_envelope(
    ctx: Context, services: Services
) -> None:
    rates = {**services.rates, (Door.MCP, search_assets.rate): Rate(amount=1, seconds=60)}
    agent = replace(ctx, door=Door.MCP, services=replace(services, rates=rates))
    await search_assets.invoke(agent, {"query": "apple"})

    refused = await search_assets.invoke(agent, {"query": "apple"})

    assert refused.metadata.error is not None
    assert refused.metadata.error.code == "rate_limited"
    assert "ask again in" in refused.message
