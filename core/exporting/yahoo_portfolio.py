"""`yahoo`: the CSV that Yahoo Finance portfolios take and give."""

from core.domain.errors import InvalidInputError
from core.exporting.cells import read, written
from core.exporting.model import Exported, ImportedItem, ImportedList, ListToExport
from core.exporting.tickers import what_is_lost

COLUMNS = (
    *("Symbol", "Current Price", "Date", "Time", "Change", "Open", "High", "Low", "Volume"),
    *("Trade Date", "Purchase Price", "Quantity", "Commission", "High Limit", "Low Limit"),
    "Comment",
)


def export(given: ListToExport) -> Exported:
    blank = [""] * (len(COLUMNS) - 2)
    rows = [COLUMNS, *([m.asset.symbol, *blank, m.note or ""] for m in given.members)]
    loss = [text for text in what_is_lost(given) if not text.startswith("Notes")]
    if any(member.tags for member in given.members):
        loss.append("Tags are not in the file.")
    return Exported(content=written(rows), loss=loss)


def parse(content: str) -> ImportedList:
    rows = list(read(content))
    if not rows or "symbol" not in [cell.strip().lower() for cell in rows[0]]:
        raise InvalidInputError(
            "A Yahoo portfolio file begins with a header that has a Symbol column.",
            field="content",
        )
    header = [cell.strip().lower() for cell in rows[0]]
    items: list[ImportedItem] = []
    for row in rows[1:]:
        cells = dict(zip(header, row, strict=False))
        if symbol := cells.get("symbol", "").strip():
            items.append(ImportedItem(symbol=symbol, note=cells.get("comment") or None))
    return ImportedList(items=items)
