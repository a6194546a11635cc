"""The demo: an agent's session from typed symbols to a stored universe, over a real MCP client."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from cli.progress import progress_bar

Json = Mapping[str, Any]

WATCHED_SECONDS = 3.0
"""How long the demo watches a job: without a network it takes as long as the outage."""

REQUEST = (
    *("AAPL", "brk.b", "BRK/B", "VOD LN", "700.HK", "nvidia", "APPL", "FB", "NASDAQ:MSFT"),
    *("US0378331005", "XYZQ", "'; DROP TABLE"),
)
COLOURS = {
    "valid": "green",
    "valid_normalized": "green",
    "renamed": "yellow",
    "ambiguous": "yellow",
    "unverified": "cyan",
    "added": "green",
    "already_member": "dim",
    "pending": "cyan",
}


def tell() -> None:
    """Run the session and narrate it on stderr."""
    anyio.run(_session, Console(stderr=True, highlight=False))


async def _session(console: Console) -> None:
    began = time.monotonic()
    console.print(
        Panel(
            "Somebody types a list of assets as people and models do. The service says what each\n"
            "one is, keeps what is real, and owns the list from then on.",
            title="universe demo",
            border_style="blue",
        )
    )
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "cli", "mcp"], env=dict(os.environ)
    )
    starting = "starting `universe mcp` (the first time: PostgreSQL, Valkey, catalogue)"
    with console.status(starting) as status:
        async with Client(stdio_client(server)) as client:
            status.stop()
            await Storyteller(client, console).run(began)


class Storyteller:
    """One client, one console, and the steps between them."""

    def __init__(self, client: Client, console: Console) -> None:
        self._client = client
        self._console = console

    async def run(self, began: float) -> None:
        await self._check_symbols()
        universe_id = await self._create()
        await self._search_and_add(universe_id)
        await self._show(universe_id)
        self._farewell(time.monotonic() - began)

    async def call(self, tool: str, arguments: Json) -> Json:
        """Call a tool, and show the call as an agent would make it."""
        shown = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        self._console.print(f"\n[bold blue]{tool}[/]([dim]{escape(shown)}[/])")
        result = await self._client.call_tool(tool, dict(arguments))
        answer: Json = result.structured_content or {}
        colour = "red" if result.is_error else "white"
        self._console.print(f"[{colour}]{escape(str(answer.get('message')))}[/]")
        return answer

    async def _check_symbols(self) -> None:
        answer = await self.call("validate_symbols", {"symbols": list(REQUEST)})
        rows: Sequence[Json] = answer["data"]["results"]
        table = Table("typed", "verdict", "is", "name", "exchange", "why", box=None, padding=(0, 1))
        for row in rows:
            asset: Json = row["asset"] or {}
            table.add_row(
                escape(row["input"]),
                coloured(row["verdict"]),
                row["symbol"] or "",
                escape(asset.get("name") or ""),
                escape(asset.get("exchange") or ""),
                escape(why(row)),
            )
        self._console.print(table)
        if any(row["verdict"] == "unverified" for row in rows):
            self._console.print(
                "[cyan]unverified[/] is not wrong: no provider could be asked just now, and the"
                " service does not guess."
            )

    async def _create(self) -> str:
        name = await self._free_name()
        answer = await self.call("create_universe", {"name": name, "symbols": list(REQUEST)})
        self._outcomes(answer["data"]["bulk"]["outcomes"])
        await self._watch(answer["data"]["bulk"]["job_id"])
        return answer["data"]["id"]

    async def _watch(self, job_id: str | None) -> None:
        """Show how what is pending gets settled, for as long as that is quick."""
        if job_id is None:
            return
        with progress_bar(self._console) as bar, anyio.move_on_after(WATCHED_SECONDS):
            task = bar.add_task("settling what is pending", total=None)
            while True:
                result = await self._client.call_tool("get_job", {"job_id": job_id, "limit": 1})
                answer: Json = result.structured_content or {}
                job: Json = answer["data"]
                bar.update(task, completed=job["progress"]["done"], total=job["progress"]["total"])
                if job["finished_at"]:
                    return
                await anyio.sleep(0.2)

    async def _free_name(self) -> str:
        answer = await self.call("list_universes", {"query": "Demo", "limit": 200})
        taken = {universe["name"] for universe in answer["data"]["universes"]}
        return next(name for n in range(1, 1_000_000) if (name := f"Demo {n}") not in taken)

    async def _search_and_add(self, universe_id: str) -> None:
        answer = await self.call("search_assets", {"query": "nvidia", "limit": 3})
        table = Table("symbol", "name", "exchange", "class", box=None, padding=(0, 1))
        found: Sequence[Json] = answer["data"]["assets"]
        for asset in found:
            table.add_row(
                asset["symbol"],
                escape(asset["name"]),
                escape(asset["exchange"] or ""),
                asset["asset_class"],
            )
        self._console.print(table)
        symbols = [found[0]["symbol"], "VUSA.L", "EUR/USD", "BTC-USD"]
        answer = await self.call(
            "bulk_add_assets", {"universe_id": universe_id, "symbols": symbols}
        )
        self._outcomes(answer["data"]["outcomes"])

    def _outcomes(self, outcomes: Sequence[Json]) -> None:
        table = Table("typed", "outcome", "is", "name", "why", box=None, padding=(0, 1))
        for row in outcomes:
            table.add_row(
                escape(row["input"]),
                coloured(row["status"]),
                row["symbol"] or "",
                escape(row["name"] or ""),
                escape(row["reason"]),
            )
        self._console.print(table)

    async def _show(self, universe_id: str) -> None:
        answer = await self.call("get_universe", {"universe_id": universe_id})
        data: Json = answer["data"]
        columns = ("", "symbol", "name", "exchange", "currency", "country", "sector")
        table = Table(*columns, title=f"{data['name']}, version {data['version']}")
        members: Sequence[Json] = data["assets"]
        for number, asset in enumerate(members, 1):
            cells = (asset[column] or "" for column in columns[1:])
            table.add_row(str(number), *(escape(cell) for cell in cells))
        self._console.print(table)
        waiting: Sequence[Json] = data["pending"]
        if waiting:
            names = ", ".join(escape(row["input"]) for row in waiting)
            self._console.print(f"waiting to be verified: [cyan]{names}[/]")

    def _farewell(self, seconds: float) -> None:
        self._console.print(
            Panel(
                "Stored for good: run it again and the list is still there.\n\n"
                "Next: add the service to your agent (README.md has the lines to paste), or\n"
                "  universe serve                      the same over HTTP, at /mcp\n"
                "  universe catalog import FILE.csv    bring your own reference data\n"
                "  universe doctor                     what runs, and where",
                title=f"done in {seconds:.1f} s",
                border_style="green",
            )
        )


def coloured(word: str) -> str:
    return f"[{COLOURS.get(word, 'red')}]{word}[/]"


def why(row: Json) -> str:
    """The reason, and the first thing that may have been meant."""
    suggestions: Sequence[Json] = row["suggestions"]
    if not suggestions:
        return row["reason"]
    first = suggestions[0]
    return f"{row['reason']} Meant {first['symbol']} ({first['name']})?"
