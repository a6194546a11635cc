"""MCP over streamable HTTP, to be mounted in the HTTP door's application."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def mcp_app(server: MCPServer[Any], *, allowed_hosts: Sequence[str] = ()) -> Starlette:
    """The ASGI application that answers at `/mcp`; enter `serving` in the parent's lifespan."""
    names = [*LOOPBACK, *allowed_hosts]
    ported = [form for name in names for form in (name, f"{name}:*")]
    return server.streamable_http_app(
        transport_security=TransportSecuritySettings(
            allowed_hosts=ported,
            allowed_origins=[
                f"{scheme}://{host}" for host in ported for scheme in ("http", "https")
            ],
        )
    )


@asynccontextmanager
async def serving(server: MCPServer[Any]) -> AsyncGenerator[None]:
    """Sessions live as long as this: a mounted application's own lifespan never runs."""
    async with server.session_manager.run():
        yield
