"""The catalogue's writer, and what it says of itself."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.asset import Asset, FormerSymbol, Quote
from core.domain.catalog import (
    AltName,
    CatalogHead,
    CatalogRow,
    CatalogStatus,
    Edition,
    ImportRecord,
    ImportReport,
    IndexFacts,
    IndexMembership,
    PastAsset,
)
from core.domain.resolving import asset_of
from db.catalog_editions import EDITIONS, follow_renames, refuse_loss, settle
from db.catalog_held import hold_back
from db.catalog_loading import LOCK_ORDER, merge, record, stage
from db.catalog_past import give_way
from db.catalog_reference import replace_reference
from db.catalog_sightings import note_edition, note_sightings
from db.mapping import NOT_SEEN, asset_columns, to_asset
from db.session import Database, Role, transaction

IS_RECORDED = text(
    "select exists (select from catalog_imports where source = :source and checksum = :checksum)"
)
QUOTED = (
    *("symbol", "name", "asset_class", "exchange", "mic", "currency", "country", "market_cap"),
    *("market_cap_currency", "pe_ratio", "dividend_yield", "last_validated_at"),
)
UNUSED_ID = UUID(int=0)
"""A quote has no id: the table gives one."""

# What the catalogue says of names and places stands, but for a symbol in the place of a name;
# numbers and confirmations are the provider's.
SAVE_QUOTES = text(f"""
insert into assets as a ({", ".join(QUOTED)}, is_validated, rank)
select {", ".join(f"q.{column}" for column in QUOTED)}, true, 300
from jsonb_to_recordset(cast(:quotes as jsonb)) q(
    symbol text, name text, asset_class text, exchange text, mic text, currency text, country text,
    market_cap numeric, market_cap_currency text, pe_ratio numeric, dividend_yield numeric,
    last_validated_at timestamptz)
order by q.{LOCK_ORDER}
on conflict (symbol) do update set
    name = case when lower(a.name) = lower(a.symbol) then excluded.name else a.name end,
    exchange = case when a.mic is null then coalesce(excluded.exchange, a.exchange)
                    else a.exchange end,
    mic = coalesce(a.mic, excluded.mic),
    currency = coalesce(a.currency, excluded.currency),
    market_cap = coalesce(excluded.market_cap, a.market_cap),
    market_cap_currency = coalesce(excluded.market_cap_currency, a.market_cap_currency),
    pe_ratio = coalesce(excluded.pe_ratio, a.pe_ratio),
    dividend_yield = coalesce(excluded.dividend_yield, a.dividend_yield),
    status = 'active', is_validated = true, last_validated_at = excluded.last_validated_at,
    metadata = a.metadata - '{NOT_SEEN}', updated_at = now()
returning {asset_columns("a")}
""")

TOTALS = text(
    "select asset_class, count(*) as n from assets where not is_past group by 1 order by n desc"
)
COUNTS = text("""
select (select count(*) from assets where is_validated) as validated,
       (select count(*) from index_memberships) as memberships,
       (select count(*) from asset_symbols where notation = 'yahoo') as former
""")
IMPORTS = text("""
select source, checksum, added, changed, unchanged, rejected, imported_at from catalog_imports
order by id desc limit 5
""")
HEAD = text("""
select n.assets, last.source, last.imported_at as loaded_at
from (select count(*) as assets from assets where not is_past) n
left join (select source, imported_at from catalog_imports order by id desc limit 1) last on true
""")


@dataclass(frozen=True, slots=True)
class SqlCatalogStore:
    database: Database

    async def is_loaded(self, *, source: str, checksum: str) -> bool:
        async with transaction(self.database, Role.CATALOG) as connection:
            return await _is_recorded(connection, source, checksum)

    async def load(
        self,
        rows: Collection[CatalogRow],
        *,
        source: str,
        checksum: str,
        rejected: int = 0,
        overrules: Collection[str] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        async with transaction(self.database, Role.CATALOG) as connection:
            await stage(connection, rows, progress)
            report = await merge(
                connection, source=source, rows=len(rows), rejected=rejected, overrules=overrules
            )
            await note_sightings(connection, source=source, is_news=overrules is None)
            await record(connection, report, checksum=checksum)
        return report

    async def editions(self) -> Mapping[str, Edition]:
        async with transaction(self.database, Role.CATALOG) as connection:
            rows = (await connection.execute(EDITIONS)).mappings()
            return {row["source"]: Edition(**row) for row in rows}

    async def load_edition(
        self,
        rows: Collection[CatalogRow],
        *,
        edition: Edition,
        rejected: int,
        fills: bool,
        index: str | None,
        may_lose: bool,
    ) -> ImportReport:
        async with transaction(self.database, Role.CATALOG) as connection:
            await stage(connection, rows)
            if not may_lose:
                await refuse_loss(connection, source=edition.source)
            renamed = await follow_renames(connection, source=edition.source)
            held = () if fills else await hold_back(connection, source=edition.source)
            report = await merge(
                connection,
                source=edition.source,
                rows=len(rows),
                rejected=rejected,
                overrules=() if fills else None,
            )
            await note_edition(connection, source=edition.source)
            await settle(connection, edition, index=index)
            await record(connection, report, checksum=edition.checksum)
        return replace(report, renamed=renamed, held=held)

    async def load_reference(
        self,
        memberships: Sequence[IndexMembership],
        former: Sequence[FormerSymbol],
        *,
        names: Sequence[AltName] = (),
        indices: Sequence[IndexFacts] = (),
        past: Sequence[PastAsset] = (),
        source: str,
    ) -> None:
        async with transaction(self.database, Role.CATALOG) as connection:
            await replace_reference(
                connection,
                memberships=memberships,
                former=former,
                names=names,
                indices=indices,
                past=past,
                source=source,
            )

    async def status(self) -> CatalogStatus:
        async with transaction(self.database, Role.CATALOG) as connection:
            classes = {row.asset_class: row.n for row in (await connection.execute(TOTALS)).all()}
            counts = (await connection.execute(COUNTS)).one()
            imports = (await connection.execute(IMPORTS)).mappings().all()
        return CatalogStatus(
            assets=sum(classes.values()),
            by_class=classes,
            validated=counts.validated,
            index_memberships=counts.memberships,
            former_symbols=counts.former,
            imports=[_record(row) for row in imports],
        )

    async def head(self) -> CatalogHead:
        async with transaction(self.database, Role.CATALOG) as connection:
            return CatalogHead(**(await connection.execute(HEAD)).mappings().one())

    async def save_quotes(self, quotes: Collection[Quote]) -> Mapping[str, Asset]:
        alive = [quote for quote in quotes if quote.alive]
        if not alive:
            return {}
        given = [_quoted(quote) for quote in alive]
        async with transaction(self.database, Role.CATALOG) as connection:
            await give_way(connection, {q.symbol: q.name or q.symbol for q in alive})
            rows = await connection.execute(SAVE_QUOTES, {"quotes": json.dumps(given)})
            return {row["symbol"]: to_asset(row) for row in rows.mappings()}


async def _is_recorded(connection: AsyncConnection, source: str, checksum: str) -> bool:
    values = {"source": source, "checksum": checksum}
    return (await connection.execute(IS_RECORDED, values)).scalar_one()


def _record(row: RowMapping) -> ImportRecord:
    return ImportRecord(
        report=ImportReport(
            source=row["source"],
            added=row["added"],
            changed=row["changed"],
            unchanged=row["unchanged"],
            rejected=row["rejected"],
        ),
        checksum=row["checksum"],
        imported_at=row["imported_at"],
    )


def _quoted(quote: Quote) -> dict[str, str | None]:
    """The columns a provider's quote fills; decimals as text, which JSON keeps exactly."""
    asset = asset_of(quote, asset_id=UNUSED_ID)
    return {
        column: None if (value := getattr(asset, column)) is None else str(value)
        for column in QUOTED
    }
