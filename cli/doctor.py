"""`universe doctor`: what runs, where, and what is wrong."""

from typing import Annotated

import typer

from cli.output import give, lazily
from core.config import read_settings


def run(json: Annotated[bool, typer.Option("--json", help="Result as JSON.")] = False) -> None:
    """Check settings, servers, schema and catalogue; exit 1 where something is wrong."""
    checks = lazily("cli.checks")
    findings = checks.examine(read_settings())
    checks.show(findings)
    if json:
        give([{"part": f.part, "ok": f.ok, "text": f.text} for f in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
