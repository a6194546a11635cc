"""Rows of a list that would make another asset of one that others know: held back."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.resolving import names_agree

# An ISIN that stays is the same share, wherever it is traded now.
DOUBTED = text("""
select s.symbol, a.name, s.name as theirs,
       (s.mic <> a.mic and s.currency <> a.currency and (s.isin = a.isin) is not true) is true
       as moved
from staged_assets s join assets a on a.symbol = s.symbol
where not a.is_past
  and (a.is_validated or coalesce(a.metadata->'sources', '[]') - cast(:source as text) <> '[]')
  and (s.mic <> a.mic and s.currency <> a.currency and (s.isin = a.isin) is not true
       or left(s.isin, 2) <> left(a.isin, 2))
order by a.rank desc, s.symbol
""")
# The list still names the symbol, so it is no loss; it only has nothing to say of it.
SILENCE = text("""
update staged_assets s
set name = a.name, asset_class = a.asset_class, exchange = null, mic = null, currency = null,
    country = null, sector = null, sector_source = null, industry = null, isin = null,
    market_cap_bucket = null
from assets a where a.symbol = s.symbol and s.symbol = any(cast(:symbols as text[]))
""")


async def hold_back(connection: AsyncConnection, *, source: str) -> Sequence[str]:
    """Silence staged rows that contradict who an asset is; their symbols, best known first.

    Of an asset that another source lists or a provider confirmed: venue and currency both become
    others, or the ISIN becomes one of another country under a name that disagrees.
    """
    doubted = await connection.execute(DOUBTED, {"source": source})
    held = [row.symbol for row in doubted if row.moved or not names_agree(row.name, row.theirs)]
    if held:
        await connection.execute(SILENCE, {"symbols": held})
    return held
