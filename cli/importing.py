"""Running a catalogue import, with a progress bar for the person who waits."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from cli.progress import progress_bar
from core.adapters.catalog import CatalogFile, read_catalog
from core.bootstrap import open_services
from core.config import Settings
from core.domain.catalog import CatalogStatus, ImportReport, RejectedRow, SyncReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, and the rows and fields it left out."""

    report: ImportReport
    rejected: tuple[RejectedRow, ...]
    notices: tuple[RejectedRow, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "added": self.report.added,
            "changed": self.report.changed,
            "unchanged": self.report.unchanged,
            "rejected": self.report.rejected,
            "rejected_rows": [_row(row) for row in self.rejected],
            "notices": [_row(row) for row in self.notices],
        }


def _row(row: RejectedRow) -> dict[str, Any]:
    return {"line": row.line, "symbol": row.symbol, "reason": row.reason}


def import_file(settings: Settings, path: Path) -> Imported:
    """Read the whole file, then load it in one transaction: a broken file changes nothing."""
    with progress_bar() as bar:
        reading = bar.add_task("reading", total=None)
        file = read_catalog(path)
        bar.update(reading, total=len(file.rows), completed=len(file.rows))
        loading = bar.add_task("loading", total=len(file.rows))

        def progress(rows: int) -> None:
            bar.update(loading, completed=rows)

        report = anyio.run(_load, settings, file, path, progress)
    return Imported(report=report, rejected=file.rejected, notices=file.notices)


async def _load(
    settings: Settings,
    file: CatalogFile,
    path: Path,
    progress: Callable[[int], None],
) -> ImportReport:
    checksum = hashlib.sha256(await anyio.Path(path).read_bytes()).hexdigest()
    async with open_services(settings) as services:
        return await services.catalog.load(
            file.rows,
            source=path.name,
            checksum=checksum,
            rejected=len(file.rejected),
            progress=progress,
        )


def sync(settings: Settings, *, allow_loss: bool) -> Sequence[SyncReport]:
    """Bring the catalogue up to date with the published lists; what became of each."""

    async def run() -> Sequence[SyncReport]:
        async with open_services(settings) as services:
            return await services.sync(allow_loss=allow_loss)

    return anyio.run(run)


def catalog_status(settings: Settings) -> CatalogStatus:
    """What the catalogue holds."""

    async def ask() -> CatalogStatus:
        async with open_services(settings) as services:
            return await services.catalog.status()

    return anyio.run(ask)
