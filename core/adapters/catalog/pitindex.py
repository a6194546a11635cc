"""pitindex: dated constituents of the S&P 400, 500 and 600, and the symbols they had then.

Its files are read where they lie: importing the package would bring pandas.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from core.adapters.catalog.data_files import data_rows
from core.adapters.catalog.stays import Company, Event, Register
from core.domain.asset import AssetClass, FormerSymbol
from core.domain.catalog import CatalogRow, IndexMembership, PastAsset
from core.domain.classification import gics_sector
from core.domain.resolving import names_agree
from core.domain.symbology import canonical
from core.domain.text import sanitised

SOURCE = "pitindex"
INDICES = ("sp500", "sp400", "sp600")

_RENAMED = re.compile(r"rename → ([A-Z0-9.]+):")
_SOMEWHERE = "United States"
"""The source names no exchange: all its companies are listed in America."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PitIndex:
    """Rows of present constituents, and what the past of the indices tells."""

    rows: tuple[CatalogRow, ...]
    companies: tuple[Company, ...]
    former: tuple[FormerSymbol, ...]


def load() -> PitIndex:
    """All it knows; takes no network."""
    current = {row.symbol: row for code in INDICES for row in _current(code)}
    events = {code: tuple(_events(code)) for code in INDICES}
    names = {e.symbol: e.name for code in INDICES for e in events[code] if e.name}
    return PitIndex(
        rows=tuple(current.values()),
        companies=_companies(events, current),
        former=tuple(_former(events, names, current)),
    )


def past_of(
    found: PitIndex, rows: Mapping[str, CatalogRow]
) -> tuple[tuple[IndexMembership, ...], tuple[PastAsset, ...]]:
    """Every stay, and the companies that no row of the catalogue can be told to be.

    A row is the company of then where it is in an index now, or has the symbol under an agreeing
    name: the ticker may be another company's today.
    """
    taken = {company.symbol for company in found.companies if company.is_in}
    stays: list[IndexMembership] = []
    past: list[PastAsset] = []
    for company in found.companies:
        gone = None if _is_row(company, rows, taken) else company.gone_since
        if gone:
            name = company.name or company.symbol
            past.append(PastAsset(symbol=company.symbol, name=name, gone_since=gone))
        stays += (
            IndexMembership(index_code=code, symbol=company.symbol, start=start, end=end, gone=gone)
            for code, start, end in company.stays
        )
    return tuple(stays), tuple(past)


def _is_row(company: Company, rows: Mapping[str, CatalogRow], taken: Collection[str]) -> bool:
    if company.is_in or company.symbol in taken:
        return company.is_in
    row = rows.get(company.symbol)
    return row is not None and bool(company.name) and names_agree(company.name, row.name)


def _companies(
    events: Mapping[str, tuple[Event, ...]], current: Mapping[str, CatalogRow]
) -> tuple[Company, ...]:
    register = Register()
    seeds = [
        (date.fromisoformat(row["effective_date"]), code, symbol)
        for code in INDICES
        for row in _rows(f"{code}_seed.csv")
        if (symbol := canonical(row["ticker"]))
    ]
    for day in sorted(
        {day for day, _, _ in seeds} | {e.day for code in INDICES for e in events[code]}
    ):
        for _, code, symbol in (seed for seed in seeds if seed[0] == day):
            register.begin(code, symbol, day)
        for event in (e for code in INDICES for e in events[code] if e.day == day):
            register.see(event)
    register.name((row.symbol, row.name) for row in current.values())
    return register.finish()


def _former(
    events: Mapping[str, tuple[Event, ...]],
    names: Mapping[str, str],
    current: Mapping[str, CatalogRow],
) -> Iterator[FormerSymbol]:
    """Renames; and who left and is in none of the indices now, which proves no death."""
    for event in (event for code in INDICES for event in events[code]):
        is_leaver = event.is_leaving and event.symbol not in current
        if not (event.renamed_to or is_leaver):
            continue
        yield FormerSymbol(
            symbol=event.symbol,
            kind="renamed" if event.renamed_to else "left_index",
            until=event.day,
            successor=event.renamed_to,
            name=event.name or names.get(event.symbol),
            reason=event.reason,
            source=SOURCE,
        )


def _events(code: str) -> Iterator[Event]:
    """In the order they took effect; on one day those who leave make room first."""
    rows = sorted(_rows(f"{code}_changes.csv"), key=lambda r: (r["date"], r["action"] == "added"))
    bearers = {
        (row["symbol"], row["gone_since"]): row["name"] for row in data_rows("earlier_bearers.csv")
    }
    for row in rows:
        symbol = canonical(row["ticker"])
        if symbol is None:
            continue
        rename = _RENAMED.match(row["reason"])
        yield Event(
            index=code,
            day=date.fromisoformat(row["date"]),
            is_leaving=row["action"] == "removed",
            symbol=symbol,
            name=bearers.get((symbol, row["date"]), row["name"]),
            is_last=(symbol, row["date"]) in bearers,
            renamed_to=canonical(rename[1]) if rename else None,
            reason=sanitised(row["reason"][rename.end() if rename else 0 :]),
        )


def _current(code: str) -> Iterator[CatalogRow]:
    for row in _rows(f"{code}_current.csv"):
        symbol = canonical(row["ticker"])
        if symbol is None:
            continue
        yield CatalogRow(
            symbol=symbol,
            name=row["name"],
            asset_class=AssetClass.EQUITY,
            exchange=_SOMEWHERE,
            currency="USD",
            sector=gics_sector(row["gics_sector"]),
            industry=row["gics_sub_industry"] or None,
        )


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(data_text(name).splitlines())


def data_text(name: str) -> str:
    """Text of one of its data files."""
    package = find_spec("pitindex")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pitindex is not installed", name="pitindex")
    return (Path(package.origin).parent / "data" / name).read_text(encoding="utf-8")
