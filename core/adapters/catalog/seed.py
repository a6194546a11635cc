"""The seed: instruments people name first, and symbols and names of the past, written by us."""

from datetime import date

from core.adapters.catalog.catalog_file import parse_catalog
from core.adapters.catalog.data_files import data_rows, data_text
from core.domain.asset import FormerSymbol
from core.domain.catalog import AltName, CatalogRow

SEED_FILES = ("equities", "etfs", "indices", "currencies", "crypto", "futures")
_NAME_KINDS = frozenset({"alias", "former_name"})


def seed_rows() -> tuple[CatalogRow, ...]:
    """The seed, class by class, read as any catalogue file is; it must hold no bad row."""
    rows: list[CatalogRow] = []
    for name in SEED_FILES:
        file = parse_catalog(data_text(f"{name}.csv").splitlines(keepends=True), name=name)
        faults = file.rejected + file.notices
        if faults:
            raise ValueError(f"seed file {name}.csv, line {faults[0].line}: {faults[0].reason}")
        rows.extend(file.rows)
    return tuple(rows)


def former_symbols() -> tuple[FormerSymbol, ...]:
    """Symbols that once meant a company, with the day they ended and what followed."""
    return tuple(
        FormerSymbol(
            symbol=row["symbol"],
            kind=row["kind"],
            until=_day(row["until"]),
            successor=row["successor"] or None,
            name=row["name"],
            source="seed",
        )
        for row in data_rows("alt_names.csv")
        if row["kind"] not in _NAME_KINDS
    )


def alt_names() -> tuple[AltName, ...]:
    """Other names of living symbols."""
    return tuple(
        AltName(symbol=row["symbol"], name=row["name"], kind=row["kind"], until=_day(row["until"]))
        for row in data_rows("alt_names.csv")
        if row["kind"] in _NAME_KINDS
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
