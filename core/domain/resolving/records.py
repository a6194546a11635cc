"""Which of several records of one former symbol counts."""

from collections.abc import Iterable
from datetime import date, timedelta

from core.domain.asset import FormerSymbol

_SAME_END = timedelta(days=400)
"""Sources date one end differently; ends further apart are of different owners."""


def deciding_records(records: Iterable[FormerSymbol]) -> dict[str, FormerSymbol]:
    """For each symbol the record of its last owner that says most."""
    by_symbol: dict[str, list[FormerSymbol]] = {}
    for record in records:
        by_symbol.setdefault(record.symbol, []).append(record)
    return {symbol: _deciding(group) for symbol, group in by_symbol.items()}


def _deciding(records: list[FormerSymbol]) -> FormerSymbol:
    """Of the last owner's records a rename first, for it alone leads on; a left index last."""
    last = max(map(_ended, records))
    of_last = (record for record in records if last - _ended(record) <= _SAME_END)
    return max(of_last, key=lambda record: (_weight(record), _ended(record)))


def _weight(record: FormerSymbol) -> int:
    if record.kind == "left_index":
        return 0
    return 2 if record.kind == "renamed" and record.successor else 1


def _ended(record: FormerSymbol) -> date:
    return record.until or date.min
