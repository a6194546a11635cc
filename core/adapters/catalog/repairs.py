"""What is known to be wrong in pytickersymbols, as a table of facts with a reason each."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.adapters.catalog.data_files import data_rows


class Fix(StrEnum):
    """What a repair does; an empty value leaves the field unknown."""

    SYMBOL = "symbol"
    NAME = "name"
    ISIN = "isin"
    COUNTRY = "country"
    SECTOR = "sector"
    INDUSTRY = "industry"
    LINES = "lines"
    DROP_LINE = "drop_line"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A fact about one company of the source.

    An empty `index` means every index, an empty `symbol` every symbol the source gives the
    company. `lines` drops all its secondary lines, `drop_line` the one line that `symbol` names,
    `skip` the whole entry.
    """

    index: str
    company: str
    symbol: str
    field: Fix
    value: str
    reason: str

    @property
    def weight(self) -> int:
        """The more a repair is tied to, the later it is applied."""
        return bool(self.index) + bool(self.symbol)


@cache
def repairs() -> tuple[Repair, ...]:
    """The whole table, as `data/repairs.csv` holds it."""
    return tuple(
        Repair(
            index=row["index"],
            company=row["company"],
            symbol=row["symbol"],
            field=Fix(row["field"]),
            value=row["value"],
            reason=row["reason"],
        )
        for row in data_rows("repairs.csv")
    )


@cache
def _by_company() -> Mapping[str, tuple[Repair, ...]]:
    found: dict[str, list[Repair]] = defaultdict(list)
    for repair in sorted(repairs(), key=lambda repair: repair.weight):
        found[repair.company].append(repair)
    return {company: tuple(known) for company, known in found.items()}


def fixes_for(index: str, company: str, *, symbol: str) -> Mapping[Fix, str]:
    """Values to put in place of the source's, for one company as one index gives it."""
    return {
        repair.field: repair.value
        for repair in _by_company().get(company, ())
        if repair.field is not Fix.DROP_LINE
        and repair.index in ("", index)
        and repair.symbol in ("", symbol)
    }


def dropped_lines(company: str) -> frozenset[str]:
    """Symbols the source wrongly lists as lines of the company."""
    return frozenset(
        repair.symbol for repair in _by_company().get(company, ()) if repair.field is Fix.DROP_LINE
    )
