"""Search of the catalogue: the index is asked by words, the table itself where there are none."""

import json
from collections.abc import Hashable
from typing import Any

from psycopg.rows import DictRow
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.asset import AssetClass
from core.domain.assetsearch import AssetFilter, AssetHit, AssetPage
from db.kept_pages import KeptPage, KeptPages
from db.mapping import asset_columns, asset_rows, to_asset
from db.session import fetch, fetch_as

TOTAL_BOUND = 1000
"""Totals of filters are counted exactly up to here; beyond, an answer says "at least"."""

FILTERABLE = frozenset(
    {"asset_class", "sector", "industry", "country", "exchange", "currency", "market_cap_bucket"}
)
COMPARABLE = frozenset({"market_cap", "pe_ratio", "dividend_yield"})

OTHER_LISTINGS = """
(select count(*) - 1 from search.listings own
 join search.listings other on other.group_id = own.group_id
 where own.asset_id = p.id) as other_listings
"""
FOUND = f"""
with hits as materialized (
    select h.tier, h.score, h.is_cut, h.group_id, a.symbol as sign, a.id
    from app.search_assets(%(query)s, cast(%(symbols)s as text[]), cast(%(filters)s as jsonb)) h
    join assets a on a.id = h.asset_id
),
page as (
    select * from hits
    where cast(%(tier)s as int) is null or (tier, score) < (%(tier)s, %(rank)s)
       or (tier, score) = (%(tier)s, %(rank)s) and sign > %(symbol)s
    order by tier desc, score desc, sign limit %(limit)s
)
select {asset_columns("p")}, page.tier, page.score as rank,
       (select count(*) - 1 from search.listings o where o.group_id = page.group_id)
           as other_listings,
       (select count(*) from hits) as total, (select bool_or(is_cut) from hits) as is_cut,
       (select max(tier) from hits) > 0 as is_named,
       (select number from search.revision) as revision
from page join assets p on p.id = page.id order by page.tier desc, page.score desc, page.sign
"""
AGAIN = f"""
select {asset_columns("p")}
from unnest(cast(%(ids)s as uuid[])) with ordinality k(id, place) join assets p on p.id = k.id
where (select number from search.revision) = %(revision)s
order by k.place
"""
LISTED = """
with page as (
    select a.* from assets a
    where {where}
      and (cast(%(rank)s as int) is null
           or {below} and (a.rank < %(rank)s or a.symbol > %(symbol)s))
    order by {order}, a.symbol limit %(limit)s
)
select {columns}, 0 as tier, p.rank, {other_listings},
       (select count(*) from (select from assets a where {where} limit {bound} + 1) f) as total,
       false as is_cut, true as is_named
from page p order by p.rank desc, p.symbol
"""


async def run_search(
    connection: AsyncConnection, wanted: AssetFilter, kept: KeptPages
) -> AssetPage:
    """One page, best first; the same words are looked for again only after the index changed."""
    if not wanted.query:
        return await _listed(connection, wanted)
    asked = _asked(wanted)
    page = kept.find(asked) if asked else None
    again = await _again(connection, page) if page else None
    if again is not None:
        return again
    rows = await fetch(connection, FOUND, _by_words(wanted))
    if not rows:
        return AssetPage(hits=[], total=0)
    found = AssetPage(
        hits=[_hit(row) for row in rows],
        total=rows[0]["total"],
        total_is_exact=not rows[0]["is_cut"],
        is_named=rows[0]["is_named"],
    )
    if asked:
        kept.keep(asked, _page(found, revision=rows[0]["revision"]))
    return found


async def _listed(connection: AsyncConnection, wanted: AssetFilter) -> AssetPage:
    statement, values = _by_filters(wanted)
    rows = await fetch(connection, statement, values)
    total: int = rows[0]["total"] if rows else 0
    return AssetPage(
        hits=[_hit(row) for row in rows],
        total=min(total, TOTAL_BOUND),
        total_is_exact=total <= TOTAL_BOUND,
    )


def _asked(wanted: AssetFilter) -> Hashable | None:
    """The search as a key; None with filters, which ask for what no revision is of: prices."""
    if _checked(wanted):
        return None
    return wanted.query, tuple(wanted.symbols), wanted.after, wanted.limit


def _page(found: AssetPage, *, revision: int) -> KeptPage:
    return KeptPage(
        revision=revision,
        ids=[hit.asset.id for hit in found.hits],
        standings=[(hit.tier, hit.rank, hit.other_listings) for hit in found.hits],
        total=found.total,
        total_is_exact=found.total_is_exact,
        is_named=found.is_named,
    )


async def _again(connection: AsyncConnection, page: KeptPage) -> AssetPage | None:
    """The page with its assets as they are now; None where the index has changed since."""
    values = {"ids": page.ids, "revision": page.revision}
    assets = await fetch_as(asset_rows, connection, AGAIN, values)
    if len(assets) < len(page.ids):
        return None
    return AssetPage(
        hits=[
            AssetHit(asset=asset, tier=tier, rank=rank, other_listings=others)
            for asset, (tier, rank, others) in zip(assets, page.standings, strict=True)
        ],
        total=page.total,
        total_is_exact=page.total_is_exact,
        is_named=page.is_named,
    )


def _by_words(wanted: AssetFilter) -> dict[str, Any]:
    filters = dict(_checked(wanted))
    tier, rank, symbol = wanted.after or (None, None, None)
    return {
        "query": wanted.query,
        "symbols": list(wanted.symbols),
        "filters": json.dumps(filters, default=str) if filters else None,
        "tier": tier,
        "rank": rank,
        "symbol": symbol,
        "limit": wanted.limit,
    }


def _by_filters(wanted: AssetFilter) -> tuple[str, dict[str, Any]]:
    filters = dict(_checked(wanted))
    _, rank, symbol = wanted.after or (None, None, None)
    # where there is an index of rank within the filter, ask in a way that only it can serve
    is_ranked = not filters.keys().isdisjoint(("asset_class", "exchange", "market_cap_bucket"))
    statement = LISTED.format(
        order="(- a.rank)" if is_ranked else "a.rank desc",
        below="(- a.rank) >= (- cast(%(rank)s as int))" if is_ranked else "a.rank <= %(rank)s",
        columns=asset_columns("p"),
        other_listings=OTHER_LISTINGS,
        where=" and ".join(["not a.is_past", *(_clause(*given) for given in filters.items())]),
        bound=TOTAL_BOUND,
    )
    return statement, filters | {"rank": rank, "symbol": symbol, "limit": wanted.limit}


def _checked(wanted: AssetFilter) -> list[tuple[str, Any]]:
    """The filters by name, of columns that may be filtered."""
    given: list[tuple[str, Any]] = []
    for column, value in wanted.equals:
        if column not in FILTERABLE:
            raise ValueError(column)
        given.append((column, value))
    for prefix, bounds in (("min", wanted.minimum), ("max", wanted.maximum)):
        for column, value in bounds:
            if column not in COMPARABLE:
                raise ValueError(column)
            given.append((f"{prefix}_{column}", value))
    return [*given, ("validated_only", True)] if wanted.validated_only else given


def _clause(name: str, value: Any) -> str:
    if name == "validated_only":
        return "a.is_validated"
    if name == "asset_class":
        # in words: only so the planner knows which of the partial indexes fit
        return f"a.asset_class = '{AssetClass(value).value}'"
    if name in FILTERABLE:
        return f"a.{name} = %({name})s"
    column = name.removeprefix("min_").removeprefix("max_")
    dollars = " and a.market_cap_currency = 'USD'" if column == "market_cap" else ""
    return f"a.{column} {'>=' if name.startswith('min_') else '<='} %({name})s{dollars}"


def _hit(row: DictRow) -> AssetHit:
    return AssetHit(
        asset=to_asset(row),
        tier=row["tier"],
        rank=row["rank"],
        other_listings=row["other_listings"] or 0,
    )
