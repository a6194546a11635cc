"""What formats exchange: a list with its members, and what a file says of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.asset import AssetStatus
from core.domain.universe import Constituent


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    TICKERS = "tickers"
    TRADINGVIEW = "tradingview"
    YAHOO = "yahoo"
    INTERVALS = "intervals"


class Notation(StrEnum):
    """In whose spelling symbols are written."""

    YAHOO = "yahoo"
    BLOOMBERG = "bloomberg"
    RIC = "ric"
    GOOGLE = "google"
    TRADINGVIEW = "tradingview"
    MIC = "mic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListToExport:
    """A universe in order; `intervals` are all its dated memberships."""

    name: str
    description: str
    version: int
    exported_at: datetime
    members: Sequence[Constituent]
    pending: Sequence[str] = ()
    intervals: Sequence[Constituent] = ()
    notation: Notation = Notation.YAHOO

    @property
    def past(self) -> Sequence[Constituent]:
        """The stays that have ended."""
        return [stay for stay in self.intervals if stay.valid_to is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file's text, and what it could not carry, in sentences."""

    content: str
    loss: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedItem:
    """One line of a file: a symbol as it stands there, and what else the line says."""

    symbol: str
    valid_from: date | None = None
    valid_to: date | None = None
    weight: Decimal | None = None
    note: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedList:
    """What a file holds, in its order; `ignored` are lines that name no symbol, with the reason."""

    items: Sequence[ImportedItem]
    description: str = ""
    ignored: Sequence[str] = field(default_factory=tuple[str, ...])


def lost_of_the_list(given: ListToExport, *, dated: bool = False) -> list[str]:
    """What a file of rows does not say beside them; one that is `dated` has the past."""
    loss: list[str] = []
    if given.pending:
        loss.append(f"{len(given.pending)} pending symbols are not in the file.")
    if given.description:
        loss.append("The description is not in the file.")
    if dated:
        return loss
    if given.past:
        loss.append(f"{len(given.past)} past memberships are not in the file.")
    gone = [m.asset.symbol for m in given.members if m.asset.status is not AssetStatus.ACTIVE]
    if gone:
        loss.append(f"An import takes {len(gone)} that are gone only from json or intervals.")
    return loss
