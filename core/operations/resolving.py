"""Which known assets a caller's texts mean, from the catalogue alone."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from core.domain.asset import Asset
from core.domain.symbology import Reading, read
from core.ports import UnitOfWork


async def resolve_members(
    uow: UnitOfWork, inputs: Sequence[str], *, members: Collection[UUID], day: date | None = None
) -> list[tuple[str, Asset | None]]:
    """For each input the member it means, else the first asset it may mean, else None.

    Where a `day` is given, what a symbol meant just before it comes first.

    Members win over better readings: who removes `VOD` from a list that holds VOD.L only by the
    name of VOD means nothing else.
    """
    readings = {text: read(text) for text in dict.fromkeys(inputs)}
    candidates = {
        text: [c.symbol for tier in reading.tiers for c in tier]
        for text, reading in readings.items()
        if isinstance(reading, Reading)
    }
    isins = {r.isin for r in readings.values() if isinstance(r, Reading) and r.isin}
    symbols = {symbol for found in candidates.values() for symbol in found}
    by_symbol = await uow.assets.by_symbols(symbols, past=True)
    before = (day or date.max) - timedelta(days=1)
    borne = await uow.assets.borne_on([(symbol, before) for symbol in symbols] if day else ())
    then = {symbol: asset for (symbol, _), asset in borne.items()}
    by_isin: dict[str, list[Asset]] = {}
    for asset in await uow.assets.by_isins(isins):
        by_isin.setdefault(asset.isin or "", []).append(asset)

    def meant(text: str) -> Asset | None:
        reading = readings[text]
        if not isinstance(reading, Reading):
            return None
        known = [found[s] for found in (then, by_symbol) for s in candidates[text] if s in found]
        known += by_isin.get(reading.isin or "-", [])
        return next((a for a in known if a.id in members), known[0] if known else None)

    return [(text, meant(text)) for text in inputs]
