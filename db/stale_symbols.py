"""Symbols of members that nobody confirmed for a while, under the role that sees no universe."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from db.session import Database, Role, transaction

STALE = text("select app.stale_symbols(:before, :limit)")

MARK = text("""
    insert into symbol_checks (symbol, asked_at) select unnest(cast(:symbols as text[])), :now
    on conflict (symbol) do update set asked_at = excluded.asked_at
""")


@dataclass(frozen=True, slots=True)
class SqlStaleSymbols:
    database: Database

    async def list(self, *, before: datetime, limit: int) -> Sequence[str]:
        async with transaction(self.database, Role.WORKER) as connection:
            found = await connection.execute(STALE, {"before": before, "limit": limit})
            return found.scalars().all()

    async def mark(self, symbols: Collection[str], *, now: datetime) -> None:
        async with transaction(self.database, Role.WORKER) as connection:
            await connection.execute(MARK, {"symbols": list(symbols), "now": now})
