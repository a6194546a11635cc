"""Search, filters, facets and completion on catalogues of growing size, beside an exact look-up."""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import uuid4

import anyio
from sqlalchemy import text

from bench.report import scaled
from core.bootstrap import open_services
from core.config import Settings
from core.domain.asset import AssetClass, MarketCapBucket
from core.domain.catalog import CatalogRow
from core.operations import SCOPES, list_sectors, search_assets
from core.operations.assets import SearchAssets
from core.operations.completing import complete
from core.operations.operation import Context
from core.ports import Principal
from db.kept_pages import KeptPages
from db.unit_of_work import SqlUnitOfWorkFactory
from tests.factories import database_of

SIZES = (10_000, 100_000, 272_467)
QUERIES = 300
CLIENTS = 16
RATE = 200.0
CHANGED = 20
SIZE = text("select pg_database_size(current_database())")

STARTS = ("al", "be", "cor", "da", "el", "fi", "gra", "hel", "in", "jo", "ka", "lu", "mar")
MIDDLES = ("ba", "ce", "di", "fo", "gu", "ha", "ki", "la", "mo", "ne", "pa", "ro", "sa", "ti")
ENDS = ("l", "m", "n", "r", "s", "x", "tec", "lin", "dor", "gen", "tis", "vex", "con", "dia")
TRADES = ("Energy", "Bank", "Motors", "Steel", "Foods", "Pharma", "Software", "Mining", "Media")
FORMS = ("Inc.", "plc", "AG", "SA", "Corp.", "Ltd", "NV", "Holdings")
BUCKETS: tuple[MarketCapBucket | None, ...] = (None, *reversed(MarketCapBucket))
SHARES = (35, 20, 20, 12, 8, 4, 1)
"""Of a hundred rows, how many have each size: as in real lists, few have the rank of many."""
PLACES = (("", "United States"), (".L", "United Kingdom"), (".DE", "Germany"), (".F", "Germany"))

Call = Callable[[], Awaitable[object]]


def _letters(number: int) -> str:
    """Another root for each number below 456,976, of up to four letters."""
    spread, letters = number * 7919 % 26**4, ""
    while spread or not letters:
        spread, letter = divmod(spread, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def made_up(size: int) -> list[CatalogRow]:
    """Rows whose words are as many, and as unevenly used, as those of real names."""
    chance = random.Random(11)  # noqa: S311 - no secret
    rows: list[CatalogRow] = []
    for number in range(size):
        head = chance.choice(STARTS) + chance.choice(MIDDLES)
        tail = "".join(chance.choices(MIDDLES, k=number % 3)) + chance.choice(ENDS)
        suffix, country = PLACES[number % len(PLACES)]
        trade = chance.choice(TRADES)
        rows.append(
            CatalogRow(
                symbol=_letters(number) + suffix,
                name=f"{(head + tail).title()} {trade} {chance.choice(FORMS)}",
                asset_class=AssetClass.EQUITY,
                currency="EUR",
                country=country,
                sector=chance.choice(("Industrials", "Energy")),
                industry=trade,
                market_cap_bucket=chance.choices(BUCKETS, SHARES)[0],
            )
        )
    return rows


def typed(rows: Sequence[CatalogRow], count: int) -> list[str]:
    """What people would type for some of the rows: the name, its beginning, a slip, the symbol."""
    chance = random.Random(13)  # noqa: S311 - no secret
    asked: list[str] = []
    for number, row in enumerate(chance.sample(rows, count)):
        first, *rest = row.name.lower().split()
        at = chance.randrange(1, len(first))
        asked.append(
            (
                row.name,
                " ".join((first, *rest[:1])),
                first[: max(3, at)],
                first[:at] + first[at + 1 :],
                f"{first[:at]}{first[at]}{first[at:]} {rest[0]}",
                row.symbol,
                f"{first} {(row.country or '').lower()}",
            )[number % 7]
        )
    return asked


async def percentiles(calls: Sequence[Call]) -> tuple[float, float]:
    """The median and the 95th percentile, after a tenth of the calls as warm-up."""
    for call in calls[: max(1, len(calls) // 10)]:
        await call()
    durations: list[float] = []
    for call in calls:
        began = time.perf_counter()
        await call()
        durations.append(time.perf_counter() - began)
    return statistics.median(durations), statistics.quantiles(durations, n=20)[-1]


async def at_a_rate(calls: Sequence[Call]) -> float:
    """The 95th percentile of calls that begin at a fixed rate, a number of clients at most."""
    durations: list[float] = []
    clients = anyio.CapacityLimiter(CLIENTS)
    start = time.perf_counter()

    async def one(number: int, call: Call) -> None:
        due = start + number / RATE
        await anyio.sleep(max(0.0, due - time.perf_counter()))
        async with clients:
            await call()
        durations.append(time.perf_counter() - due)

    async with anyio.create_task_group() as group:
        for number, call in enumerate(calls):
            group.start_soon(one, number, call)
    return statistics.quantiles(durations, n=20)[-1]


def anew(ctx: Context) -> Context:
    """As a process that has searched for nothing yet, and keeps nothing."""
    factory = SqlUnitOfWorkFactory(database_of(ctx.services), kept=KeptPages(most=0))
    return replace(ctx, services=replace(ctx.services, unit_of_work=factory))


def searching(ctx: Context, **arguments: object) -> Call:
    return lambda: search_assets.invoke(ctx, arguments)


async def figures(ctx: Context, asked: Sequence[str], symbols: Sequence[str], name: str) -> None:
    """All measurements on the catalogue as it is now."""

    async def exactly(symbol: str) -> object:
        async with ctx.unit_of_work() as uow:
            return await uow.assets.by_symbols([symbol])

    def look_up(symbol: str) -> Call:
        return lambda: exactly(symbol)

    def completing(kind: str, text: str) -> Call:
        return lambda: complete(ctx, kind, text)

    floor, _ = await percentiles([look_up(symbol) for symbol in symbols])
    for told, of in (("search", anew(ctx)), ("search again", ctx)):
        calls = [searching(of, query=text) for text in asked]
        await percentiles(calls)  # caches and plans are warm
        p50, p95 = await percentiles(calls)
        show(f"{told}, {name}", p50, p95, f"exact match {scaled(floor)}, ratio {p50 / floor:.2f}")
        await at_a_rate(calls)  # every connection is warm
        busy = await at_a_rate(calls)
        show(f"{told}, {name}, {CLIENTS} clients, {RATE:.0f}/s", None, busy)
    filters = [
        searching(ctx, **given)
        for given in (
            {"country": "Germany"},
            {"sector": "Energy", "country": "United Kingdom"},
            {"asset_class": "equity", "market_cap_bucket": "Large Cap"},
            {"asset_class": "etf"},
            {"exchange": "Frankfurt"},
            {"query": "energy", "country": "Germany"},
        )
        for _ in range(10)
    ]
    show(f"filters, {name}", *(await percentiles(filters)))
    facets: list[Call] = [
        lambda: list_sectors.invoke(ctx, {}),
        lambda: list_sectors.invoke(ctx, {"country": "Germany"}),
    ] * 20
    show(f"facets, {name}", *(await percentiles(facets)))
    begun = [completing("symbol", symbol[:n]) for symbol in symbols[:40] for n in (1, 3, 5)]
    begun += [completing("name", text[:n]) for text in asked[:40] for n in (1, 2, 4, 7)]
    begun += [completing(kind, "ge") for kind in ("country", "sector", "exchange")]
    show(f"completion, {name}", *(await percentiles(begun)))


async def store_figures(ctx: Context, rows: Sequence[CatalogRow]) -> None:
    """What the catalogue with its index takes on disk, and how long a changed row waits."""
    found: list[float] = []
    for number, row in enumerate(rows[:CHANGED]):
        name = f"Wolpertinger {uuid4().hex[:8]} plc"
        began = time.perf_counter()
        await ctx.services.catalog.load(
            [replace(row, name=name)], source="bench-change", checksum=str(number)
        )
        hits = await search_assets(ctx, SearchAssets(query=name, limit=1))
        found.append(time.perf_counter() - began)
        if hits.data is None or [hit.symbol for hit in hits.data.assets] != [row.symbol]:
            raise AssertionError(name)
    show("changed row until it is found", statistics.median(found), max(found))
    async with database_of(ctx.services).engine.connect() as connection:
        size = (await connection.execute(SIZE)).scalar_one()
    print(f"the database on disk: {size / 2**20:.0f} MiB")


def show(name: str, p50: float | None, p95: float, note: str = "") -> None:
    median = f"p50 {scaled(p50)}" if p50 is not None else ""
    print(f"{name:<46} {median:>16}   p95 {scaled(p95):>10}   {note}", flush=True)


async def measure(settings: Settings) -> None:
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("bench"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        for size in SIZES:
            rows = made_up(size)
            began = time.perf_counter()
            await services.catalog.load(rows, source="bench", checksum=uuid4().hex)
            print(f"import and index of {size} rows: {scaled(time.perf_counter() - began)}")
            await store_figures(ctx, rows)
            symbols = [row.symbol for row in rows[:: max(1, size // 100)]]
            await figures(ctx, typed(rows, QUERIES), symbols, f"{size} rows")
