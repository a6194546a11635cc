"""Change sets, pending symbols and replays: what explains a universe besides its members."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.turnover import Step
from core.domain.universe import Change, ChangeSet, PendingSymbol

RAISE_VERSION = text(
    "update universes set version = :version, updated_at = :now where id = :universe"
)
# The bell rings when, and only if, the change is committed (db/doorbell.py).
ADD_CHANGE = text("""
with change as (
    insert into change_sets (universe_id, owner_id, version, operation, actor, client, tool,
                             reason, added, removed, sample, effective_at, recorded_at,
                             idempotency_key, reverts)
    values (:universe, :owner, :version, :operation, :actor, :client, :tool, :reason,
            :added, :removed, :sample, :effective, :now, :idempotency_key, :reverts)
    returning id, universe_id, owner_id, version
)
select id, pg_notify('universe_changes', concat_ws(' ', universe_id, owner_id, version))
from change
""")
LIST_CHANGES = text("""
select version, operation, actor, client, tool, reason, added, removed,
       effective_at as effective_date, recorded_at, reverts, sample
from change_sets
where universe_id = :universe and (cast(:before as int) is null or version < :before)
order by version desc limit :limit
""")
# A correction is entered after a change that holds from a later day.
STEPS = text("""
select effective_at, added, removed,
       reverts is not null or effective_at < max(
           case when added + removed > 0 then effective_at end) over (
           order by version rows between unbounded preceding and 1 preceding) as is_left_out
from change_sets
where universe_id = :universe
order by effective_at, version
""")
STARTED = text("select min(recorded_at) from change_sets where universe_id = :universe")

ADD_PENDING = text("""
insert into pending_symbols (universe_id, owner_id, input, effective_date, since)
select :universe, :owner, i, :effective, :now from unnest(cast(:inputs as text[])) i
on conflict (universe_id, input) do nothing
""")
REMOVE_PENDING = text(
    "delete from pending_symbols where universe_id = :universe and input = any(:inputs)"
    " returning input"
)
AMONG_PENDING = text(
    "select input from pending_symbols where universe_id = :universe and input = any(:inputs)"
)
LIST_PENDING = text(
    "select input, since from pending_symbols where universe_id = :universe"
    " order by id limit :limit"
)
LINKED = text("""
select p.job_item_id, p.effective_date from pending_symbols p
where p.universe_id = :universe and p.job_item_id = any(:items)
""")
UNLINK = text(
    "update pending_symbols set job_item_id = null"
    " where universe_id = :universe and job_item_id = any(:items)"
)

FIND_REPLAY = text("select request_hash, response from idempotency_keys where key = :key")
ADD_REPLAY = text("""
insert into idempotency_keys (owner_id, key, operation, request_hash, response)
values (:owner, :key, :operation, :request_hash, cast(:response as jsonb))
on conflict do nothing
""")


@dataclass(frozen=True, slots=True)
class SqlChangeSetRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def add(self, universe_id: UUID, *, version: int, change: Change, now: datetime) -> UUID:
        values = {
            "universe": universe_id,
            "owner": self.owner_id,
            "version": version,
            "operation": change.operation,
            "actor": change.actor,
            "client": change.client,
            "tool": change.tool,
            "reason": change.reason,
            "added": change.added,
            "removed": change.removed,
            "sample": list(change.sample),
            "effective": change.effective,
            "idempotency_key": change.idempotency_key,
            "reverts": change.reverts,
            "now": now,
        }
        if version > 1:
            await self.connection.execute(RAISE_VERSION, values)
        return (await self.connection.execute(ADD_CHANGE, values)).scalar_one()

    async def list(
        self, universe_id: UUID, *, before: int | None, limit: int
    ) -> Sequence[ChangeSet]:
        values = {"universe": universe_id, "before": before, "limit": limit}
        rows = await self.connection.execute(LIST_CHANGES, values)
        return [ChangeSet(**row) for row in rows.mappings()]

    async def steps(
        self, universe_id: UUID, *, start: date, end: date
    ) -> tuple[Sequence[Step], int]:
        rows = (await self.connection.execute(STEPS, {"universe": universe_id})).all()
        inside = [row for row in rows if start < row.effective_at <= end]
        steps = [
            Step(effective=row.effective_at, added=row.added, removed=row.removed)
            for row in inside
            if not row.is_left_out
        ]
        return steps, len(inside) - len(steps)

    async def started(self, universe_id: UUID) -> datetime | None:
        return (await self.connection.execute(STARTED, {"universe": universe_id})).scalar()


@dataclass(frozen=True, slots=True)
class SqlPendingRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def add(
        self, universe_id: UUID, inputs: Sequence[str], *, effective: date, now: datetime
    ) -> None:
        values = {
            "universe": universe_id,
            "owner": self.owner_id,
            "inputs": list(inputs),
            "effective": effective,
            "now": now,
        }
        await self.connection.execute(ADD_PENDING, values)

    async def remove(self, universe_id: UUID, inputs: Sequence[str]) -> set[str]:
        values = {"universe": universe_id, "inputs": list(inputs)}
        return set((await self.connection.execute(REMOVE_PENDING, values)).scalars())

    async def among(self, universe_id: UUID, inputs: Collection[str]) -> set[str]:
        # what no column can hold waits nowhere, and must not fail the look-up of the others
        values = {"universe": universe_id, "inputs": [i for i in inputs if "\0" not in i]}
        return set((await self.connection.execute(AMONG_PENDING, values)).scalars())

    async def list(self, universe_id: UUID, *, limit: int) -> Sequence[PendingSymbol]:
        rows = await self.connection.execute(
            LIST_PENDING, {"universe": universe_id, "limit": limit}
        )
        return [PendingSymbol(input=row.input, since=row.since) for row in rows]

    async def linked(self, universe_id: UUID, items: Collection[UUID]) -> Mapping[UUID, date]:
        values = {"universe": universe_id, "items": list(items)}
        rows = await self.connection.execute(LINKED, values)
        return {row.job_item_id: row.effective_date for row in rows}

    async def unlink(self, universe_id: UUID, items: Collection[UUID]) -> None:
        values = {"universe": universe_id, "items": list(items)}
        await self.connection.execute(UNLINK, values)


@dataclass(frozen=True, slots=True)
class SqlReplayRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def find(self, key: str) -> tuple[str, Mapping[str, Any]] | None:
        row = (await self.connection.execute(FIND_REPLAY, {"key": key})).first()
        return (row.request_hash, row.response) if row else None

    async def add(
        self, key: str, *, operation: str, request_hash: str, response: Mapping[str, Any]
    ) -> bool:
        result = await self.connection.execute(
            ADD_REPLAY,
            {
                "owner": self.owner_id,
                "key": key,
                "operation": operation,
                "request_hash": request_hash,
                "response": json.dumps(response),
            },
        )
        return result.rowcount == 1
