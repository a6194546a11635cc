"""Rows of reference data on their way into the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core.domain.asset import AssetClass, MarketCapBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRow:
    """One asset as a catalogue file or source gives it; None is unknown."""

    symbol: str
    name: str
    asset_class: AssetClass
    exchange: str | None = None
    mic: str | None = None
    currency: str | None = None
    country: str | None = None
    sector: str | None = None
    sector_source: str | None = None
    """What the source calls the sector, where that is not our word for it."""
    industry: str | None = None
    isin: str | None = None
    market_cap_bucket: MarketCapBucket | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that did not get in; `line` counts from 1, the header being line 1."""

    line: int
    symbol: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMembership:
    """A constituent of an index we know, half-open in time; None is an open end, or unknown."""

    index_code: str
    symbol: str
    start: date | None = None
    end: date | None = None
    gone: date | None = None
    """Where it was a past asset's: since when that is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAsset:
    """A constituent of the past that no present row is; symbol and end make it one of its kind."""

    symbol: str
    name: str
    gone_since: date
    is_dead: bool = False
    """Whether its end is on record; leaving an index is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """Where the members of an index come from, and how complete they are.

    `source_date` is the day the source's data are of, where it says so; `history_from` the first
    day of its dated members, None where it has the latest ones only. `unresolved` are constituents
    whose symbol could not be told.
    """

    code: str
    name: str
    source: str
    release: str
    licence: str
    expected_count: int
    listed_count: int
    source_date: date | None = None
    history_from: date | None = None
    unresolved: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSpan:
    """A stay of an asset in an index, half-open; an open start is unknown, an open end is now."""

    asset_id: UUID
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AltName:
    """Another name of living symbols: what people call it, or what it was called until a day."""

    symbol: str
    name: str
    kind: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did; rows that were equal already count as unchanged."""

    source: str
    added: int
    changed: int
    unchanged: int
    rejected: int
    renamed: int = 0
    """Assets that go on under another symbol; they are among `changed` too."""
    held: Sequence[str] = ()
    """Symbols whose rows would have made another asset of one that others know; `unchanged`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The edition of a published list that was loaded last."""

    source: str
    url: str
    etag: str | None
    checksum: str


class SyncOutcome(StrEnum):
    LOADED = "loaded"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    """What came is damaged, not the list we know, or lacks too much; the old rows stand."""
    UNAVAILABLE = "unavailable"


SHOWN_HELD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What became of one list; `reason` where it was not taken, `ended` symbols it calls dead."""

    source: str
    outcome: SyncOutcome
    report: ImportReport | None = None
    ended: int = 0
    reason: str = ""

    @property
    def is_fault(self) -> bool:
        return self.outcome in (SyncOutcome.REFUSED, SyncOutcome.UNAVAILABLE)

    @property
    def is_doubted(self) -> bool:
        """Whether somebody should look: a fault, or rows that were held back."""
        return self.is_fault or bool(self.report and self.report.held)

    def told(self) -> str:
        """What became of the list, as a sentence."""
        report = self.report
        if report is None:
            return (
                f"{self.ended} symbols that ended." if self.ended else self.reason or "unchanged."
            )
        return (
            f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged,"
            f" {report.rejected} rejected, {report.renamed} renamed.{_held(report.held)}"
        )


def _held(symbols: Sequence[str]) -> str:
    if not symbols:
        return ""
    shown = ", ".join(symbols[:SHOWN_HELD]) + (", …" if len(symbols) > SHOWN_HELD else "")
    return (
        f" {len(symbols)} held back ({shown}): they would make another asset of one that others"
        " know. To accept one, import a file that has its row: `universe catalog import FILE`."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import of the past."""

    report: ImportReport
    checksum: str
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogStatus:
    """What the catalogue holds, and the last imports, newest first."""

    assets: int
    by_class: Mapping[str, int]
    validated: int
    index_memberships: int
    former_symbols: int
    imports: Sequence[ImportRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogHead:
    """How many assets there are, and the last import."""

    assets: int
    source: str | None
    loaded_at: datetime | None
