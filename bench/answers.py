"""Calls of our tools beside a bare SDK server that gives the same answers, over stdio and HTTP."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from bench.doors import connected
from bench.report import Line, median_of, show

CALLS = 200
SYMBOLS = [
    *("BRK.B", "AAPL", "MSFT", "NVDA", "KO", "PEP", "JPM", "BAC", "WFC", "C", "GS", "MS", "V"),
    *(
        "MA",
        "PG",
        "JNJ",
        "UNH",
        "HD",
        "DIS",
        "NKE",
        "MCD",
        "WMT",
        "COST",
        "VOD.L",
        "SAP.DE",
        "BRK.B",
    ),
]
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_assets", {"query": "bank"}),
    ("validate_symbols", {"symbols": SYMBOLS}),
)


async def measure(data_dir: Path) -> None:
    """Both tools over both transports; the second call of each is answered from the cache."""
    env = {"UNIVERSE_DATA_DIR": str(data_dir), "UNIVERSE_PROVIDERS": ""}
    async with connected(["-m", "cli", "mcp"], env) as ours:
        recorded = {tool: await _recorded(ours, tool, given, data_dir) for tool, given in ASKED}
        for tool, given in ASKED:
            bare = ["-m", "bench.payload_server", str(recorded[tool])]
            async with connected(bare, {}) as floor:
                await _compare("stdio", tool, given, ours=ours, floor=floor)
        async with served(["-m", "cli", "serve", "--port"], env) as web:
            for tool, given in ASKED:
                bare = ["-m", "bench.payload_server", str(recorded[tool])]
                async with served(bare, {}) as floor:
                    await _compare("HTTP", tool, given, ours=web, floor=floor)


async def _recorded(client: Client, tool: str, given: dict[str, Any], folder: Path) -> Path:
    result = await client.call_tool(tool, given)
    [schema] = [t.output_schema for t in (await client.list_tools()).tools if t.name == tool]
    path = anyio.Path(folder / f"{tool}.json")
    told = result.model_dump(
        by_alias=True, mode="json", include={"content", "structured_content"}, exclude_none=True
    )
    await path.write_text(json.dumps({"answer": told, "schema": schema}))
    return Path(path)


async def _compare(
    how: str, tool: str, given: dict[str, Any], *, ours: Client, floor: Client
) -> None:
    base = await median_of(lambda: floor.call_tool("same", {}), CALLS)
    seconds = await median_of(lambda: ours.call_tool(tool, given), CALLS)
    name = f"{tool}, {how}"
    show(Line(name=name, seconds=seconds, floor_name="bare SDK, same answer", floor=base))


@asynccontextmanager
async def served(arguments: Sequence[str], env: dict[str, str]) -> AsyncGenerator[Client]:
    """A client of a server process that takes a port as its last argument."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await anyio.open_process(
        [sys.executable, *arguments, str(port)],
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await _until_up(port)
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


async def _until_up(port: int) -> None:
    with anyio.fail_after(30):
        while True:
            try:
                async with await anyio.connect_tcp("127.0.0.1", port):
                    return
            except OSError:
                await anyio.sleep(0.1)
