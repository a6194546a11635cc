"""`csv`: one member a line, with what a person wants beside the symbol."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from core.domain.errors import InvalidInputError
from core.domain.universe import Constituent
from core.exporting.cells import read, written
from core.exporting.model import (
    Exported,
    ImportedItem,
    ImportedList,
    ListToExport,
    lost_of_the_list,
)

COLUMNS = (
    *("symbol", "name", "exchange", "mic", "currency", "isin", "asset_class", "sector", "country"),
    *("weight", "note", "tags"),
)
BETWEEN_TAGS = ";"
SYMBOL_WORDS = ("symbol", "ticker", "code", "instrument", "isin", "ric")
"""What the column of symbols is called elsewhere, in order of preference."""


def export(given: ListToExport) -> Exported:
    rows = [COLUMNS, *(_row(member) for member in given.members)]
    loss = list(lost_of_the_list(given))
    if any(BETWEEN_TAGS in tag for member in given.members for tag in member.tags):
        loss.append("A tag with a semicolon comes back as several.")
    return Exported(content=written(rows), loss=loss)


def _row(member: Constituent) -> tuple[str, ...]:
    asset = member.asset
    told = (
        asset.symbol,
        asset.name,
        asset.exchange,
        asset.mic,
        asset.currency,
        asset.isin,
        asset.asset_class,
        asset.sector,
        asset.country,
        member.weight,
        member.note,
        BETWEEN_TAGS.join(member.tags),
    )
    return tuple("" if value is None else str(value) for value in told)


def parse(content: str) -> ImportedList:
    """Any CSV with a column of symbols; without a header its first column is that."""
    rows = list(read(content))
    if not rows:
        return ImportedList(items=())
    header = [cell.strip().lower() for cell in rows[0]]
    column = next((header.index(word) for word in SYMBOL_WORDS if word in header), None)
    if column is None:
        return ImportedList(items=[ImportedItem(symbol=row[0].strip()) for row in rows])
    items: list[ImportedItem] = []
    ignored: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(header, row, strict=False))
        symbol = row[column].strip() if column < len(row) else ""
        if symbol:
            items.append(_item(symbol, cells, number))
        else:
            ignored.append(f"Row {number} has no symbol.")
    return ImportedList(items=items, ignored=ignored)


def _item(symbol: str, cells: Mapping[str, str], number: int) -> ImportedItem:
    weight = cells.get("weight", "").strip()
    try:
        return ImportedItem(
            symbol=symbol,
            weight=Decimal(weight) if weight else None,
            note=cells.get("note") or None,
            tags=[t for tag in cells.get("tags", "").split(BETWEEN_TAGS) if (t := tag.strip())],
        )
    except InvalidOperation as error:
        raise InvalidInputError(
            f"Row {number}: weight is not a number.", field="content", details={"row": number}
        ) from error
