"""The catalogue's sources: files people import, and what an offline start is loaded from."""

from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import TYPE_CHECKING

from core.adapters.catalog.catalog_file import CatalogFile, parse_catalog, read_catalog
from core.adapters.catalog.seed import AltName, alt_names, former_symbols, seed_rows
from core.domain.asset import FormerSymbol
from core.domain.catalog import CatalogRow, IndexMembership

if TYPE_CHECKING:
    from core.adapters.catalog.tickersymbols import TickerSymbols

__all__ = [
    "AltName",
    "CatalogFile",
    "FirstLoad",
    "catalog_rows",
    "parse_catalog",
    "read_catalog",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLoad:
    """All we know without a network; `unresolved` are index members without a symbol."""

    rows: tuple[CatalogRow, ...]
    memberships: tuple[IndexMembership, ...]
    former: tuple[FormerSymbol, ...]
    alt_names: tuple[AltName, ...]
    unresolved: tuple[str, ...]


def catalog_rows() -> FirstLoad:
    """The offline first load: pytickersymbols repaired, completed and overruled by our seed."""
    source = _tickersymbols()
    rows = dict(source.rows)
    for seed in seed_rows():
        known = rows.get(seed.symbol)
        rows[seed.symbol] = overruled(known, seed) if known else seed
    return FirstLoad(
        rows=tuple(rows.values()),
        memberships=tuple(source.memberships),
        former=former_symbols(),
        alt_names=alt_names(),
        unresolved=tuple(source.unresolved),
    )


def overruled(known: CatalogRow, seed: CatalogRow) -> CatalogRow:
    """The known row with everything the seed says; what the seed leaves open stays known."""
    said = {field.name: getattr(seed, field.name) for field in fields(seed)}
    return replace(known, **{name: value for name, value in said.items() if value is not None})


def _tickersymbols() -> "TickerSymbols":
    """Imported only here: the module carries the source's data and takes a while to import."""
    return import_module("core.adapters.catalog.tickersymbols").load()
