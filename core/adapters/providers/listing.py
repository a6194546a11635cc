"""Alpha Vantage's daily list of American securities: one request decides thousands of symbols."""

import csv
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.adapters.providers.errors import MalformedAnswerError
from core.adapters.providers.json_shapes import is_object
from core.domain.asset import AssetClass, Quote

HEADER = ["symbol", "name", "exchange", "assetType", "ipoDate", "delistingDate", "status"]

# Spread over the alphabet: a list that was cut lacks one of them.
LANDMARKS = ("AAPL", "IBM", "XOM")

# Something is listed in America every few days. A long list that knows nothing newer was kept
# somewhere on its way to us, and tells of the day of its newest line.
DATED_FROM = 1000
QUIET = timedelta(days=14)

_ASSET_CLASSES = {"STOCK": AssetClass.EQUITY, "ETF": AssetClass.ETF}
_VENUES = {
    "NASDAQ": ("NASDAQ", "XNAS"),
    "NYSE": ("NYSE", "XNYS"),
    "NYSE ARCA": ("NYSE Arca", "ARCX"),
    "NYSE MKT": ("NYSE American", "XASE"),
    "BATS": ("Cboe US", "BATS"),
}
_TEST_LISTING = re.compile(r"\bTEST (STOCK|TICKER|SYMBOL)|SYMBOLOGY TEST", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list."""

    symbol: str
    name: str
    exchange: str
    asset_type: str
    listed_on: str
    delisted_on: str

    @property
    def is_test(self) -> bool:
        """Whether exchanges use it to try their systems: listed, but nothing to invest in."""
        return bool(_TEST_LISTING.search(self.name))

    def quote(self, symbol: str, *, alive: bool, fetched_at: datetime) -> Quote:
        """Answer what the line says, under the caller's notation."""
        exchange, mic = _VENUES.get(self.exchange, (self.exchange or None, None))
        extra: dict[str, object] = {"evidence": "listing"}
        if self.listed_on:
            extra["first_traded_on"] = self.listed_on
        if self.delisted_on and not alive:
            extra["delisted_on"] = self.delisted_on
        return Quote(
            symbol=symbol,
            name=self.name or None,
            asset_class=_ASSET_CLASSES.get(self.asset_type.upper()),
            exchange=exchange,
            mic=mic,
            currency="USD",
            alive=alive,
            source="alpha_vantage",
            fetched_at=fetched_at,
            extra=extra,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The list by symbol; it came at `fetched_at` and is true as of `as_of`."""

    entries: Mapping[str, Entry]
    fetched_at: datetime
    as_of: datetime

    def is_complete(self, at_least: int) -> bool:
        """Whether absence from it means anything."""
        return len(self.entries) >= at_least and all(mark in self.entries for mark in LANDMARKS)


def read_listing(text: str, *, fetched_at: datetime) -> Listing:
    """Answer the list; raises MalformedAnswerError for all that is not the whole CSV."""
    if not text.endswith("\n"):
        raise MalformedAnswerError("the listing is cut")
    rows = csv.reader(text.splitlines())
    if next(rows, None) != HEADER:
        raise MalformedAnswerError("not a listing")
    entries: dict[str, Entry] = {}
    for row in rows:
        if len(row) != len(HEADER):
            raise MalformedAnswerError("a broken line in the listing")
        symbol, name, exchange, asset_type, listed, delisted, _ = (
            "" if value.strip() == "null" else value.strip() for value in row
        )
        entries[symbol.upper()] = Entry(
            symbol=symbol.upper(),
            name=name,
            exchange=exchange.upper(),
            asset_type=asset_type,
            listed_on=listed,
            delisted_on=delisted,
        )
    return Listing(entries=entries, fetched_at=fetched_at, as_of=_as_of(entries, fetched_at))


def _as_of(entries: Mapping[str, Entry], fetched_at: datetime) -> datetime:
    """The day of the newest line, where that says that the list is an old one."""
    today = fetched_at.date().isoformat()
    days = [day for e in entries.values() for day in (e.listed_on, e.delisted_on) if day <= today]
    newest = _day(max(days, default=""))
    if len(entries) < DATED_FROM or newest is None or fetched_at - newest <= QUIET:
        return fetched_at
    return newest


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def load_listing(path: Path) -> Listing | None:
    """Answer the list kept on disk, or None when there is none that can be read."""
    try:
        stored: object = json.loads(path.read_text(encoding="utf-8"))
        if not is_object(stored):
            return None
        fetched_at = datetime.fromisoformat(str(stored.get("fetched_at")))
        return read_listing(str(stored.get("text")), fetched_at=fetched_at)
    except (OSError, ValueError, MalformedAnswerError):
        return None


def save_listing(path: Path, text: str, *, fetched_at: datetime) -> None:
    """Keep the list on disk; a reader sees the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"fetched_at": fetched_at.isoformat(), "text": text}, file)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
