"""`tickers`: one symbol a line, in the notation asked for."""

import re

from core.domain.symbology import display_notations
from core.domain.universe import Constituent
from core.exporting.model import (
    Exported,
    ImportedItem,
    ImportedList,
    ListToExport,
    Notation,
    lost_of_the_list,
)

SEPARATORS = re.compile(r"[,;\t\n\r]+")


def spelled(member: Constituent, notation: Notation) -> str | None:
    """The symbol in a notation, or None where that notation has no certain spelling for it."""
    if notation is Notation.YAHOO:
        return member.asset.symbol
    asset = member.asset
    known = display_notations(asset.symbol, mic=asset.mic, asset_class=asset.asset_class)
    return known.get(notation)


def in_notation(given: ListToExport, notation: Notation) -> tuple[list[str], list[str]]:
    """All symbols, ours where the notation has none, and a sentence that says for which."""
    spellings = [spelled(member, notation) for member in given.members]
    missing = [
        member.asset.symbol
        for member, spelling in zip(given.members, spellings, strict=True)
        if spelling is None
    ]
    symbols = [
        spelling or member.asset.symbol
        for member, spelling in zip(given.members, spellings, strict=True)
    ]
    loss: list[str] = []
    if missing:
        shown = ", ".join(missing[:10]) + (" and more" if len(missing) > 10 else "")
        loss.append(f"{notation} has no certain spelling of {shown}: our own stands there.")
    return symbols, loss


def what_is_lost(given: ListToExport, *, dated: bool = False) -> list[str]:
    """What a bare list of symbols cannot carry."""
    loss: list[str] = []
    if any(member.weight is not None for member in given.members):
        loss.append("Weights are not in the file.")
    if any(member.note or member.tags for member in given.members):
        loss.append("Notes and tags are not in the file.")
    return [*loss, *lost_of_the_list(given, dated=dated)]


def export(given: ListToExport) -> Exported:
    symbols, loss = in_notation(given, given.notation)
    content = "".join(f"{symbol}\n" for symbol in symbols)
    return Exported(content=content, loss=[*loss, *what_is_lost(given)])


def parse(content: str) -> ImportedList:
    """Symbols between line ends, commas, semicolons or tabs; `#` begins a comment line."""
    lines = (
        line for line in content.removeprefix("\ufeff").splitlines() if not line.startswith("#")
    )
    texts = (text.strip() for text in SEPARATORS.split("\n".join(lines)))
    return ImportedList(items=[ImportedItem(symbol=text) for text in texts if text])
