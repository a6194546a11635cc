"""The indices whose members the catalogue knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.catalog import IndexFacts, IndexSpan

FACTS = text("""
select index_code as code, name, source, release, source_date, licence, expected_count,
       listed_count, history_from, unresolved
from index_facts order by index_code
""")
SPANS = text("""
select m.asset_id, lower(m.during) as start, upper(m.during) as "end"
from index_memberships m join assets a on a.id = m.asset_id
where m.index_code = :code order by a.symbol, lower(m.during)
""")


@dataclass(frozen=True, slots=True)
class SqlIndexRepository:
    connection: AsyncConnection

    async def facts(self) -> Sequence[IndexFacts]:
        rows = await self.connection.execute(FACTS)
        return [IndexFacts(**row) for row in rows.mappings()]

    async def spans(self, code: str) -> Sequence[IndexSpan]:
        rows = await self.connection.execute(SPANS, {"code": code})
        return [IndexSpan(**row) for row in rows.mappings()]
