"""Memberships on two clocks. Nothing is rewritten: a row's `known` closes, others follow."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.universe import POSITION_GAP, Constituent, NewMember
from core.ports import MemberWindow
from db.mapping import asset_columns, to_asset

CURRENT = "upper_inf(valid) and upper_inf(known)"

AMONG = text(
    f"select asset_id from universe_assets where universe_id = :universe and {CURRENT}"
    " and asset_id = any(:assets) and lower(valid) <= coalesce(:since, date 'infinity')"
)
# An asset that was in before and comes back with a date inside its old interval would overlap
# it: the old row gives way, and the new one starts where the old one did. A member that is told to
# have been in earlier keeps its place and what is noted of it.
SUPERSEDE_OVERLAPS = text("""
update universe_assets set known = int8range(lower(known), :version)
where universe_id = :universe and asset_id = any(:assets) and upper_inf(known)
  and valid && daterange(:effective, null)
""")
ADD = text(f"""
insert into universe_assets
    (universe_id, owner_id, asset_id, valid, known, position, change_set_id, added_at, weight,
     note, tags)
select :universe, :owner, a.id, daterange(least(:effective, o.started), null),
       int8range(:version, null),
       coalesce(m.position, last.position + {POSITION_GAP} * a.ord), :change_set,
       coalesce(m.added_at, now()), m.weight, m.note, coalesce(m.tags, '{{}}')
from unnest(cast(:assets as uuid[])) with ordinality a(id, ord)
left join (
    select asset_id, min(lower(valid)) as started from universe_assets
    where universe_id = :universe and asset_id = any(:assets) and upper(known) = :version
    group by asset_id
) o on o.asset_id = a.id
left join universe_assets m on m.universe_id = :universe and m.asset_id = a.id
    and upper(m.known) = :version and upper_inf(m.valid)
cross join (
    select coalesce(max(position), 0) as position from universe_assets
    where universe_id = :universe and {CURRENT}
) last
""")

# Who leaves as of a day is out from then on, of an earlier stay that lasted longer too; a stay that
# ends on the day it began leaves no dated row. The old row closes before the new one is written:
# the exclusion constraint is checked at once.
END = text("""
update universe_assets set known = int8range(lower(known), :version)
where universe_id = :universe and asset_id = any(:assets) and upper_inf(known)
  and valid && daterange(:effective, null)
""")
FOLLOW_ENDED = text("""
insert into universe_assets (universe_id, owner_id, asset_id, valid, known, position,
                             change_set_id, added_at, weight, note, tags)
select universe_id, owner_id, asset_id, daterange(lower(valid), :effective),
       int8range(:version, null), position, :change_set, added_at, weight, note, tags
from universe_assets
where universe_id = :universe and asset_id = any(:assets) and upper(known) = :version
  and lower(valid) < :effective
""")

WRITE = text("""
insert into universe_assets (universe_id, owner_id, asset_id, valid, known, position,
                             change_set_id, weight, note, tags)
select :universe, :owner, m.asset_id, daterange(m.valid_from, m.valid_to),
       int8range(:version, null), m.position, :change_set, m.weight, m.note,
       coalesce(m.tags, '{}')
from jsonb_to_recordset(cast(:members as jsonb)) m(
    asset_id uuid, valid_from date, valid_to date, position bigint, weight numeric, note text,
    tags text[])
""")
INTERVALS = text(f"""
select {asset_columns("a")}, m.position, m.weight, m.note, m.tags, lower(m.valid) as valid_from,
       upper(m.valid) as valid_to
from universe_assets m join assets a on a.id = m.asset_id
where m.universe_id = :universe and upper_inf(m.known)
order by m.position, m.asset_id, lower(m.valid)
""")
# The page first, then the assets of it: no index is in the order of a day of the past.
LIST = """
select {columns}, m.position, m.weight, m.note, m.tags, lower(m.valid) as valid_from,
       upper(m.valid) as valid_to
from (
    select * from universe_assets m where m.universe_id = :universe and {window}
      and (cast(:position as bigint) is null or (m.position, m.asset_id) > (:position, :asset))
    order by m.position, m.asset_id limit :limit
) m join assets a on a.id = m.asset_id
order by m.position, m.asset_id
"""


@cache
def _list_of(clause: str) -> TextClause:
    """The statement of a window, of which there are five: made once, compiled once."""
    return text(LIST.format(columns=asset_columns("a"), window=clause))


def window_clause(window: MemberWindow) -> tuple[str, dict[str, Any]]:
    """The condition that picks the members of a window, with its parameters."""
    if window.start is not None or window.end is not None:
        # whoever was ever in, each once, with the last of its intervals
        return (
            """upper_inf(m.known) and m.valid && daterange(:start, :end) and not exists (
                select from universe_assets later
                where later.universe_id = m.universe_id and later.asset_id = m.asset_id
                  and upper_inf(later.known) and later.valid && daterange(:start, :end)
                  and lower(later.valid) > lower(m.valid))""",
            {"start": window.start, "end": window.end},
        )
    if window.version is not None and window.as_of is not None:
        return (
            "m.known @> cast(:version as bigint) and m.valid @> cast(:day as date)",
            {"version": window.version, "day": window.as_of},
        )
    if window.version is not None:
        return (
            "m.known @> cast(:version as bigint) and upper_inf(m.valid)",
            {"version": window.version},
        )
    if window.as_of is not None:
        return "upper_inf(m.known) and m.valid @> cast(:day as date)", {"day": window.as_of}
    return "upper_inf(m.valid) and upper_inf(m.known)", {}


@dataclass(frozen=True, slots=True)
class SqlMemberRepository:
    connection: AsyncConnection
    owner_id: UUID

    async def among(
        self, universe_id: UUID, assets: Collection[UUID], *, since: date | None = None
    ) -> set[UUID]:
        values = {"universe": universe_id, "assets": list(assets), "since": since}
        return set((await self.connection.execute(AMONG, values)).scalars())

    async def add(
        self,
        universe_id: UUID,
        assets: Sequence[UUID],
        *,
        change_set: UUID,
        version: int,
        effective: date,
    ) -> None:
        values = {
            "universe": universe_id,
            "owner": self.owner_id,
            "assets": list(assets),
            "change_set": change_set,
            "version": version,
            "effective": effective,
        }
        await self.connection.execute(SUPERSEDE_OVERLAPS, values)
        await self.connection.execute(ADD, values)

    async def remove(
        self,
        universe_id: UUID,
        assets: Sequence[UUID],
        *,
        change_set: UUID,
        version: int,
        effective: date,
    ) -> None:
        values = {
            "universe": universe_id,
            "assets": list(assets),
            "change_set": change_set,
            "version": version,
            "effective": effective,
        }
        await self.connection.execute(END, values)
        await self.connection.execute(FOLLOW_ENDED, values)

    async def write(
        self, universe_id: UUID, members: Sequence[NewMember], *, change_set: UUID, version: int
    ) -> None:
        values = {
            "universe": universe_id,
            "owner": self.owner_id,
            "members": json.dumps([asdict(member) for member in members], default=str),
            "change_set": change_set,
            "version": version,
        }
        await self.connection.execute(WRITE, values)

    async def intervals(self, universe_id: UUID) -> Sequence[Constituent]:
        rows = await self.connection.execute(INTERVALS, {"universe": universe_id})
        return [_constituent(row) for row in rows.mappings()]

    async def list(
        self,
        universe_id: UUID,
        *,
        window: MemberWindow,
        after: tuple[int, UUID] | None,
        limit: int,
    ) -> Sequence[Constituent]:
        clause, values = window_clause(window)
        position, asset = after or (None, None)
        rows = await self.connection.execute(
            _list_of(clause),
            values
            | {"universe": universe_id, "position": position, "asset": asset, "limit": limit},
        )
        return [_constituent(row) for row in rows.mappings()]

    async def count(self, universe_id: UUID, *, window: MemberWindow) -> int:
        clause, values = window_clause(window)
        statement = text(
            f"select count(*) from universe_assets m where m.universe_id = :universe and {clause}"
        )
        return (
            await self.connection.execute(statement, values | {"universe": universe_id})
        ).scalar_one()


def _constituent(row: RowMapping) -> Constituent:
    return Constituent(
        asset=to_asset(row),
        position=row["position"],
        weight=row["weight"],
        note=row["note"],
        tags=tuple(row["tags"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )
