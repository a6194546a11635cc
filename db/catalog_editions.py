"""A new edition of a published list: what moved, what is gone, and who left the index."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.catalog import Edition
from core.domain.errors import InvalidInputError
from db.catalog_loading import ANALYZE_STAGED
from db.catalog_sightings import LISTS_IT

MAX_LOSS = 0.1
"""An edition that lacks more of the last one is rather a broken file than news."""

LISTED = text(f"""
select count(*) as before, count(s.symbol) as kept
from assets a left join staged_assets s on s.symbol = a.symbol where {LISTS_IT}
""")
EDITIONS = text("select source, url, etag, checksum from catalog_editions")
REMEMBER = text("""
insert into catalog_editions (source, url, etag, checksum)
values (:source, :url, :etag, :checksum)
on conflict (source) do update
set url = excluded.url, etag = excluded.etag, checksum = excluded.checksum, loaded_at = now()
""")

_MOVES = f"""
with gone as (
    select a.id, a.symbol, a.name, a.isin, a.asset_class, a.mic, a.exchange, a.currency
    from assets a
    where {LISTS_IT} and not exists (select from staged_assets s where s.symbol = a.symbol)
), fresh as (
    select s.* from staged_assets s
    where not exists (select from assets a where a.symbol = s.symbol)
), pairs as (
    select g.id, g.symbol, g.name, f.symbol as successor,
           count(*) over (partition by g.id) as successors,
           count(*) over (partition by f.symbol) as predecessors
    from gone g join fresh f on f.asset_class = g.asset_class
        and f.currency is not distinct from g.currency
        and coalesce(f.mic, f.exchange) is not distinct from coalesce(g.mic, g.exchange)
        and {{same}}
)"""
# An ISIN that a venue has once is one asset: it goes on under its new symbol, and so do the
# universes. Where another listing bears it too, it does not tell which of them this one was.
_ALONE = """f.isin = g.isin and not exists (
    select from staged_assets o where o.isin = f.isin and o.symbol <> f.symbol
    and coalesce(o.mic, o.exchange) is not distinct from coalesce(f.mic, f.exchange))"""
MOVE = text(f"""
{_MOVES.format(same=_ALONE)}, moved as (
    update assets a set symbol = p.successor, updated_at = now() from pairs p
    where p.id = a.id and p.successors = 1 and p.predecessors = 1
    returning a.id, p.symbol, p.name, p.successor
)
insert into asset_symbols (asset_id, notation, symbol, valid_to, kind, successor, name, source)
select id, 'yahoo', symbol, current_date, 'renamed', successor, name, :kept_as from moved
on conflict do nothing
""")
# A name is weaker: it is told as a rename, but nobody's list is changed for it.
TELL = text(f"""
{_MOVES.format(same="f.name = g.name and f.name <> f.symbol and (f.isin = g.isin) is null")}
insert into asset_symbols (notation, symbol, valid_to, kind, successor, name, source)
select 'yahoo', symbol, current_date, 'renamed', successor, name, :kept_as
from pairs where successors = 1 and predecessors = 1
on conflict do nothing
""")
LINK = text("""
update asset_symbols f set asset_id = a.id from assets a
where f.asset_id is null and f.source = :kept_as and a.symbol = f.successor
""")
KEPT_AS = "catalog"
"""The source of renames: no list's own, so that its next edition does not take them back."""

LEAVE_INDEX = text("""
update index_memberships m set during = daterange(lower(m.during), current_date)
where m.index_code = :index and upper_inf(m.during)
  and (lower_inf(m.during) or lower(m.during) < current_date)
  and not exists (
      select from assets a join staged_assets s on s.symbol = a.symbol where a.id = m.asset_id)
""")
JOIN_INDEX = text("""
insert into index_memberships (index_code, asset_id, during, source)
select :index, a.id, daterange(current_date, null), :source
from staged_assets s join assets a on a.symbol = s.symbol
where not exists (
    select from index_memberships m
    where m.index_code = :index and m.asset_id = a.id and upper_inf(m.during))
on conflict do nothing
""")
# How it was known before stays: `history_from` and the terms of what is dated.
TELL_INDEX = text("""
update index_facts f
set source = f.loaded_from || ', ' || :source, source_date = current_date,
    listed_count = (select count(*) from staged_assets), unresolved = '{}'
where f.index_code = :index
""")


async def refuse_loss(connection: AsyncConnection, *, source: str) -> None:
    """Raises InvalidInputError where what is staged lacks too much of what the source listed."""
    await connection.execute(ANALYZE_STAGED)
    counts = (await connection.execute(LISTED, {"source": source})).one()
    if counts.before - counts.kept > MAX_LOSS * counts.before:
        raise InvalidInputError(
            f"{source} lists {counts.kept} of the {counts.before} symbols it listed before: nothing"
            " was loaded. If they really ended, run `universe catalog sync --allow-loss`."
        )


async def follow_renames(connection: AsyncConnection, *, source: str) -> int:
    """Bring assets whose ISIN goes on under another symbol to it; how many.

    To be called before the upsert: afterwards the new symbol is another asset's.
    """
    values = {"source": source, "kept_as": KEPT_AS}
    moved = (await connection.execute(MOVE, values)).rowcount
    await connection.execute(TELL, values)
    return moved


async def settle(connection: AsyncConnection, edition: Edition, *, index: str | None) -> None:
    """What is left once the rows are in: renames find their assets, the index its members."""
    await connection.execute(LINK, {"kept_as": KEPT_AS})
    if index:
        values = {"index": index, "source": edition.source}
        await connection.execute(LEAVE_INDEX, {"index": index})
        await connection.execute(JOIN_INDEX, values)
        await connection.execute(TELL_INDEX, values)
    await connection.execute(
        REMEMBER,
        {
            "source": edition.source,
            "url": edition.url,
            "etag": edition.etag,
            "checksum": edition.checksum,
        },
    )
