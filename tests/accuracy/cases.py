"""The labelled set: what a text means, by the rules of notations and the records of the past."""

import csv
from dataclasses import dataclass
from pathlib import Path

from core.domain.validation import Verdict

FILE = Path(__file__).with_name("cases.csv")
LIVING = frozenset({Verdict.VALID, Verdict.VALID_NORMALIZED, Verdict.RENAMED, Verdict.SUSPENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The right verdict, and the symbol of the right identity where there is one."""

    verdict: Verdict
    symbol: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One text; `offline` is None where that depends on what the built-in catalogue holds.

    `expects` is a warning's code, or `first:` and the symbol to be suggested first.
    """

    text: str
    kind: str
    online: Label
    offline: Label | None
    live: tuple[str, ...]
    expects: str

    def label(self, *, offline: bool) -> Label | None:
        return self.offline if offline else self.online


def read_cases() -> tuple[Case, ...]:
    """All of them; the file holds texts in ASCII, with Python's escapes."""
    with FILE.open(encoding="ascii", newline="") as file:
        return tuple(map(_case, csv.DictReader(file)))


def live_symbols(cases: tuple[Case, ...]) -> frozenset[str]:
    """What a provider has to know for the labels to be true."""
    return frozenset(symbol for case in cases for symbol in case.live)


def _case(row: dict[str, str]) -> Case:
    verdict, symbols = Verdict(row["verdict"]), tuple(row["symbol"].split())
    online = Label(verdict=verdict, symbol=symbols[0] if symbols and verdict in LIVING else None)
    return Case(
        text=row["input"].encode("ascii").decode("unicode_escape"),
        kind=row["kind"],
        online=online,
        offline=_offline(row["offline"], online),
        live=symbols,
        expects=row["expects"],
    )


def _offline(text: str, online: Label) -> Label | None:
    """`*` is left out, empty is the same, save that nobody offline can say what does not exist."""
    if text == "*":
        return None
    if not text:
        is_absent = online.verdict is Verdict.NOT_FOUND
        return Label(verdict=Verdict.UNVERIFIED, symbol=None) if is_absent else online
    verdict, _, symbol = text.partition(":")
    return Label(verdict=Verdict(verdict), symbol=symbol or None)
