"""What `universe doctor` looks at, one part after the other."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import anyio
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.adapters.embedded import acquire
from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import CoreError
from core.domain.watching import WorkQueueStatus
from core.operations.watching import work_queue_status

WIDE = 400
"""Columns for a file: a line a finding, however long its sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    part: str
    ok: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """All findings; a part that cannot be reached is one, and ends the list."""
    findings = list(_settings(settings))
    try:
        findings += _embedded(settings)
        findings += anyio.run(_service, settings)
    except CoreError as error:
        findings.append(Finding(part="service", ok=False, text=error.message))
    return findings


def show(findings: Sequence[Finding]) -> None:
    """A table for a person, what is wrong last; as wide as its text where nobody looks."""
    width = None if sys.stderr.isatty() else WIDE
    console = Console(stderr=True, highlight=False, width=width)
    table = Table("", "part", "found", box=None, padding=(0, 1))
    for finding in sorted(findings, key=lambda finding: not finding.ok):
        mark = "ok" if finding.ok else "[bold red]FAIL[/]"
        table.add_row(mark, escape(finding.part), escape(finding.text))
    console.print(table)


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding(part="user", ok=True, text=f"acts for {settings.user!r}")
    providers = ", ".join(settings.provider_names) or "none: offline by UNIVERSE_PROVIDERS"
    yield Finding(part="providers", ok=True, text=providers)
    if "alpha_vantage" in settings.provider_names and not settings.alpha_vantage_api_key:
        text = "alpha_vantage is skipped: UNIVERSE_ALPHA_VANTAGE_API_KEY is not set"
        yield Finding(part="providers", ok=True, text=text)


def _embedded(settings: Settings) -> Iterator[Finding]:
    postgres, valkey = not settings.database_url, not settings.redis_url
    if not (postgres or valkey):
        yield Finding(part="servers", ok=True, text="named by the settings, none embedded")
        return
    with acquire(settings.data_dir, postgres=postgres, valkey=valkey) as lease:
        status = lease.status()
    yield Finding(
        part="data",
        ok=True,
        text=f"{status.data_dir} (server files in {status.server_files},"
        f" run as {status.server_user}, keeper {status.keeper_pid})",
    )
    for name, server, wanted in (
        ("PostgreSQL", status.postgres, postgres),
        ("Valkey", status.valkey, valkey),
    ):
        if wanted:
            text = f"{server.version}, pid {server.pid}, log {server.log}"
            yield Finding(part=name, ok=server.is_up, text=text)


async def _service(settings: Settings) -> list[Finding]:
    async with open_services(settings) as services:
        faults = await services.ready()
        status = await services.catalog.status()
        work = None if "database" in faults else await work_queue_status(services)
    findings = [Finding(part=part, ok=False, text=text) for part, text in faults.items()]
    return [
        *(findings or [Finding(part="service", ok=True, text="ready")]),
        *(_work(work) if work else ()),
        Finding(
            part="catalogue",
            ok=status.assets > 0,
            text=f"{status.assets} assets, {status.index_memberships} index memberships",
        ),
    ]


def _work(status: WorkQueueStatus) -> Iterator[Finding]:
    for part, text in status.lines:
        yield Finding(part=part, ok=True, text=text)
    for concern in status.concerns:
        yield Finding(part="work", ok=False, text=concern)
