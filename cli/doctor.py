"""`universe doctor`: what runs, where, and what is wrong."""

from typing import Annotated

import typer

from cli.output import give, lazily, say
from core.config import read_settings


def run(json: Annotated[bool, typer.Option("--json", help="Result as JSON.")] = False) -> None:
    """Check settings, servers, schema and catalogue; exit 1 where something is wrong."""
    findings = lazily("cli.checks").examine(read_settings())
    for finding in findings:
        say(f"{'ok  ' if finding.ok else 'FAIL'} {finding.part}: {finding.text}")
    if json:
        give([{"part": f.part, "ok": f.ok, "text": f.text} for f in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
