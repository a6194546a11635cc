"""MCP over stdin and stdout, for one user: what a desktop client starts."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import anyio
from mcp.server import MCPServer

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import CoreError, UnavailableError
from core.operations import SCOPES
from core.ports import Services
from mcp_server.callers import Callers
from mcp_server.principals import READING, LocalIdentity
from mcp_server.server import build_server

log = logging.getLogger(__name__)

Background = Callable[[Services], AbstractAsyncContextManager[None]]


def nothing(services: Services) -> AbstractAsyncContextManager[None]:
    """No work beside the server."""
    return nullcontext()


@dataclass(slots=True, kw_only=True, eq=False)
class Attempt:
    """One try at opening the services, and how it ended."""

    settled: anyio.Event = field(default_factory=anyio.Event)
    services: Services | None = None
    error: CoreError | None = None


class Opening:
    """Services that open in the background, so that the handshake need not wait for them.

    Where that fails each later call tries again: the person may have mended the cause meanwhile.
    """

    def __init__(self, settings: Settings, background: Background) -> None:
        self._settings = settings
        self._background = background
        self._attempt = Attempt()
        self._again = anyio.Event()
        self._closing = anyio.Event()

    async def services(self) -> Services:
        """The services once they are open.

        Raises:
            CoreError: They could not be opened; the message says what to do.
        """
        if self._attempt.error is not None:
            self._attempt = Attempt()
            self._again.set()
        attempt = self._attempt
        await attempt.settled.wait()
        if attempt.services is None:
            raise attempt.error or UnavailableError("The service is stopping.")
        return attempt.services

    async def run(self) -> None:
        """Open, stay open until `close`, then close."""
        while not self._closing.is_set():
            await self._try(self._attempt)
            await self._again.wait()
            self._again = anyio.Event()

    async def _try(self, attempt: Attempt) -> None:
        try:
            async with open_services(self._settings) as services:
                attempt.services = services
                attempt.settled.set()
                async with self._background(services):
                    await self._closing.wait()
        except CoreError as error:
            log.error("%s", error.message)
            attempt.error = error
        finally:
            attempt.services = None
            attempt.settled.set()

    def close(self) -> None:
        self._closing.set()
        self._again.set()


def build_stdio_server(
    settings: Settings, background: Background = nothing, *, read_only: bool = False
) -> MCPServer[Any]:
    """A server of its own for the user that the settings name; `background` runs beside it."""
    opening = Opening(settings, background)

    @asynccontextmanager
    async def lifespan(_: MCPServer[Any]) -> AsyncGenerator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opening.run)
            try:
                yield
            finally:
                opening.close()

    scopes = READING if read_only else SCOPES
    identity = LocalIdentity(opening.services, settings.user, scopes=scopes)
    return build_server(Callers(services=opening.services, identity=identity), lifespan=lifespan)


def main(settings: Settings, background: Background = nothing, *, read_only: bool = False) -> None:
    """Serve until stdin ends; a server that only reads has no tool that writes."""
    anyio.run(build_stdio_server(settings, background, read_only=read_only).run_stdio_async)
