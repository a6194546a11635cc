"""The catalogue as tenants read it: look-ups by what identifies an asset."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.asset import Asset, FormerSymbol, ListingPlace
from core.domain.assetsearch import AssetFilter, AssetPage, Completion, SectorCount
from core.domain.resolving import best_named, plain_name
from db.kept_pages import KeptPages
from db.mapping import asset_columns, asset_rows, asset_rows_by, to_asset
from db.repositories.search import run_search
from db.session import fetch, fetch_as

COLUMNS = asset_columns("a")

# A list of a thousand texts is put together and read much faster as one text of many lines.
BY_SYMBOLS = f"""
select {COLUMNS} from assets a
where a.symbol = any(string_to_array(%(symbols)s, E'\\n')) and (%(past)s or not a.is_past)
order by a.rank desc, a.symbol
"""
BY_IDS = text(f"select {COLUMNS} from assets a where a.id = any(:ids)")
# A symbol is followed from the day on, rename by rename, until an asset is reached: one that is
# gone since and bore the symbol last, or the one that bears it now.
BORNE_ON = text(f"""
with recursive path (borne, day, symbol, since, steps) as (
    select s, d, s, d, 0 from unnest(cast(:symbols as text[]), cast(:days as date[])) g(s, d)
    union all
    select p.borne, p.day, n.successor, n.valid_to, p.steps + 1
    from path p
    cross join lateral (
        select f.successor, f.valid_to from asset_symbols f
        where f.notation = 'yahoo' and f.kind = 'renamed' and f.symbol = p.symbol
          and f.valid_to > p.since
        order by f.valid_to limit 1
    ) n
    where p.steps < 8 and not exists (
        select from assets x
        where x.former_symbol = p.symbol and x.gone_since > p.since
          and x.gone_since <= n.valid_to + 31)
)
select distinct on (p.borne, p.day) p.borne, p.day as borne_on, {COLUMNS}
from path p
cross join lateral (
    (select x.id from assets x where x.former_symbol = p.symbol and x.gone_since > p.since
     order by x.gone_since limit 1)
    union all
    select x.id from assets x where p.steps > 0 and x.symbol = p.symbol and not x.is_past
    limit 1
) reached
join assets a on a.id = reached.id
order by p.borne, p.day, p.steps desc
""")
BY_ISINS = text(
    f"select {COLUMNS} from assets a where a.isin = any(:isins) and a.isin is not null"
    " order by a.rank desc, a.symbol"
)
# "/" is what follows ".": symbols of one root are neighbours in the index of symbols
# The lateral with its limit makes the planner take the range from the index of symbols, root by
# root: as a plain join it compares every root with every asset.
BY_ROOTS = f"""
select r.root, {COLUMNS} from string_to_table(%(roots)s, E'\\n') r(root)
cross join lateral (
    select * from assets a where a.symbol > r.root || '.' and a.symbol < r.root || '/'
      and (%(everywhere)s or split_part(a.symbol, '.', -1) = any(%(suffixes)s))
      and not a.is_past
    order by a.symbol limit 60
) a
order by a.rank desc, a.symbol
"""
FEW = 6
BY_NAMES = text(f"""
select n.name as wanted, {COLUMNS}
from unnest(cast(:names as text[])) n(name)
cross join lateral (
    select * from app.search_assets(n.name, '{{}}', null)
    order by tier desc, score desc limit {FEW * 2}
) h
join assets a on a.id = h.asset_id
order by h.tier desc, h.score desc, a.symbol
""")
BY_OTHER_NAMES = text(f"""
select s.symbol as folded, {COLUMNS}
from asset_symbols s
join assets a on a.symbol = any(string_to_array(s.successor, ' '))
where s.notation = 'name' and s.symbol = any(:folded)
order by s.kind, array_position(string_to_array(s.successor, ' '), cast(a.symbol as text))
""")
FORMER = """
select symbol, kind, valid_to as until, successor, name, reason, source from asset_symbols
where notation = 'yahoo' and symbol = any(string_to_array(%(symbols)s, E'\\n'))
order by symbol, valid_to desc nulls last
"""
FORMER_OF = text("""
select distinct on (symbol, successor) symbol, kind, valid_to, successor, name, reason, source
from asset_symbols
where notation = 'yahoo' and kind = 'renamed' and successor = any(:symbols)
  and valid_to > :start and valid_to <= :end
order by symbol, successor, valid_to
""")
SECTORS = """
select sector, coalesce(industry, '') as industry, sum(assets) as n from search.facets
where sector is not null{clauses} group by sector, industry order by n desc, industry
"""
VALUES = text("select value from search.labels where kind = :column order by assets desc, value")
COMPLETE = text("select value, label from app.complete_assets(:typed, :kind, :limit)")
LISTINGS = text(f"""
select {COLUMNS} from search.listings own
join search.listings other on other.group_id = own.group_id and other.asset_id <> own.asset_id
join assets a on a.id = other.asset_id
where own.asset_id = :id and a.asset_class = :asset_class
order by a.rank desc, a.symbol limit :limit
""")
PLACES = text(
    'select asset_id, group_id as "group", is_primary, rank from search.listings'
    " where asset_id = any(:ids)"
)


@dataclass(frozen=True, slots=True)
class SqlAssetRepository:
    connection: AsyncConnection
    kept: KeptPages

    async def by_symbols(
        self, symbols: Collection[str], *, past: bool = False
    ) -> Mapping[str, Asset]:
        if not symbols:
            return {}
        values = {"symbols": "\n".join(symbols), "past": past}
        found = await fetch_as(asset_rows, self.connection, BY_SYMBOLS, values)
        return {asset.symbol: asset for asset in found}

    async def borne_on(
        self, borne: Collection[tuple[str, date]]
    ) -> Mapping[tuple[str, date], Asset]:
        if not borne:
            return {}
        values = {"symbols": [symbol for symbol, _ in borne], "days": [day for _, day in borne]}
        rows = (await self.connection.execute(BORNE_ON, values)).mappings()
        return {(row["borne"], row["borne_on"]): to_asset(row) for row in rows}

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, Asset]:
        if not ids:
            return {}
        rows = await self.connection.execute(BY_IDS, {"ids": list(ids)})
        return {row["id"]: to_asset(row) for row in rows.mappings()}

    async def by_isins(self, isins: Collection[str]) -> Sequence[Asset]:
        if not isins:
            return []
        rows = await self.connection.execute(BY_ISINS, {"isins": list(isins)})
        return [to_asset(row) for row in rows.mappings()]

    async def by_roots(
        self, roots: Collection[str], *, suffixes: Collection[str] = ()
    ) -> Mapping[str, Sequence[Asset]]:
        if not roots:
            return {}
        found: dict[str, list[Asset]] = {}
        values = {
            "roots": "\n".join(roots),
            "suffixes": list(suffixes),
            "everywhere": not suffixes,
        }
        for root, asset in await fetch_as(asset_rows_by, self.connection, BY_ROOTS, values):
            found.setdefault(root, []).append(asset)
        return found

    async def by_names(self, names: Collection[str]) -> Mapping[str, Sequence[Asset]]:
        asked = [name for name in names if "\x00" not in name]  # PostgreSQL has no such text
        if not asked:
            return {}
        found: dict[str, list[Asset]] = {}
        rows = await self.connection.execute(BY_NAMES, {"names": asked})
        for row in rows.mappings():
            found.setdefault(row["wanted"], []).append(to_asset(row))
        return {name: best_named(name, assets)[:FEW] for name, assets in found.items()}

    async def by_other_names(self, names: Collection[str]) -> Mapping[str, Sequence[Asset]]:
        texts = {name: plain_name(name) for name in names}
        rows = await self.connection.execute(BY_OTHER_NAMES, {"folded": list(texts.values())})
        found: dict[str, list[Asset]] = {}
        for row in rows.mappings():
            found.setdefault(row["folded"], []).append(to_asset(row))
        return {name: found[folded] for name, folded in texts.items() if folded in found}

    async def former(self, symbols: Collection[str]) -> Sequence[FormerSymbol]:
        if not symbols:
            return []
        rows = await fetch(self.connection, FORMER, {"symbols": "\n".join(symbols)})
        return [FormerSymbol(**row) for row in rows]

    async def former_of(
        self, symbols: Collection[str], *, start: date, end: date
    ) -> Sequence[FormerSymbol]:
        values = {"symbols": list(symbols), "start": start, "end": end}
        return [_former(row) for row in await self.connection.execute(FORMER_OF, values)]

    async def search(self, wanted: AssetFilter) -> AssetPage:
        return await run_search(self.connection, wanted, self.kept)

    async def sectors(
        self, *, asset_class: str | None, country: str | None
    ) -> Sequence[SectorCount]:
        given = {"asset_class": asset_class, "country": country}
        wanted = {column: value for column, value in given.items() if value is not None}
        clauses = "".join(f" and {column} = :{column}" for column in wanted)
        rows = await self.connection.execute(text(SECTORS.format(clauses=clauses)), wanted)
        industries: dict[str, list[tuple[str, int]]] = {}
        totals: dict[str, int] = {}
        for row in rows:
            totals[row.sector] = totals.get(row.sector, 0) + row.n
            if row.industry:
                industries.setdefault(row.sector, []).append((row.industry, row.n))
        return [
            SectorCount(sector=sector, count=n, industries=industries.get(sector, ()))
            for sector, n in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        ]

    async def known_values(self, column: str) -> Sequence[str]:
        if column not in ("sector", "industry", "country", "exchange", "currency"):
            raise ValueError(column)
        rows = await self.connection.execute(VALUES, {"column": column})
        return list(rows.scalars())

    async def complete(self, typed: str, kind: str, *, limit: int) -> Sequence[Completion]:
        values = {"typed": typed, "kind": kind, "limit": limit}
        rows = await self.connection.execute(COMPLETE, values)
        return [Completion(value=row.value, label=row.label) for row in rows]

    async def listings(self, asset: Asset, *, limit: int) -> Sequence[Asset]:
        values = {
            "id": asset.id,
            "asset_class": asset.asset_class,
            "limit": limit,
        }
        rows = await self.connection.execute(LISTINGS, values)
        return [to_asset(row) for row in rows.mappings()]

    async def places(self, ids: Collection[UUID]) -> Mapping[UUID, ListingPlace]:
        rows = await self.connection.execute(PLACES, {"ids": list(ids)})
        return {
            row.asset_id: ListingPlace(group=row.group, is_primary=row.is_primary, rank=row.rank)
            for row in rows
        }


def _former(row: Row[Any]) -> FormerSymbol:
    return FormerSymbol(
        symbol=row.symbol,
        kind=row.kind,
        until=row.valid_to,
        successor=row.successor,
        name=row.name,
        reason=row.reason,
        source=row.source,
    )
