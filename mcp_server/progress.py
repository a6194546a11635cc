"""Progress of a call while its client waits."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.server.mcpserver import Context as McpContext

from core.operations.operation import Report

TICK_SECONDS = 0.9
"""Something is said at least once a second, so that a host sees the call is alive."""

LEAST = 0.001
"""By how much a number rises where nothing else rose."""


class Reporter:
    """Tells how far a call is: at each change, and once a second between them.

    The protocol wants each number to be higher than the last, so a part of one that grows with
    time is added to what is done, and a call that turns to smaller things does not count back.
    """

    def __init__(self, ctx: McpContext[Any, Any]) -> None:
        self._ctx = ctx
        self._began = time.monotonic()
        self._last = 0.0
        self._done, self._total = 0, 0

    async def report(self, done: int, total: int) -> None:
        self._done, self._total = done, total
        await self._tell()

    async def tick(self) -> None:
        while True:
            await anyio.sleep(TICK_SECONDS)
            await self._tell()

    async def _tell(self) -> None:
        waited = time.monotonic() - self._began
        self._last = max(self._last + LEAST, self._done + waited / (1 + waited))
        said = f"{self._done} of {self._total} settled." if self._total else "Working."
        total = max(self._total + 1.0, self._last) if self._total else None
        await self._ctx.report_progress(self._last, total, said)


@asynccontextmanager
async def reporting(ctx: McpContext[Any, Any]) -> AsyncGenerator[Report]:
    """What an operation reports to; a client that did not ask for progress hears nothing."""
    reporter = Reporter(ctx)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reporter.tick)
        yield reporter.report
        tasks.cancel_scope.cancel()
