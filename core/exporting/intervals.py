"""`intervals`: when each asset was in, as backtesters of qlib's and zipline's kind read it.

A line is symbol, first day, last day, between tabs; both days are in, as in qlib's instrument
files. A membership that has not ended ends on 2099-12-31.
"""

from datetime import date, timedelta

from core.domain.errors import InvalidInputError
from core.domain.universe import Constituent
from core.exporting.model import Exported, ImportedItem, ImportedList, ListToExport
from core.exporting.tickers import what_is_lost

OPEN_END = date(2099, 12, 31)
DAY = timedelta(days=1)


def export(given: ListToExport) -> Exported:
    content = "".join(_line(member) for member in given.intervals)
    return Exported(content=content, loss=what_is_lost(given, dated=True))


def _line(member: Constituent) -> str:
    last = member.valid_to - DAY if member.valid_to else OPEN_END
    return f"{member.asset.symbol}\t{member.valid_from}\t{last}\n"


def parse(content: str) -> ImportedList:
    items: list[ImportedItem] = []
    for number, line in enumerate(content.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        items.append(_item(line, number))
    return ImportedList(items=items)


def _item(line: str, number: int) -> ImportedItem:
    parts = [part.strip() for part in line.replace(",", "\t").split("\t")]
    try:
        symbol, first, last = parts
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise InvalidInputError(
            f"Line {number} is not symbol, first day and last day (ISO dates) between tabs.",
            field="content",
            details={"line": number},
        ) from error
    if start > end:
        raise InvalidInputError(
            f"Line {number}: the first day lies after the last.", field="content"
        )
    return ImportedItem(
        symbol=symbol, valid_from=start, valid_to=None if end >= OPEN_END else end + DAY
    )
