"""Validations through the cache and through a provider that takes its time."""

import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import anyio
from redis.asyncio import Redis

from bench.catalogue import rows
from bench.report import Line, show
from core.adapters.embedded import Lease
from core.adapters.valkey_cache import KEY_PREFIX
from core.bootstrap import open_services
from core.config import Settings
from core.domain.catalog import CatalogRow
from core.operations import SCOPES, validate_symbols
from core.operations.operation import Context
from core.ports import Principal, Services
from tests.provider_fake import ProviderFake, living_row, provider_fake

SYMBOLS = 500
TIMES = 40
LATENCY = 0.1


async def measure(settings: Settings, lease: Lease) -> None:
    given = rows()[:SYMBOLS]
    with provider_fake() as fake:
        trade(fake, given)
        changed = {"providers": "yahoo", "yahoo_base_url": fake.base_url}
        async with open_services(settings.model_copy(update=changed)) as services:
            await services.catalog.load(given, source="bench", checksum=uuid4().hex)
            user = await services.user("validating")
            principal = Principal(user_id=user, actor="bench", scopes=SCOPES)
            await services.live.warm_up()
            symbols = [row.symbol for row in given]
            await uncached(Context(principal=principal, services=services), fake, symbols)
            await anyio.sleep(1)  # the answers are written behind the caller's back
            await cached(services, principal, lease, symbols)


def trade(fake: ProviderFake, given: Sequence[CatalogRow]) -> None:
    """Everything in the catalogue was traded a moment ago, and each answer takes its time."""
    now = int(datetime.now(UTC).timestamp())
    for row in given:
        fake.rows[row.symbol] = living_row(
            row.symbol, longName=row.name, regularMarketTime=now, currency=row.currency
        )
    fake.latency = LATENCY


async def uncached(ctx: Context, fake: ProviderFake, symbols: list[str]) -> None:
    before = len(fake.asked)
    began = time.perf_counter()
    result = await validate_symbols.invoke(ctx, {"symbols": symbols, "wait_seconds": 2})
    seconds = time.perf_counter() - began
    asked = [endpoint for endpoint, _ in fake.asked[before:]]
    show(
        Line(
            name=f"{len(symbols)} validations asked live, answers 100 ms",
            seconds=seconds,
            floor_name="one answer",
            floor=LATENCY,
            note=f"{len(asked)} requests; {result.message}",
        )
    )


async def cached(
    services: Services, principal: Principal, lease: Lease, symbols: list[str]
) -> None:
    keys = [f"{KEY_PREFIX}quote:{symbol}" for symbol in symbols]
    valkey: Redis = Redis.from_url(lease.valkey_url)  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs

    async def raw() -> object:
        return [json.loads(text) for text in await valkey.mget(keys) if text]

    async def ours() -> object:
        ctx = Context(principal=principal, services=services)
        return await validate_symbols.invoke(ctx, {"symbols": symbols})

    floor, _ = await percentiles(raw)
    seconds, last = await percentiles(ours)
    await valkey.aclose()
    show(
        Line(
            name=f"{len(symbols)} validations from the cache, median",
            seconds=seconds,
            floor_name="one MGET and decoding",
            floor=floor,
            note=f"p95 {last * 1000:.1f} ms",
        )
    )


async def percentiles(call: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Median and 95th percentile of a call, warmed up."""
    for _ in range(5):
        await call()
    durations: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await call()
        durations.append(time.perf_counter() - began)
    return statistics.median(durations), statistics.quantiles(durations, n=20)[-1]
