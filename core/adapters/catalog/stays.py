"""Companies followed through the events of several indices: under which symbol, in which, when.

A company is not its symbol: it takes its stays along when it is renamed, and another company may
take the symbol up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from core.domain.resolving import names_agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Somebody left an index or joined it, or goes on under another symbol."""

    index: str
    day: date
    is_leaving: bool
    symbol: str
    name: str
    renamed_to: str | None
    reason: str | None = None
    is_last: bool = False
    """Another company took its symbol up later."""


@dataclass(slots=True, kw_only=True, eq=False)
class Company:
    """One company; `symbol` is the last we know, `stays` are half-open, open while it is in."""

    symbol: str
    name: str = ""
    open_stays: int = 0
    stays: list[tuple[str, date, date | None]] = field(
        default_factory=list[tuple[str, date, date | None]]
    )

    def is_about(self, day: date) -> bool:
        """Whether it is in an index, or left one within a month: it moves to another, then."""
        return bool(self.open_stays) or (day - self.gone_since).days <= 31

    @property
    def is_in(self) -> bool:
        return any(end is None for _, _, end in self.stays)

    @property
    def gone_since(self) -> date:
        """The day it left the last index it was in; it must have left."""
        return max(end for _, _, end in self.stays if end is not None)

    def call(self, name: str) -> None:
        self.name = self.name or name


@dataclass(slots=True)
class Register:
    """Who bears which symbol, at the event that was seen last."""

    companies: list[Company] = field(default_factory=list[Company])
    _bearers: dict[str, Company] = field(default_factory=dict[str, Company])
    _running: dict[tuple[str, str], tuple[Company, date]] = field(
        default_factory=dict[tuple[str, str], tuple[Company, date]]
    )

    def begin(self, index: str, symbol: str, day: date) -> None:
        """It is in the index where our knowledge of it begins."""
        self._join(index, symbol, day, "")

    def see(self, event: Event) -> None:
        if event.renamed_to:
            self._rename(event, event.renamed_to)
        elif event.is_leaving:
            self._leave(event)
        else:
            self._join(event.index, event.symbol, event.day, event.name)

    def finish(self) -> tuple[Company, ...]:
        """Everybody who was ever in, the open stays included."""
        for (index, _), (company, start) in self._running.items():
            company.stays.append((index, start, None))
        return tuple(company for company in self.companies if company.stays)

    def name(self, names: Iterable[tuple[str, str]]) -> None:
        """Names of those who bear these symbols now."""
        for symbol, name in names:
            if bearer := self._bearers.get(symbol):
                bearer.name = name

    def _join(self, index: str, symbol: str, day: date, name: str) -> None:
        if (index, symbol) in self._running:
            return
        company = self._bearers.get(symbol)
        if company is None or not _is_same(company, name, day):
            company = Company(symbol=symbol)
            self.companies.append(company)
            self._bearers[symbol] = company
        company.call(name)
        company.open_stays += 1
        self._running[index, symbol] = company, day

    def _leave(self, event: Event) -> None:
        company, start = self._running.pop((event.index, event.symbol), (None, event.day))
        if company is None:
            return
        company.call(event.name)
        if start < event.day:
            company.stays.append((event.index, start, event.day))
        company.open_stays -= 1
        if event.is_last and self._bearers.get(event.symbol) is company:
            del self._bearers[event.symbol]

    def _rename(self, event: Event, new: str) -> None:
        company, start = self._running.pop((event.index, event.symbol), (None, event.day))
        if company is None:
            return
        held = self._running.get((event.index, new))
        if held and held[0] is not company:  # its source has both: the old one ends here
            company.stays.append((event.index, start, event.day))
            company.open_stays -= 1
            return
        self._running[event.index, new] = company, start
        if self._bearers.get(event.symbol) is company:
            del self._bearers[event.symbol]
        company.symbol = new
        self._bearers[new] = company


def _is_same(company: Company, name: str, day: date) -> bool:
    if not (name and company.name) or names_agree(name, company.name):
        return True
    return bool(company.open_stays or company.stays) and company.is_about(day)
