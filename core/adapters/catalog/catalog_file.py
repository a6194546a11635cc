"""Reading a catalogue file: all of it or nothing, every row left out with its reason."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.adapters.catalog.file_lines import text_lines
from core.adapters.catalog.file_rows import COLUMNS, Cells, ReadRow, RefusedRowError, read_row
from core.domain.catalog import CatalogRow, RejectedRow
from core.domain.errors import InvalidInputError

HEADER = ",".join(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogFile:
    """What a file holds: one row a symbol, the rows left out, and rows that lost a field."""

    rows: tuple[CatalogRow, ...]
    rejected: tuple[RejectedRow, ...]
    notices: tuple[RejectedRow, ...]


@dataclass(slots=True)
class _Taken:
    """Rows so far by symbol, with what is needed to settle a second row of the same symbol."""

    rows: dict[str, CatalogRow] = field(default_factory=dict[str, CatalogRow])
    lines: dict[str, int] = field(default_factory=dict[str, int])
    translated: set[str] = field(default_factory=set[str])
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])
    notices: list[RejectedRow] = field(default_factory=list[RejectedRow])

    def reject(self, line: int, symbol: str, reason: str) -> None:
        self.rejected.append(RejectedRow(line=line, symbol=symbol, reason=reason))

    def take(self, line: int, read: ReadRow) -> None:
        symbol = read.row.symbol
        earlier = self.lines.get(symbol)
        if earlier is not None:
            if read.translated and symbol not in self.translated:
                reason = f"line {earlier} holds the same symbol in our own notation"
                self.reject(line, symbol, reason)
                return
            self.reject(earlier, symbol, f"line {line} holds the same symbol again")
        self.rows[symbol] = read.row
        self.lines[symbol] = line
        if read.translated:
            self.translated.add(symbol)
        else:
            self.translated.discard(symbol)
        if read.dropped:
            self.notices.append(RejectedRow(line=line, symbol=symbol, reason=read.dropped))


def read_catalog(path: Path) -> CatalogFile:
    """Read the whole file before anything of it is used, so that a broken one changes nothing.

    Of two rows with one symbol the later wins, save that a row in our notation beats one that
    had to be brought into it; the loser is among the rejected. Raises InvalidInputError where
    the file itself is no catalogue.
    """
    return parse_catalog(text_lines(path), name=path.name)


def parse_catalog(lines: Iterable[str], *, name: str) -> CatalogFile:
    """The same for lines already at hand; `name` stands in messages."""
    records = _records(lines, name=name)
    _, header = next(records)
    order = _column_order(header, name=name)
    taken = _Taken()
    for line, cells in records:
        if isinstance(cells, str):
            taken.reject(line, "", cells)
        elif cells:
            _take_record(taken, line, cells=cells, order=order)
    taken.rejected.sort(key=lambda row: row.line)
    return CatalogFile(
        rows=tuple(taken.rows.values()),
        rejected=tuple(taken.rejected),
        notices=tuple(taken.notices),
    )


def _take_record(taken: _Taken, line: int, *, cells: Sequence[str], order: Sequence[int]) -> None:
    if len(cells) != len(order):
        reason = f"it has {len(cells)} fields where the header has {len(order)}"
        taken.reject(line, cells[0].strip()[:40], reason)
        return
    stripped = [*map(str.strip, cells)]
    ordered: Cells = tuple([stripped[index] for index in order])
    try:
        read = read_row(ordered)
    except RefusedRowError as error:
        taken.reject(line, ordered[0][:40], str(error))
        return
    taken.take(line, read)


def _records(lines: Iterable[str], *, name: str) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the line they start on; a record that is no CSV comes as the reason why."""
    reader = csv.reader(iter(lines), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _fault(error, line=line, name=name)


def _fault(error: csv.Error, *, line: int, name: str) -> str:
    """A slip inside one record is that record's; a quote that swallows the file is the file's."""
    text = str(error)
    if "expected after" in text:
        return "a quoted field goes on after its closing quote"
    if "new-line character" in text:
        raise InvalidInputError(
            f"{name} ends its lines with a lone carriage return; save it with ordinary line ends."
        ) from error
    raise InvalidInputError(
        f"{name} has a quoted field that starts on line {line} and is never closed."
    ) from error


def _column_order(header: list[str] | str, *, name: str) -> tuple[int, ...]:
    given = [] if isinstance(header, str) else [cell.strip() for cell in header]
    faults = {
        "missing": [column for column in COLUMNS if column not in given],
        "unknown": [column for column in given if column not in COLUMNS],
        "twice": [column for column in COLUMNS if given.count(column) > 1],
    }
    told = [f"{fault}: {', '.join(map(repr, which))}" for fault, which in faults.items() if which]
    if told:
        raise InvalidInputError(
            f"The header of {name} is not the catalogue's ({'; '.join(told)[:300]}). "
            f"Expected: {HEADER}",
            field="header",
        )
    return tuple(given.index(column) for column in COLUMNS)
