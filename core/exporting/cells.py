"""Cells that a spreadsheet would run as a formula, made harmless and read back as they were."""

import csv
import io
from collections.abc import Iterator, Sequence

from core.domain.errors import InvalidInputError

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""

QUOTE = "'"


def guarded(cell: str) -> str:
    """With a quote in front where a spreadsheet would run the cell, or where a quote stands."""
    return QUOTE + cell if cell.startswith((*RUNS, QUOTE)) else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    return cell[1:] if cell.startswith(QUOTE) and cell[1:].startswith((*RUNS, QUOTE)) else cell


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV, every cell guarded."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guarded(c) for c in row] for row in rows)
    return text.getvalue()


def read(content: str) -> Iterator[list[str]]:
    """Rows of a CSV, cells unguarded; a byte order mark and blank lines are skipped.

    Raises:
        InvalidInputError: It is not CSV.
    """
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield [unguarded(cell) for cell in row]
    except csv.Error as error:
        raise InvalidInputError(
            f"Line {reader.line_num} is not CSV: check its quotes and separators.",
            field="content",
        ) from error
