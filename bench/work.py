"""Validations, bulk changes and imports, beside the raw statements they cannot do without."""

import time
from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import make_url

from bench.catalogue import rows
from bench.report import Line, median_of, show
from core.adapters.embedded import Lease, Role
from core.bootstrap import open_services
from core.config import Settings
from core.operations import SCOPES, bulk_add_assets, create_universe, validate_symbols
from core.operations.operation import Context
from core.ports import Principal, Services

RAW_INSERT = """
insert into universe_assets (universe_id, owner_id, asset_id, valid, known, position, change_set_id)
select %s, %s, id, daterange(current_date, null), int8range(1, null), 1, %s
from unnest(%s::uuid[]) id
"""


def connect(lease: Lease) -> psycopg.Connection[tuple[object, ...]]:
    """As the superuser, whom row-level security does not slow down."""
    url = make_url(lease.postgres_url(Role.ADMIN))
    return psycopg.connect(
        host=str(url.query["host"]),
        port=5432,
        user=url.username,
        password=url.password,
        dbname=url.database,
    )


async def measure(settings: Settings, lease: Lease) -> None:
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("bench"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        await catalogue(services, lease)
        await validations(ctx)
        for size in (1_000, 10_000):
            await bulk(ctx, lease, size)


async def catalogue(services: Services, lease: Lease) -> None:
    given = rows()
    began = time.perf_counter()
    await services.catalog.load(given, source="bench", checksum=uuid4().hex)
    seconds = time.perf_counter() - began
    columns = "symbol, name, asset_class, exchange, mic, currency, country, sector, industry, isin"
    with connect(lease) as connection:
        began = time.perf_counter()
        connection.execute("create temp table raw (like assets including all) on commit drop")
        connection.execute(
            f"create temp table staged on commit drop as"
            f" select {columns} from assets with no data".encode()
        )
        with connection.cursor().copy(f"copy staged ({columns}) from stdin".encode()) as copy:
            for r in given:
                copy.write_row(
                    (
                        r.symbol,
                        r.name,
                        r.asset_class,
                        r.exchange,
                        r.mic,
                        r.currency,
                        r.country,
                        r.sector,
                        r.industry,
                        r.isin,
                    )
                )
        connection.execute(
            f"insert into raw ({columns}) select {columns} from staged"
            " on conflict (symbol) do update set name = excluded.name".encode()
        )
        floor = time.perf_counter() - began
        connection.rollback()
    show(
        Line(
            name=f"catalogue import, {len(given)} rows",
            seconds=seconds,
            floor_name="raw COPY + upsert + same indexes",
            floor=floor,
        )
    )
    began = time.perf_counter()
    await services.catalog.load(given, source="bench", checksum=uuid4().hex)
    show(
        Line(
            name="the same again (nothing changes)",
            seconds=time.perf_counter() - began,
            floor_name="first import",
            floor=seconds,
        )
    )


async def validations(ctx: Context) -> None:
    symbols = [row.symbol for row in rows()[:500]]
    async with ctx.unit_of_work() as uow:
        floor = await median_of(lambda: uow.assets.by_symbols(symbols), 10)
    seconds = await median_of(lambda: validate_symbols.invoke(ctx, {"symbols": symbols}), 10)
    show(
        Line(
            name="500 validations known to the catalogue",
            seconds=seconds,
            floor_name="one query for 500 rows",
            floor=floor,
        )
    )


async def bulk(ctx: Context, lease: Lease, size: int) -> None:
    given = rows()[:size]
    symbols = [row.symbol for row in given]
    made = await create_universe.invoke(ctx, {"name": f"bench {uuid4()}"})
    if made.data is None:
        raise RuntimeError(made.message)
    began = time.perf_counter()
    result = await bulk_add_assets.invoke(ctx, {"universe_id": made.data.id, "symbols": symbols})
    seconds = time.perf_counter() - began
    if result.data is None or result.data.added != size:
        raise RuntimeError(result.message)
    floor = raw_insert(lease, ctx.principal.user_id, made.data.id, symbols)
    show(
        Line(
            name=f"bulk add, {size} symbols",
            seconds=seconds,
            floor_name="raw insert, same constraints",
            floor=floor,
        )
    )


def raw_insert(lease: Lease, owner: UUID, universe: UUID, symbols: Sequence[str]) -> float:
    """The same rows into the same table for another universe, then rolled back."""
    with connect(lease) as connection:
        ids = [
            row[0]
            for row in connection.execute(
                "select id from assets where symbol = any(%s)", (list(symbols),)
            )
        ]
        [change] = connection.execute(
            "select id from change_sets where universe_id = %s limit 1", (universe,)
        ).fetchall()
        [other] = connection.execute(
            "insert into universes (owner_id, name) values (%s, %s) returning id",
            (owner, uuid4().hex),
        ).fetchall()
        began = time.perf_counter()
        connection.execute(RAW_INSERT, (other[0], owner, change[0], ids))
        seconds = time.perf_counter() - began
        connection.rollback()
    return seconds
