"""The least that reads a universe over HTTP: Starlette, psycopg, and the same transaction."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import uvicorn
from psycopg.rows import DictRow, dict_row
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONNECTIONS = 8
ENTER = "select set_config('role', 'universe_app', true), set_config('app.user_id', %s, true)"
READ = """
select a.id, a.symbol, a.name, a.asset_class, a.exchange, a.mic, a.currency, a.country, a.sector,
       a.industry, a.isin, a.market_cap, a.market_cap_currency, a.market_cap_bucket, a.pe_ratio,
       a.dividend_yield, a.status, a.is_validated, a.last_validated_at, m.position,
       lower(m.valid) as valid_from, upper(m.valid) as valid_to
from universe_assets m join assets a on a.id = m.asset_id
where m.universe_id = %s and upper_inf(m.valid) and upper_inf(m.known)
order by m.position, m.asset_id limit 50
"""


def build(url: str, user_id: str) -> Starlette:
    free: asyncio.Queue[psycopg.AsyncConnection[DictRow]] = asyncio.Queue()

    async def read(request: Request) -> Response:
        connection = await free.get()
        try:
            async with connection.transaction():
                await connection.execute(ENTER, (user_id,))
                rows = await connection.execute(READ, (request.path_params["id"],))
                found: list[dict[str, Any]] = await rows.fetchall()
        finally:
            free.put_nowait(connection)
        body = json.dumps({"assets": found}, default=str, separators=(",", ":"))
        return Response(body, media_type="application/json")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        for _ in range(CONNECTIONS):
            connection = await psycopg.AsyncConnection[DictRow].connect(url, row_factory=dict_row)  # pyright: ignore[reportArgumentType] - its overloads want tuples
            await connection.set_autocommit(True)
            free.put_nowait(connection)
        yield

    return Starlette(routes=[Route("/api/v1/universes/{id}", read)], lifespan=lifespan)


if __name__ == "__main__":
    address, caller, port = sys.argv[1:]
    uvicorn.run(build(address, caller), port=int(port), log_level="warning")
