"""Trading venues: what Yahoo, ISO 10383 and the other vendors call them (venues.csv)."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

AMERICAN = ""


class Role(StrEnum):
    """What a venue is for the shares on it."""

    MAIN = "main"
    NATIONAL = "national"
    FOREIGN = "foreign"
    KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """One place of trading; `suffix` is Yahoo's, `exchange` the name a person knows."""

    suffix: str
    mic: str | None
    exchange: str
    country: str | None
    role: Role
    google: str = ""
    tradingview: str = ""
    bloomberg: str = ""
    ric: str = ""

    @property
    def is_home(self) -> bool:
        """Whether companies of the venue's country are at home here."""
        return self.role in (Role.MAIN, Role.NATIONAL)


def words(text: str) -> frozenset[str]:
    """The words of a text; keeps long sets readable."""
    return frozenset(text.split())


def data_rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a data file of this package, without its comment header."""
    text = files("core.domain.symbology").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _venue(row: Mapping[str, str]) -> Venue:
    return Venue(
        suffix=row["suffix"],
        mic=row["mic"] or None,
        exchange=row["name"],
        country=row["country"] or None,
        role=Role(row["role"]),
        google=row["google"],
        tradingview=row["tradingview"],
        bloomberg=row["bloomberg"].partition(" ")[0],
        ric=row["ric"],
    )


def _suffixes_by_word(*columns: str) -> dict[str, tuple[str, ...]]:
    """Each word of the columns with the suffixes it may mean, in order of trial."""
    found: dict[str, dict[str, None]] = {}
    for row in _ROWS:
        if row["role"] == Role.KIND:
            continue
        for word in " ".join(row[column] for column in columns).split():
            found.setdefault(word, {})[row["suffix"]] = None
    return {word: tuple(suffixes) for word, suffixes in found.items()}


_ROWS = tuple(data_rows("venues.csv"))
VENUES = tuple(_venue(row) for row in _ROWS)
BY_SUFFIX = {v.suffix: v for v in reversed(VENUES) if v.suffix and v.role is not Role.KIND}
BY_MIC = {v.mic: v for v in reversed(VENUES) if v.mic}
BY_CODE = {
    code: venue
    for row, venue in reversed(tuple(zip(_ROWS, VENUES, strict=True)))
    for code in row["codes"].split()
}
SUFFIXES = frozenset(BY_SUFFIX)
BLOOMBERG_WORDS = _suffixes_by_word("bloomberg")
PREFIX_WORDS = _suffixes_by_word("google", "tradingview", "prefix")
ALIAS_SUFFIXES = _suffixes_by_word("alias", "ric")
MIC_WORDS = _suffixes_by_word("mic", "other_mics")

# Vienna and three Latin American venues are home to some, but most of their lines are foreign.
_CROWDED = frozenset({"VI", "MX", "SN", "BA"})
HOME_SUFFIXES = frozenset(v.suffix for v in BY_SUFFIX.values() if v.is_home) - _CROWDED
_FOREIGN_LINE = re.compile(r"0[A-Z0-9]{3}\.L|[A-Z0-9]{4}3[2-59]\.SA")


def split_suffix(symbol: str) -> tuple[str, str]:
    """Root and venue suffix; the suffix is empty where Yahoo has none of that name."""
    root, dot, suffix = symbol.rpartition(".")
    return (root, suffix) if dot and root and suffix in SUFFIXES else (symbol, AMERICAN)


def venue_of(symbol: str) -> Venue | None:
    """The venue a symbol's suffix names; None where the symbol alone does not tell."""
    return BY_SUFFIX.get(split_suffix(symbol)[1])


def is_home_listing(symbol: str) -> bool:
    """Whether a symbol is of a venue where companies are at home, not one of foreign lines."""
    suffix = split_suffix(symbol)[1]
    if suffix == AMERICAN:
        return True
    return suffix in HOME_SUFFIXES and not is_foreign_line(symbol)


def is_foreign_line(symbol: str) -> bool:
    """Whether the code itself marks a foreign company: London's 0XXX lines, Brazil's receipts."""
    return _FOREIGN_LINE.fullmatch(symbol) is not None


def exchange_name(code: str) -> tuple[str, str | None] | None:
    """Name and MIC of an exchange by its Yahoo or FinanceDatabase code, or by its MIC."""
    venue = BY_CODE.get(code.upper()) or BY_MIC.get(code.upper())
    return (venue.exchange, venue.mic) if venue else None
