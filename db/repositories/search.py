"""Search of the catalogue: identifiers first, then words of the name, then what sounds alike."""

import re
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.assetsearch import AssetFilter, AssetHit, AssetPage
from db.mapping import asset_columns, to_asset

TOTAL_BOUND = 1000
"""Totals are counted exactly up to here; beyond, an answer says "at least"."""

FILTERABLE = frozenset(
    {"asset_class", "sector", "industry", "country", "exchange", "currency", "market_cap_bucket"}
)
COMPARABLE = frozenset({"market_cap", "pe_ratio", "dividend_yield"})

# One branch a tier; an asset keeps its best. Higher tiers are better.
EXACT = "select id, 5 as tier from assets where symbol = any(:symbols) or (isin = :isin)"
PREFIX = "select id, 4 from assets where symbol like :prefix"
STARTS = "select id, 3 from assets where lower(name) like :start"
WORDS = "select id, 2 from assets where lower(name) ~ all(cast(:patterns as text[]))"
ALIKE = "select id, 1 as tier from assets where lower(cast(:query as text)) <% lower(name)"

PAGE = """
with hits as (select id, max(tier) as tier from ({branches}) t group by id),
filtered as (
    select h.tier, a.* from hits h join assets a on a.id = h.id where {where}
),
page as (
    select * from filtered
    where cast(:tier as int) is null or (tier, rank) < (:tier, :rank)
       or (tier, rank) = (:tier, :rank) and symbol > :symbol
    order by tier desc, rank desc, symbol limit :limit
)
select {columns}, p.tier, p.rank,
       (select count(*) from (select from filtered limit {bound} + 1) f) as total,
       (select count(*) from assets o
        where o.id <> p.id and o.asset_class = p.asset_class
          and (o.isin = p.isin or lower(o.name) = lower(p.name))) as other_listings
from page p order by p.tier desc, p.rank desc, p.symbol
"""
EVERYTHING = "select id, 0 as tier from assets"
THRESHOLD = text("select set_config('pg_trgm.word_similarity_threshold', '0.4', true)")


def words_of(query: str) -> list[str]:
    return re.findall(r"[^\W_]+", query.lower())


def word_pattern(query: str) -> str | None:
    """A pattern that finds a text's words, in order, each at the start of a word."""
    words = words_of(query)
    return r".*\m".join([r"\m" + words[0], *words[1:]]) if words else None


def _strict_branches(query: str) -> list[str]:
    branches = [EXACT]
    if re.fullmatch(r"[\w.^=\-&]{1,16}", query):
        branches.append(PREFIX)
    if words_of(query):
        branches += [STARTS, WORDS]
    return branches


def _like(value: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", value) + "%"


def _where(wanted: AssetFilter) -> tuple[str, dict[str, Any]]:
    clauses = ["true"]
    values: dict[str, Any] = {}
    for column, value in wanted.equals:
        if column not in FILTERABLE:
            raise ValueError(column)
        clauses.append(f"a.{column} = :eq_{column}")
        values[f"eq_{column}"] = value
    for sign, bounds in ((">=", wanted.minimum), ("<=", wanted.maximum)):
        for column, value in bounds:
            if column not in COMPARABLE:
                raise ValueError(column)
            name = f"{'min' if sign == '>=' else 'max'}_{column}"
            clauses.append(f"a.{column} {sign} :{name}")
            values[name] = value
    if any(column == "market_cap" for column, _ in (*wanted.minimum, *wanted.maximum)):
        clauses.append("a.market_cap_currency = 'USD'")
    if wanted.validated_only:
        clauses.append("a.is_validated")
    return " and ".join(clauses), values


async def run_search(connection: AsyncConnection, wanted: AssetFilter) -> AssetPage:
    """One page, best first. Fuzzy matching is tried only where nothing matches exactly."""
    if not wanted.query:
        return await _page(connection, wanted, [EVERYTHING])
    page = await _page(connection, wanted, _strict_branches(wanted.query))
    if page.total or not words_of(wanted.query):
        return page
    await connection.execute(THRESHOLD)
    return await _page(connection, wanted, [ALIKE])


async def _page(connection: AsyncConnection, wanted: AssetFilter, branches: list[str]) -> AssetPage:
    where, values = _where(wanted)
    query = wanted.query or ""
    tier, rank, symbol = wanted.after or (None, None, None)
    statement = PAGE.format(
        branches=" union all ".join(branches),
        where=where,
        columns=asset_columns("p"),
        bound=TOTAL_BOUND,
    )
    given = values | {
        "symbols": list(wanted.symbols),
        "isin": query.upper(),
        "prefix": _like(query.upper()),
        "start": _like(query.lower()),
        "patterns": [r"\m" + word for word in words_of(query)],
        "query": query,
        "tier": tier,
        "rank": rank,
        "symbol": symbol,
        "limit": wanted.limit,
    }
    bound = text(statement)
    rows = (
        (await connection.execute(bound, {k: v for k, v in given.items() if f":{k}" in statement}))
        .mappings()
        .all()
    )
    total: int = rows[0]["total"] if rows else 0
    return AssetPage(
        hits=[_hit(row) for row in rows],
        total=min(total, TOTAL_BOUND),
        total_is_exact=total <= TOTAL_BOUND,
    )


def _hit(row: RowMapping) -> AssetHit:
    return AssetHit(
        asset=to_asset(row),
        tier=row["tier"],
        rank=row["rank"],
        other_listings=row["other_listings"],
    )
