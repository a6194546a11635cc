"""pitindex: dated constituents of the S&P 400, 500 and 600, and the symbols they had then.

Its files are read where they lie: importing the package would bring pandas.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from core.domain.asset import AssetClass, FormerSymbol
from core.domain.catalog import CatalogRow, IndexMembership
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
    memberships: tuple[IndexMembership, ...]
    former: tuple[FormerSymbol, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    day: date
    is_leaving: bool
    symbol: str
    name: str
    renamed_to: str | None
    reason: str | None


@dataclass(slots=True)
class _Spans:
    """Spans of membership by the symbol a company has now or had last."""

    running: dict[str, date] = field(default_factory=dict[str, date])
    ended: list[tuple[str, date, date]] = field(default_factory=list[tuple[str, date, date]])

    def see(self, event: _Event) -> None:
        if event.renamed_to:
            self._rename(event.symbol, event.renamed_to)
        elif event.is_leaving:
            start = self.running.pop(event.symbol, None)
            if start and start < event.day:
                self.ended.append((event.symbol, start, event.day))
        else:
            self.running.setdefault(event.symbol, event.day)

    def _rename(self, old: str, new: str) -> None:
        """A company takes its membership along, past spans too; others' of that symbol go."""
        if old in self.running:
            self.running.setdefault(new, self.running.pop(old))
        kept = (span for span in self.ended if span[0] != new)
        self.ended = [(new if s == old else s, start, end) for s, start, end in kept]


def load() -> PitIndex:
    """All it knows; takes no network."""
    current = {row.symbol: row for code in INDICES for row in _current(code)}
    events = {code: tuple(_events(code)) for code in INDICES}
    names = {e.symbol: e.name for code in INDICES for e in events[code] if e.name}
    return PitIndex(
        rows=tuple(current.values()),
        memberships=tuple(m for code in INDICES for m in _memberships(code, events[code])),
        former=tuple(_former(events, names, current)),
    )


def certain_memberships(
    found: PitIndex, rows: Mapping[str, CatalogRow]
) -> tuple[IndexMembership, ...]:
    """Those whose symbol still means the company of then.

    A span that ended is kept only where the catalogue has the symbol under an agreeing name: the
    ticker may be another company's today.
    """
    names = {f.symbol: f.name for f in found.former if f.kind == "left_index"}
    present = {row.symbol for row in found.rows}

    def is_same(symbol: str) -> bool:
        name, row = names.get(symbol), rows.get(symbol)
        return row is not None and (names_agree(name, row.name) if name else symbol in present)

    return tuple(m for m in found.memberships if m.end is None or is_same(m.symbol))


def _memberships(code: str, events: tuple[_Event, ...]) -> Iterator[IndexMembership]:
    spans = _Spans()
    for row in _rows(f"{code}_seed.csv"):
        if symbol := canonical(row["ticker"]):
            spans.running[symbol] = date.fromisoformat(row["effective_date"])
    for event in events:
        spans.see(event)
    for symbol, start, end in spans.ended:
        yield IndexMembership(index_code=code, symbol=symbol, start=start, end=end)
    for symbol, start in spans.running.items():
        yield IndexMembership(index_code=code, symbol=symbol, start=start)


def _former(
    events: Mapping[str, tuple[_Event, ...]],
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


def _events(code: str) -> Iterator[_Event]:
    """In the order they took effect; on one day those who leave make room first."""
    rows = sorted(_rows(f"{code}_changes.csv"), key=lambda r: (r["date"], r["action"] == "added"))
    for row in rows:
        symbol = canonical(row["ticker"])
        if symbol is None:
            continue
        rename = _RENAMED.match(row["reason"])
        yield _Event(
            day=date.fromisoformat(row["date"]),
            is_leaving=row["action"] == "removed",
            symbol=symbol,
            name=row["name"],
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
