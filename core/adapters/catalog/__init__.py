"""The catalogue's sources: files people import, and what an offline start is loaded from."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from core.adapters.catalog import pitindex
from core.adapters.catalog.catalog_file import CatalogFile, parse_catalog, read_catalog
from core.adapters.catalog.index_facts import index_facts
from core.adapters.catalog.owners import with_owners
from core.adapters.catalog.published import filling_lists
from core.adapters.catalog.seed import alt_names, former_symbols, seed_rows
from core.domain.asset import FormerSymbol
from core.domain.catalog import AltName, CatalogRow, IndexFacts, IndexMembership, PastAsset

if TYPE_CHECKING:
    from core.adapters.catalog.tickersymbols import TickerSymbols

__all__ = [
    "PITINDEX",
    "CatalogFile",
    "FirstLoad",
    "catalog_rows",
    "filling_lists",
    "parse_catalog",
    "read_catalog",
]


PITINDEX = pitindex.SOURCE
_SAME_END = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLoad:
    """All we know without a network.

    `dated_memberships`, `past_assets` and `index_leavers` are another source's: of the indices
    whose past we have.
    """

    rows: tuple[CatalogRow, ...]
    memberships: tuple[IndexMembership, ...]
    former: tuple[FormerSymbol, ...]
    alt_names: tuple[AltName, ...]
    indices: tuple[IndexFacts, ...]
    dated_memberships: tuple[IndexMembership, ...]
    past_assets: tuple[PastAsset, ...]
    index_leavers: tuple[FormerSymbol, ...]


def catalog_rows() -> FirstLoad:
    """The offline first load: pytickersymbols repaired, completed and overruled by our seed.

    Where pitindex has the whole past of an index, its members count, not the latest state.
    """
    source, past = _tickersymbols(), pitindex.load()
    former = former_symbols()
    rows = {row.symbol: row for row in past.rows} | source.rows
    for seed in seed_rows():
        known = rows.get(seed.symbol)
        rows[seed.symbol] = overruled(known, seed) if known else seed
    stays, gone = pitindex.past_of(past, rows)
    confirmed = {row.symbol for row in past.rows}
    return FirstLoad(
        rows=tuple(rows.values()),
        memberships=tuple(m for m in source.memberships if m.index_code not in pitindex.INDICES),
        former=tuple(with_owners(former, rows, confirmed=confirmed)),
        alt_names=alt_names(),
        indices=tuple(index_facts(source.memberships, source.unresolved)),
        dated_memberships=stays,
        past_assets=tuple(_ended(asset, former) for asset in gone),
        index_leavers=tuple(with_owners(past.former, rows, confirmed=confirmed)),
    )


def _ended(asset: PastAsset, former: Collection[FormerSymbol]) -> PastAsset:
    """With its name and death, where our own records tell of them at about that time."""
    for record in former:
        if record.symbol != asset.symbol or record.kind == "renamed" or record.until is None:
            continue
        if abs(record.until - asset.gone_since) < _SAME_END:
            name = record.name if asset.name == asset.symbol else asset.name
            return replace(asset, name=name or asset.name, is_dead=True)
    return asset


def overruled(known: CatalogRow, seed: CatalogRow) -> CatalogRow:
    """The known row with everything the seed says; what the seed leaves open stays known."""
    said = {field.name: getattr(seed, field.name) for field in fields(seed)}
    return replace(known, **{name: value for name, value in said.items() if value is not None})


def _tickersymbols() -> "TickerSymbols":
    """Imported only here: the module carries the source's data and takes a while to import."""
    return import_module("core.adapters.catalog.tickersymbols").load()
