"""What many tests need: universes made in one line, and a look at the database behind them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import anyio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.asset import Asset, AssetClass
from core.domain.result import Result
from core.operations import create_universe, get_universe
from core.operations.operation import Context, Operation
from core.ports import Services
from db.session import Database, Role, transaction
from db.unit_of_work import SqlUnitOfWorkFactory

Data = dict[str, Any]
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def an_asset(symbol: str, *, name: str = "", asset_id: UUID | None = None) -> Asset:
    """An equity of this symbol."""
    return Asset(
        id=asset_id or uuid4(),
        symbol=symbol,
        name=name or f"{symbol} Inc.",
        asset_class=AssetClass.EQUITY,
    )


def data_of(result: Result[Any]) -> Data:
    """The data of an answer that must be a success, as a door would send it."""
    assert result.success, result.message
    sent = result.model_dump(mode="json")["data"]
    assert isinstance(sent, dict)
    return sent  # pyright: ignore[reportUnknownVariableType] - JSON


def code_of(result: Result[Any]) -> str | None:
    """The error code of an answer, None for a success."""
    return result.metadata.error.code if result.metadata.error else None


async def call(ctx: Context, operation: Operation[Any, Any], **arguments: Any) -> Data:
    """The data of a call that must succeed."""
    return data_of(await operation.invoke(ctx, arguments))


async def make_universe(
    ctx: Context, name: str = "Chips", symbols: Sequence[str] = (), **more: Any
) -> str:
    """The id of a new universe."""
    given = {"symbols": list(symbols)} if symbols else {}
    made = await call(ctx, create_universe, name=name, **given, **more)
    return str(made["id"])


async def symbols_of(ctx: Context, universe_id: str, **window: Any) -> list[str]:
    """The members' symbols in their order, up to 200."""
    read = await call(ctx, get_universe, universe_id=universe_id, limit=200, **window)
    return [asset["symbol"] for asset in read["assets"]]


async def version_of(ctx: Context, universe_id: str) -> int:
    """The universe's version now."""
    return int((await call(ctx, get_universe, universe_id=universe_id))["version"])


def at(ctx: Context, moment: datetime) -> Context:
    """The same caller at another time."""
    return replace(ctx, services=replace(ctx.services, now=lambda: moment))


def database_of(services: Services) -> Database:
    """The pool behind the services, for looking at rows."""
    assert isinstance(services.unit_of_work, SqlUnitOfWorkFactory)
    return services.unit_of_work.database


@asynccontextmanager
async def tenant(ctx: Context, *, role: Role = Role.APP) -> AsyncGenerator[AsyncConnection]:
    """A transaction whose tenant is the caller."""
    async with transaction(
        database_of(ctx.services), role, user_id=ctx.principal.user_id
    ) as connection:
        yield connection


async def rows(
    ctx: Context, statement: str, values: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Rows as the caller's tenant sees them."""
    async with tenant(ctx) as connection:
        return [tuple(row) for row in await connection.execute(text(statement), values or {})]


async def by_the_catalogue(ctx: Context, statement: str) -> None:
    """A change of reference data, as an import or a provider makes it."""
    async with tenant(ctx, role=Role.CATALOG) as connection:
        await connection.execute(text(statement))


async def some_symbols(ctx: Context, count: int) -> list[str]:
    """That many active American equities of the built-in catalogue."""
    found = await rows(
        ctx,
        "select symbol from assets where symbol ~ '^[A-Z]{1,4}$' and status = 'active'"
        " and asset_class = 'equity' and not exists (select from asset_symbols s"
        " where s.symbol = assets.symbol) order by symbol limit :n",
        {"n": count},
    )
    assert len(found) == count
    return [symbol for (symbol,) in found]


async def at_once(*calls: Any) -> list[Result[Any]]:
    """The answers of calls that run at the same time, in the order given."""
    answers: dict[int, Result[Any]] = {}

    async def one(number: int, waiting: Any) -> None:
        answers[number] = await waiting

    async with anyio.create_task_group() as tasks:
        for number, waiting in enumerate(calls):
            tasks.start_soon(one, number, waiting)
    return [answers[number] for number in range(len(calls))]


def statuses(bulk: dict[str, Any]) -> list[tuple[str, str]]:
    """Input and status of each outcome of a bulk result."""
    return [(outcome["input"], outcome["status"]) for outcome in bulk["outcomes"]]
