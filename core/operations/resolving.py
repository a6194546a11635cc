"""Which known assets a caller's texts mean, from the catalogue alone."""

from collections.abc import Collection, Sequence
from uuid import UUID

from core.domain.asset import Asset
from core.domain.symbology import Reading, read
from core.ports import UnitOfWork


async def resolve_members(
    uow: UnitOfWork, inputs: Sequence[str], *, members: Collection[UUID]
) -> list[tuple[str, Asset | None]]:
    """For each input the member it means, else the first asset it may mean, else None.

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
    by_symbol = await uow.assets.by_symbols(symbols)
    by_isin: dict[str, list[Asset]] = {}
    for asset in await uow.assets.by_isins(isins):
        by_isin.setdefault(asset.isin or "", []).append(asset)

    def meant(text: str) -> Asset | None:
        reading = readings[text]
        if not isinstance(reading, Reading):
            return None
        known = [by_symbol[s] for s in candidates[text] if s in by_symbol]
        known += by_isin.get(reading.isin or "-", [])
        return next((a for a in known if a.id in members), known[0] if known else None)

    return [(text, meant(text)) for text in inputs]
