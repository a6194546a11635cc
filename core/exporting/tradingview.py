"""`tradingview`: a watchlist file, `###section` then `EXCHANGE:SYMBOL` between commas."""

from core.exporting.model import Exported, ImportedItem, ImportedList, ListToExport, Notation
from core.exporting.tickers import in_notation, what_is_lost


def export(given: ListToExport) -> Exported:
    symbols, loss = in_notation(given, Notation.TRADINGVIEW)
    section = "###" + " ".join(given.name.replace(",", " ").split())
    content = ",".join([section, *symbols]) + "\n"
    return Exported(content=content, loss=[*loss, *what_is_lost(given)])


def parse(content: str) -> ImportedList:
    texts = (text.strip() for text in content.replace("\n", ",").removeprefix("\ufeff").split(","))
    return ImportedList(
        items=[ImportedItem(symbol=text) for text in texts if text and not text.startswith("###")]
    )
