"""What sources say beside the rows: index members, symbols and names of the past, and the rank."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.asset import FormerSymbol
from core.domain.catalog import AltName, IndexFacts, IndexMembership, PastAsset
from core.domain.resolving import plain_name
from db.catalog_past import keep_past

MEMBER_RANK = 40
"""What each index an asset is in adds to its rank."""

# Search shows the listing people mean first: the function says what counts. Inside a subquery with
# plain columns its one expression is taken in; called with subqueries it would run row by row.
RANK = """
(select app.listing_rank(s.symbol, s.name, s.asset_class, s.exchange, s.currency, s.country, s.isin,
                         s.market_cap_bucket, venue.country, venue.tier, known.points)
 from (values (1)) one
 left join search.venues venue on venue.suffix = search.suffix_of(s.symbol)
 left join search.well_known known on known.symbol = s.symbol)
"""

ADD_MEMBERSHIPS = text("""
insert into index_memberships (index_code, asset_id, during, source)
select distinct m.code, a.id, daterange(m.starting, m.ending), :source
from unnest(cast(:codes as text[]), cast(:symbols as text[]),
            cast(:starts as date[]), cast(:ends as date[]), cast(:gone as date[]))
     m(code, symbol, starting, ending, gone)
join assets a on m.gone is null and a.symbol = m.symbol
              or a.former_symbol = m.symbol and a.gone_since = m.gone
on conflict do nothing
""")
# Who is in an index today is the published list's to say where there is one: whom it closed stays
# closed when this source says again that they joined, and so does what it told of itself.
CLOSED = text("""
create temp table closed_memberships on commit drop as
select index_code, asset_id, during from index_memberships m
where source = :source and not upper_inf(during)
  and exists (select from catalog_editions e where e.source = m.index_code)
""")
TOLD = text("""
create temp table told_facts on commit drop as
select index_code, source, source_date, listed_count, unresolved from index_facts f
where loaded_from = :source
  and exists (select from catalog_editions e where e.source = f.index_code)
""")
TELL_AGAIN = text("""
update index_facts f
set source = t.source, source_date = t.source_date, listed_count = t.listed_count,
    unresolved = t.unresolved
from told_facts t where t.index_code = f.index_code
""")
CLOSE_AGAIN = text("""
update index_memberships m set during = c.during
from closed_memberships c
where c.index_code = m.index_code and c.asset_id = m.asset_id and upper_inf(m.during)
  and lower(m.during) is not distinct from lower(c.during)
""")
# Constituents of an index are named more often than others, those of several most of all.
RANK_MEMBERS = text(f"""
update assets s set rank = {RANK} + {MEMBER_RANK} * m.n
from (select asset_id, count(distinct index_code) filter (where upper_inf(during)) as n
      from index_memberships group by 1) m
where m.asset_id = s.id and s.rank is distinct from {RANK} + {MEMBER_RANK} * m.n
""")
ADD_FORMER = text("""
insert into asset_symbols
    (asset_id, notation, symbol, valid_to, kind, successor, name, reason, source)
select a.id, 'yahoo', f.symbol, f.until, f.kind, f.successor, f.name, f.reason, :source
from unnest(cast(:symbols as text[]), cast(:untils as date[]), cast(:kinds as text[]),
            cast(:successors as text[]), cast(:names as text[]), cast(:reasons as text[]))
     f(symbol, until, kind, successor, name, reason)
left join assets a on a.symbol = f.successor
on conflict do nothing
""")
# A name is kept as it is compared, and leads to the symbols in `successor`: TSMC has two.
ADD_NAMES = text("""
insert into asset_symbols (asset_id, notation, symbol, valid_to, kind, successor, name, source)
select a.id, 'name', n.folded, n.until, n.kind, n.successors, n.name, :source
from unnest(cast(:folded as text[]), cast(:untils as date[]), cast(:kinds as text[]),
            cast(:successors as text[]), cast(:names as text[]))
     n(folded, until, kind, successors, name)
left join assets a on a.symbol = split_part(n.successors, ' ', 1)
on conflict do nothing
""")
ADD_FACTS = text("""
insert into index_facts (index_code, name, loaded_from, source, release, source_date, licence,
                         expected_count, listed_count, history_from, unresolved)
select f.code, f.name, :source, f.source, f.release, f.source_date, f.licence, f.expected_count,
       f.listed_count, f.history_from, f.unresolved
from jsonb_to_recordset(cast(:facts as jsonb)) f(
    code text, name text, source text, release text, source_date date, licence text,
    expected_count int, listed_count int, history_from date, unresolved text[])
""")
FORGET_FACTS = text("delete from index_facts where loaded_from = :source")
FORGET_MEMBERSHIPS = text("delete from index_memberships where source = :source")
FORGET_SYMBOLS = text(
    "delete from asset_symbols where source = :source and notation in ('yahoo', 'name')"
)


async def replace_reference(
    connection: AsyncConnection,
    *,
    memberships: Sequence[IndexMembership],
    former: Sequence[FormerSymbol],
    names: Sequence[AltName],
    indices: Sequence[IndexFacts],
    past: Sequence[PastAsset],
    source: str,
) -> None:
    """Put what a source says in the place of what it said before."""
    await connection.execute(CLOSED, {"source": source})
    await connection.execute(TOLD, {"source": source})
    await connection.execute(FORGET_MEMBERSHIPS, {"source": source})
    await connection.execute(FORGET_SYMBOLS, {"source": source})
    await connection.execute(FORGET_FACTS, {"source": source})
    facts = json.dumps([asdict(index) for index in indices], default=str)
    await connection.execute(ADD_FACTS, {"facts": facts, "source": source})
    await connection.execute(TELL_AGAIN)
    await keep_past(connection, past)
    await connection.execute(
        ADD_MEMBERSHIPS,
        {
            "codes": [m.index_code for m in memberships],
            "symbols": [m.symbol for m in memberships],
            "starts": [m.start for m in memberships],
            "ends": [m.end for m in memberships],
            "gone": [m.gone for m in memberships],
            "source": source,
        },
    )
    await connection.execute(CLOSE_AGAIN)
    await connection.execute(RANK_MEMBERS)
    await connection.execute(
        ADD_FORMER,
        {
            "symbols": [f.symbol for f in former],
            "untils": [f.until for f in former],
            "kinds": [f.kind for f in former],
            "successors": [f.successor for f in former],
            "names": [f.name for f in former],
            "reasons": [f.reason for f in former],
            "source": source,
        },
    )
    await _add_names(connection, names, source=source)


async def _add_names(connection: AsyncConnection, names: Sequence[AltName], *, source: str) -> None:
    groups: dict[tuple[str, date | None], list[AltName]] = {}
    for name in names:
        groups.setdefault((plain_name(name.name), name.until), []).append(name)
    await connection.execute(
        ADD_NAMES,
        {
            "folded": [folded for folded, _ in groups],
            "untils": [until for _, until in groups],
            "kinds": [group[0].kind for group in groups.values()],
            "successors": [" ".join(n.symbol for n in group) for group in groups.values()],
            "names": [group[0].name for group in groups.values()],
            "source": source,
        },
    )
