"""What members carry besides their place: weight, note and tags, on both clocks like the rest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.universe import Carried

GET = """
select asset_id, position, weight, note, tags from universe_assets
where universe_id = :universe and upper_inf(valid) and {known} order by position, asset_id
"""
NOW = text(GET.format(known="upper_inf(known)"))
AT = text(GET.format(known="known @> cast(:version as bigint)"))

_GIVEN = """
(select * from jsonb_to_recordset(cast(:carried as jsonb))
     c(asset_id uuid, position bigint, weight numeric, note text, tags text[])) c
"""
# A row that this very version made is still being written; an older one gives way to another.
AMEND = text(f"""
update universe_assets m set position = c.position, weight = c.weight, note = c.note, tags = c.tags
from {_GIVEN}
where m.universe_id = :universe and m.asset_id = c.asset_id and lower(m.known) = :version
  and upper_inf(m.valid) and upper_inf(m.known)
""")
CLOSE = text(f"""
update universe_assets m set known = int8range(lower(known), :version)
from {_GIVEN}
where m.universe_id = :universe and m.asset_id = c.asset_id and lower(m.known) < :version
  and upper_inf(m.valid) and upper_inf(m.known)
""")
FOLLOW = text(f"""
insert into universe_assets (universe_id, owner_id, asset_id, valid, known, position,
                             change_set_id, added_at, weight, note, tags)
select m.universe_id, m.owner_id, m.asset_id, m.valid, int8range(:version, null), c.position,
       :change_set, m.added_at, c.weight, c.note, c.tags
from universe_assets m join {_GIVEN} on c.asset_id = m.asset_id
where m.universe_id = :universe and upper(m.known) = :version and upper_inf(m.valid)
""")


@dataclass(frozen=True, slots=True)
class SqlCarriedRepository:
    connection: AsyncConnection

    async def get(self, universe_id: UUID, *, version: int | None = None) -> Mapping[UUID, Carried]:
        statement = NOW if version is None else AT
        values = {"universe": universe_id} | ({} if version is None else {"version": version})
        rows = await self.connection.execute(statement, values)
        return {
            row.asset_id: Carried(
                position=row.position, weight=row.weight, note=row.note, tags=tuple(row.tags)
            )
            for row in rows
        }

    async def set(
        self, universe_id: UUID, carried: Mapping[UUID, Carried], *, change_set: UUID, version: int
    ) -> None:
        given = [_row(asset, what) for asset, what in carried.items()]
        values: dict[str, Any] = {
            "universe": universe_id,
            "version": version,
            "carried": json.dumps(given, default=str),
        }
        await self.connection.execute(AMEND, values)
        await self.connection.execute(CLOSE, values)
        await self.connection.execute(FOLLOW, values | {"change_set": change_set})


def _row(asset: UUID, what: Carried) -> dict[str, Any]:
    return {
        "asset_id": asset,
        "position": what.position,
        "weight": what.weight,
        "note": what.note,
        "tags": list(what.tags),
    }
