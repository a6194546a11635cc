"""Universes of the tenant; the policy hides everybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.universe import IndexOrigin, Universe, UniverseSource
from db.mapping import to_universe
from db.session import fetch

# A member is doubtful when its listing is dead or when what confirmed it is over 30 days old.
SELECT = """
select u.id, u.name, u.description, u.version, u.source, u.index_code,
       u.tracked and not u.paused as tracked, u.created_at, u.updated_at,
       m.asset_count, m.doubtful_count, p.pending_count,
       (select c.client from change_sets c where c.universe_id = u.id and c.version = 1)
           as made_with{stamp}
from {source} u
cross join lateral (
    select count(*) as asset_count,
           count(*) filter (
               where a.status <> 'active' or a.last_validated_at < now() - interval '30 days'
           ) as doubtful_count{member_stamp}
    from universe_assets m join assets a on a.id = m.asset_id
    where m.universe_id = u.id and upper_inf(m.valid) and upper_inf(m.known)
) m
cross join lateral (
    select count(*) as pending_count{pending_stamp}
    from pending_symbols p where p.universe_id = u.id
) p
"""
PLAIN = {"stamp": "", "member_stamp": "", "pending_stamp": ""}

# `xmin` names the transaction that wrote a row as it is now: unlike `updated_at` it cannot be set,
# and a change that began earlier and was committed later has one of its own. Who is doubtful is a
# matter of time, too. A server that took another's place may use a number again for what that had
# not passed on, hence its start.
STAMPED = {
    "stamp": ", concat_ws(' ', pg_postmaster_start_time(), u.xmin, m.asset_count, m.doubtful_count,"
    " m.stamp, p.pending_count, p.stamp) as stamp",
    "member_stamp": ", sum(hash_record_extended(row(m.id, m.xmin, a.xmin), 0)) as stamp",
    "pending_stamp": ", sum(hash_record_extended(row(p.id, p.xmin), 0)) as stamp",
}

ALIVE = " where u.id = :id and u.deleted_at is null"
SELECT_ONE = SELECT.format(source="universes", **PLAIN)
FIND = text(SELECT_ONE + ALIVE)
FIND_STAMPED = SELECT.format(source="universes", **STAMPED) + ALIVE.replace(":id", "%(id)s")
FIND_BY_NAME = text(SELECT_ONE + " where u.name = :name and u.deleted_at is null")
FIND_DELETED = text(SELECT_ONE + " where u.id = :id and u.deleted_at >= :at")
# `no key`, for rows that hang on a universe hold its key while its lock is waited for.
LOCK = text("select id from universes where id = :id and deleted_at is null for no key update")

# `strpos` on lowered text: a query is words, never a pattern.
MATCHES = """
deleted_at is null and (
    cast(:query as text) is null
    or strpos(lower(name), lower(:query)) > 0 or strpos(lower(description), lower(:query)) > 0
)
"""
LIST = text(
    SELECT.format(
        source=f"""(
            select * from universes
            where {MATCHES} and (
                cast(:at as timestamptz) is null or (created_at, id) < (:at, cast(:id as uuid))
            )
            order by created_at desc, id desc limit :limit
        )""",
        **PLAIN,
    )
    + " order by u.created_at desc, u.id desc"
)
COUNT = text(f"select count(*) from universes where {MATCHES}")
ADD = text(
    "insert into universes"
    " (owner_id, name, description, source, index_code, tracked, created_at, updated_at)"
    " values (:owner, :name, :description, :source, :index_code, :tracked, :now, :now)"
    " returning id, name, description, version, source, index_code, tracked, created_at, updated_at"
)
UPDATE = text(
    "update universes set name = :name, description = :description, updated_at = :now"
    " where id = :id"
)
DELETE = text("update universes set deleted_at = :now where id = :id and deleted_at is null")
RESTORE = text("update universes set deleted_at = null where id = :id and deleted_at is not null")


@dataclass(frozen=True, slots=True)
class SqlUniverseRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def find_by_name(self, name: str) -> Universe | None:
        row = (await self.connection.execute(FIND_BY_NAME, {"name": name})).mappings().first()
        return to_universe(row) if row else None

    async def find(self, universe_id: UUID) -> Universe | None:
        row = (await self.connection.execute(FIND, {"id": universe_id})).mappings().first()
        return to_universe(row) if row else None

    async def find_stamped(self, universe_id: UUID) -> tuple[Universe, str] | None:
        rows = await fetch(self.connection, FIND_STAMPED, {"id": universe_id})
        return next(((to_universe(row), row["stamp"]) for row in rows), None)

    async def lock(self, universe_id: UUID) -> Universe | None:
        await self.connection.execute(LOCK, {"id": universe_id})
        return await self.find(universe_id)

    async def list(
        self, *, query: str | None, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Universe]:
        at, universe_id = after or (None, None)
        rows = await self.connection.execute(
            LIST, {"query": query, "at": at, "id": universe_id, "limit": limit}
        )
        return [to_universe(row) for row in rows.mappings()]

    async def count(self, *, query: str | None) -> int:
        return (await self.connection.execute(COUNT, {"query": query})).scalar_one()

    async def add(
        self,
        *,
        name: str,
        description: str,
        source: UniverseSource,
        now: datetime,
        index: IndexOrigin | None = None,
    ) -> Universe:
        values = {
            "owner": self.owner_id,
            "name": name,
            "description": description,
            "source": source,
            "index_code": index.code if index else None,
            "tracked": index is not None and index.tracked,
            "now": now,
        }
        return to_universe((await self.connection.execute(ADD, values)).mappings().one())

    async def update(
        self, universe_id: UUID, *, name: str, description: str, now: datetime
    ) -> None:
        await self.connection.execute(
            UPDATE, {"id": universe_id, "name": name, "description": description, "now": now}
        )

    async def delete(self, universe_id: UUID, *, now: datetime) -> None:
        await self.connection.execute(DELETE, {"id": universe_id, "now": now})

    async def find_deleted(self, universe_id: UUID, *, since: datetime) -> Universe | None:
        values = {"id": universe_id, "at": since}
        row = (await self.connection.execute(FIND_DELETED, values)).mappings().first()
        return to_universe(row) if row else None

    async def restore(self, universe_id: UUID) -> bool:
        return (await self.connection.execute(RESTORE, {"id": universe_id})).rowcount == 1
