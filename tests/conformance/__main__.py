"""`make conformance`: the protocol's own suite and the Inspector against the real application.

Both are npm packages, installed into a cache folder; npm has to be there, and brings the Node it
needs.
"""

import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import uvicorn

from cli.serving import application
from core.bootstrap import open_services
from core.config import Settings, read_settings
from core.ports import Services
from tests.conformance.fixtures import add_fixtures
from tests.conformance.inspecting import inspected
from tests.conformance.npm import BUNDLER, SUITE, Tools, installed

BASELINE = Path(__file__).parent / "baseline-2025-11-25.yml"
MANIFEST = Path(__file__).parents[2] / "packaging" / "manifest.json"
RUNS: tuple[tuple[str, ...], ...] = (
    ("--requirements", "2026-07-28"),
    ("--suite", "all", "--spec-version", "2025-11-25", "--expected-failures", str(BASELINE)),
)
TOLD = re.compile(r"^ *(Total|Required|Baseline|Unexpected|Stale|Expected|✗)")


@asynccontextmanager
async def served(services: Services, settings: Settings, *, fixtures: bool) -> AsyncGenerator[str]:
    """The address of the real application, with the suite's fixtures where they are wanted."""
    app = application(services, settings, extend=add_fixtures if fixtures else lambda server: None)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve, [listener])  # it listens already: requests wait for it
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        server.should_exit = True


async def conformed(tools: Tools, url: str) -> bool:
    """Whether every run of the suite ends as it should; what it says is printed."""
    good = True
    for run in RUNS:
        done = await tools.run(SUITE, "server", "--url", url, *run, "-o", str(tools.home / "out"))
        lines = (done.stdout + done.stderr).decode().splitlines()
        print("conformance", *run[:4], "- rc", done.returncode)
        print(*(f"  {line}" for line in lines if TOLD.match(line)), sep="\n")
        good = good and done.returncode == 0
    return good


async def bundled(tools: Tools) -> bool:
    """Whether the manifest of the bundle is one."""
    done = await tools.run(BUNDLER, "validate", str(MANIFEST))
    print("bundle manifest - rc", done.returncode)
    return done.returncode == 0


async def main() -> bool:
    with tempfile.TemporaryDirectory(prefix="universe-conformance-") as folder:
        home = Path(folder)
        tools = installed(home)
        env = {
            "UNIVERSE_DATA_DIR": str(home / "data"),
            "UNIVERSE_PROVIDERS": "yahoo",
            "UNIVERSE_YAHOO_BASE_URL": "http://127.0.0.1:9",  # nobody is there: jobs stay open
        }
        os.environ.update(env)
        settings = read_settings()
        async with open_services(settings) as services:
            async with served(services, settings, fixtures=True) as url:
                good = await conformed(tools, url) and await bundled(tools)
            async with served(services, settings, fixtures=False) as url:
                return await inspected(tools, url, env=env) and good


if __name__ == "__main__":
    sys.exit(0 if anyio.run(main) else 1)
