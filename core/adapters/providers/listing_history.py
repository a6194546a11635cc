"""From the lists of what trades and what no longer does to records of symbols that ended."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol, runtime_checkable

from core.adapters.providers.listing import Entry, Listing
from core.domain.asset import FormerSymbol
from core.domain.resolving import names_agree
from core.domain.symbology import canonical

SOURCE = "alpha_vantage"


@runtime_checkable
class _Historian(Protocol):
    async def former_symbols(self) -> Sequence[FormerSymbol]: ...


async def history_of(providers: Iterable[object]) -> Sequence[FormerSymbol]:
    """Symbols that ended, from the first provider that keeps a list of them."""
    for provider in providers:
        if isinstance(provider, _Historian) and (found := await provider.former_symbols()):
            return found
    return ()


def ended_symbols(active: Listing, delisted: Listing) -> Iterator[FormerSymbol]:
    """Each symbol that ended, with its day; not those the same company has again today."""
    for entry in delisted.entries.values():
        symbol, day = canonical(entry.symbol.replace("-P-", "-P")), _day(entry.delisted_on)
        if symbol is None or day is None or entry.is_test:
            continue
        if _is_same_company(active.entries.get(entry.symbol), entry):
            continue
        yield FormerSymbol(
            symbol=symbol, kind="delisted", until=day, name=entry.name or None, source=SOURCE
        )


def _is_same_company(today: Entry | None, before: Entry) -> bool:
    return today is not None and names_agree(today.name, before.name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
