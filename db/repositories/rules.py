"""What universes follow, and what became of their last refresh."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.rebalancing import LastRefresh, RefreshOutcome, Rule
from db.session import Database, Role, transaction

GET = text(
    "select screen, derived, case when tracked then index_code end as index_code, paused,"
    " refresh_outcome, refresh_reason, refreshed_at"
    " from universes where id = :id"
)
# A universe that follows something else from now on is of that source.
SET_SCREEN = text(
    "update universes set screen = cast(:screen as jsonb), source = 'screen', paused = false"
    " where id = :id"
)
PAUSE = text("update universes set paused = :paused where id = :id")
SET_DERIVED = text("update universes set derived = cast(:derived as jsonb) where id = :id")
NOTE = text(
    "update universes set refreshed_at = :at, refresh_outcome = :outcome, refresh_reason = :reason"
    " where id = :id"
)
# Who came back has several stays: the day of the present one counts.
ENTERED = text("""
select asset_id, lower(valid) as since from universe_assets
where universe_id = :id and upper_inf(valid) and upper_inf(known) order by position, asset_id
""")
DUE = text("select owner_id, universe_id from app.due_refreshes(:before, :limit)")


@dataclass(frozen=True, slots=True)
class SqlRuleRepository:
    connection: AsyncConnection

    async def get(self, universe_id: UUID) -> Rule:
        row = (await self.connection.execute(GET, {"id": universe_id})).one_or_none()
        if row is None:  # purged, and another rule still names it
            return Rule()
        last = row.refreshed_at and LastRefresh(
            outcome=RefreshOutcome(row.refresh_outcome),
            reason=row.refresh_reason,
            at=row.refreshed_at,
        )
        return Rule(
            screen=row.screen,
            derived=row.derived,
            index_code=row.index_code,
            is_paused=row.paused,
            last=last,
        )

    async def set_screen(self, universe_id: UUID, screen: Mapping[str, Any]) -> None:
        values = {"id": universe_id, "screen": json.dumps(dict(screen))}
        await self.connection.execute(SET_SCREEN, values)

    async def pause(self, universe_id: UUID, *, paused: bool) -> None:
        await self.connection.execute(PAUSE, {"id": universe_id, "paused": paused})

    async def set_derived(self, universe_id: UUID, derived: Mapping[str, Any]) -> None:
        values = {"id": universe_id, "derived": json.dumps(dict(derived))}
        await self.connection.execute(SET_DERIVED, values)

    async def note_refresh(self, universe_id: UUID, refresh: LastRefresh) -> None:
        values = {
            "id": universe_id,
            "outcome": refresh.outcome,
            "reason": refresh.reason,
            "at": refresh.at,
        }
        await self.connection.execute(NOTE, values)

    async def entered(self, universe_id: UUID) -> Mapping[UUID, date]:
        rows = await self.connection.execute(ENTERED, {"id": universe_id})
        return {row.asset_id: row.since for row in rows}


@dataclass(frozen=True, slots=True)
class SqlDueRefreshes:
    database: Database

    async def list(self, *, before: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        async with transaction(self.database, Role.WORKER) as connection:
            rows = await connection.execute(DUE, {"before": before, "limit": limit})
            return [(row.owner_id, row.universe_id) for row in rows]
