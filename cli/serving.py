"""One process that is all doors: the HTTP application with the MCP server mounted."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import UnavailableError
from core.ports import Services
from http_shim.app import build_app
from mcp_server.http import mcp_app, serving
from mcp_server.principals import local_principal
from mcp_server.server import build_server


def application(settings: Settings) -> Starlette:
    """The whole service as one ASGI application."""
    opened: list[Services] = []
    hosts = [host for part in settings.allowed_hosts.split(",") if (host := part.strip())]

    async def services() -> Services:
        if not opened:
            raise UnavailableError("The service is starting or stopping; try again in a second.")
        return opened[0]

    server = build_server(services, local_principal(services, settings.user))
    mcp = mcp_app(server, allowed_hosts=hosts)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            opened.append(await stack.enter_async_context(open_services(settings)))
            await stack.enter_async_context(serving(server))
            yield
        opened.clear()

    return build_app(services, lifespan=lifespan, allowed_hosts=hosts, mounts=[Mount("/", app=mcp)])


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Listen until a signal says stop."""
    uvicorn.run(
        application(settings),
        host=host,
        port=port,
        log_level=settings.log_level.lower(),
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
