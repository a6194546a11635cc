"""`universe catalog`: what reference data there is, and importing more."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import give, lazily, say
from core.config import read_settings

app = typer.Typer(help="Reference data: what there is, and importing more.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Result as JSON on stdout.")]
SHOWN_ROWS = 20


@app.command(name="import")
def import_(
    path: Annotated[Path, typer.Argument(help="A catalogue file, .csv or .csv.gz.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where rows were rejected.")
    ] = False,
    json: Json = False,
) -> None:
    """Import a catalogue file: rows upsert by symbol, rejected ones are reported by line."""
    done = lazily("cli.importing").import_file(read_settings(), path)
    report, rejected, notices = done.report, done.rejected, done.notices
    say(
        f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged,"
        f" {report.rejected} rejected."
    )
    for row in [*rejected, *notices][:SHOWN_ROWS]:
        say(f"  line {row.line}: {row.symbol!r}: {row.reason}")
    more = len(rejected) + len(notices) - SHOWN_ROWS
    if more > 0:
        say(f"  and {more} more; --json lists them all.")
    if json:
        give(done.as_json())
    if strict and rejected:
        raise typer.Exit(1)


@app.command()
def sync(
    allow_loss: Annotated[
        bool, typer.Option("--allow-loss", help="Take lists that lack a tenth of what they had.")
    ] = False,
    json: Json = False,
) -> None:
    """Load what changed in the published lists; exit 1 where one could not be had or taken."""
    reports = lazily("cli.importing").sync(read_settings(), allow_loss=allow_loss)
    for found in reports:
        say(f"{found.source}: {found.told()}")
    if not reports:
        say("No list is named: see UNIVERSE_CATALOG_LISTS in docs/settings.md.")
    if json:
        give([asdict(found) for found in reports])
    if any(found.is_fault for found in reports):
        raise typer.Exit(1)


@app.command()
def status(json: Json = False) -> None:
    """Say what the catalogue holds and where it came from."""
    found = lazily("cli.importing").catalog_status(read_settings())
    say(
        f"{found.assets} assets, {found.validated} of them confirmed by a provider;"
        f" {found.index_memberships} index memberships, {found.former_symbols} former symbols."
    )
    for name, count in found.by_class.items():
        say(f"  {name:<12} {count:>8}")
    for record in found.imports:
        report = record.report
        say(
            f"  {record.imported_at:%Y-%m-%d %H:%M} {report.source}: {report.added} added,"
            f" {report.changed} changed, {report.rejected} rejected"
        )
    if json:
        give(
            {
                "assets": found.assets,
                "by_class": dict(found.by_class),
                "validated": found.validated,
                "index_memberships": found.index_memberships,
                "former_symbols": found.former_symbols,
                "imports": [
                    {
                        "source": record.report.source,
                        "imported_at": record.imported_at,
                        "added": record.report.added,
                        "changed": record.report.changed,
                        "unchanged": record.report.unchanged,
                        "rejected": record.report.rejected,
                    }
                    for record in found.imports
                ],
            }
        )
