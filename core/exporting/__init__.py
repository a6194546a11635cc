"""Formats of interchange, one module each: a pure function out and one in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.exporting import (
    csv_list,
    intervals,
    json_list,
    tickers,
    tradingview,
    yahoo_portfolio,
)
from core.exporting.model import (
    Exported,
    ExportFormat,
    ImportedItem,
    ImportedList,
    ListToExport,
    Notation,
)

__all__ = [
    "FORMATS",
    "ExportFormat",
    "Exported",
    "Format",
    "ImportedItem",
    "ImportedList",
    "ListToExport",
    "Notation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a list is written and read, and what a file of it is called."""

    export: Callable[[ListToExport], Exported]
    parse: Callable[[str], ImportedList]
    extension: str
    media_type: str


FORMATS: Mapping[ExportFormat, Format] = {
    ExportFormat.CSV: Format(
        export=csv_list.export, parse=csv_list.parse, extension="csv", media_type="text/csv"
    ),
    ExportFormat.JSON: Format(
        export=json_list.export,
        parse=json_list.parse,
        extension="json",
        media_type="application/json",
    ),
    ExportFormat.TICKERS: Format(
        export=tickers.export, parse=tickers.parse, extension="txt", media_type="text/plain"
    ),
    ExportFormat.TRADINGVIEW: Format(
        export=tradingview.export,
        parse=tradingview.parse,
        extension="txt",
        media_type="text/plain",
    ),
    ExportFormat.YAHOO: Format(
        export=yahoo_portfolio.export,
        parse=yahoo_portfolio.parse,
        extension="csv",
        media_type="text/csv",
    ),
    ExportFormat.INTERVALS: Format(
        export=intervals.export,
        parse=intervals.parse,
        extension="tsv",
        media_type="text/tab-separated-values",
    ),
}
