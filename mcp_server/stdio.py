"""MCP over stdin and stdout, for one user: what a desktop client starts."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.server import MCPServer

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import CoreError, UnavailableError
from core.ports import Services
from mcp_server.principals import local_principal
from mcp_server.server import build_server

log = logging.getLogger(__name__)


class Opening:
    """Services that open in the background, so that the handshake need not wait for them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._done = anyio.Event()
        self._closing = anyio.Event()
        self._services: Services | None = None
        self._error: CoreError | None = None

    async def services(self) -> Services:
        """The services once they are open.

        Raises:
            CoreError: They could not be opened; the message says what to do.
        """
        await self._done.wait()
        if self._services is None:
            raise self._error or UnavailableError("The service did not start.")
        return self._services

    async def run(self) -> None:
        """Open, stay open until `close`, then close."""
        try:
            async with open_services(self._settings) as services:
                self._services = services
                self._done.set()
                await self._closing.wait()
        except CoreError as error:
            log.error("%s", error.message)
            self._error = error
        finally:
            self._services = None
            self._done.set()

    def close(self) -> None:
        self._closing.set()


def build_stdio_server(settings: Settings) -> MCPServer[Any]:
    """A server of its own for the user that the settings name."""
    opening = Opening(settings)

    @asynccontextmanager
    async def lifespan(_: MCPServer[Any]) -> AsyncGenerator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opening.run)
            try:
                yield
            finally:
                opening.close()

    return build_server(
        opening.services, local_principal(opening.services, settings.user), lifespan=lifespan
    )


def main(settings: Settings) -> None:
    """Serve until stdin ends."""
    anyio.run(build_stdio_server(settings).run_stdio_async)
