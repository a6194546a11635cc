"""Assets that only the past of an index knows, and how they give way to the living."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.catalog import PastAsset
from core.domain.resolving import names_agree

KNOWN = text("""
select former_symbol, gone_since, symbol, name, is_past from assets
where former_symbol = any(:symbols) or symbol = any(:symbols)
""")
TAKE_FOR = text("""
update assets a set former_symbol = p.symbol, gone_since = p.gone
from unnest(cast(:symbols as text[]), cast(:gone as date[])) p(symbol, gone)
where a.symbol = p.symbol and a.former_symbol is null
""")
# Who bore a symbol last goes by it until somebody living does; others bear their month of leaving.
ADD_PAST = text("""
insert into assets (symbol, name, asset_class, exchange, currency, status, is_past, former_symbol,
                    gone_since)
select case when p.turn = 1 and not exists (select from assets a where a.symbol = p.symbol)
            then p.symbol else p.symbol || to_char(p.gone, '-YYYYMM') end,
       p.name, 'equity', 'United States', 'USD',
       case when p.dead then 'delisted' else 'unknown' end, true, p.symbol, p.gone
from (
    select *, row_number() over (partition by symbol order by gone desc) as turn
    from unnest(cast(:symbols as text[]), cast(:names as text[]), cast(:gone as date[]),
                cast(:dead as bool[])) p(symbol, name, gone, dead)
) p
on conflict do nothing
""")
STAGED_NAMES = text("""
select s.symbol, s.name from staged_assets s join assets a on a.symbol = s.symbol where a.is_past
""")
PAST_NAMES = text("select symbol, name from assets where is_past and symbol = any(:symbols)")
ADOPT = text("""
update assets set is_past = false, status = 'active', updated_at = now()
where is_past and symbol = any(:symbols)
""")
STEP_ASIDE = text("""
update assets a set updated_at = now(), symbol = a.former_symbol || to_char(a.gone_since, case
    when exists (select from assets other
                 where other.symbol = a.former_symbol || to_char(a.gone_since, '-YYYYMM'))
    then '-YYYYMMDD' else '-YYYYMM' end)
where a.is_past and a.symbol = any(:symbols)
""")


async def keep_past(connection: AsyncConnection, past: Sequence[PastAsset]) -> None:
    """Add those that are not there; a present asset of the symbol and an agreeing name is taken."""
    rows = (await connection.execute(KNOWN, {"symbols": [p.symbol for p in past]})).all()
    held = {(row.former_symbol, row.gone_since) for row in rows}
    present = {row.symbol: row.name for row in rows if not row.is_past}
    new = [p for p in past if (p.symbol, p.gone_since) not in held]
    same = [p for p in new if is_same(p.symbol, p.name, present.get(p.symbol))]
    await connection.execute(TAKE_FOR, _values(same))
    await connection.execute(ADD_PAST, _values([p for p in new if p not in same]))


def is_same(symbol: str, name: str, other: str | None) -> bool:
    """Whether two assets of one symbol are one by their names; one without a name is nobody's."""
    return other is not None and symbol not in (name, other) and names_agree(name, other)


async def staged_names(connection: AsyncConnection) -> Mapping[str, str]:
    """Names of the staged rows whose symbol a past asset bears."""
    return {row.symbol: row.name for row in await connection.execute(STAGED_NAMES)}


async def give_way(connection: AsyncConnection, living: Mapping[str, str]) -> None:
    """Past assets that these symbols and names are become present; the others leave the symbol."""
    rows = (await connection.execute(PAST_NAMES, {"symbols": list(living)})).all()
    if not rows:
        return
    same = [r.symbol for r in rows if is_same(r.symbol, r.name, living[r.symbol])]
    await connection.execute(ADOPT, {"symbols": same})
    await connection.execute(STEP_ASIDE, {"symbols": [r.symbol for r in rows]})


def _values(past: Sequence[PastAsset]) -> dict[str, Any]:
    return {
        "symbols": [p.symbol for p in past],
        "names": [p.name for p in past],
        "gone": [p.gone_since for p in past],
        "dead": [p.is_dead for p in past],
    }
