"""Whose symbol it is now: records of the past beside the rows of the present."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from core.domain.asset import FormerSymbol
from core.domain.catalog import CatalogRow

_ROWS_KNOW_UNTIL = date(2025, 7, 1)
"""What was renamed since may still stand under its old symbol in sources of the present."""


def with_owners(
    records: Collection[FormerSymbol],
    rows: Mapping[str, CatalogRow],
    *,
    confirmed: Collection[str],
) -> Iterator[FormerSymbol]:
    """Records with a name only where a row of that symbol and name would be the company that ended.

    A symbol that a dated source confirms, or that another company took up later, is its new
    owner's, even by the old name. A rename the rows cannot know yet is of the row's company.
    """
    taken_up = _taken_up(records)
    for record in records:
        until = record.until or date.min
        row = rows.get(record.symbol)
        if record.symbol in confirmed or taken_up.get(record.symbol, date.min) > until:
            yield replace(record, name=None)
        elif row and record.kind == "renamed" and until >= _ROWS_KNOW_UNTIL:
            yield replace(record, name=row.name)
        else:
            yield record


def _taken_up(records: Iterable[FormerSymbol]) -> dict[str, date]:
    """When a symbol was last taken up by a renamed company."""
    found: dict[str, date] = {}
    for record in records:
        if record.kind == "renamed" and record.successor and record.until:
            found[record.successor] = max(record.until, found.get(record.successor, date.min))
    return found
