"""The HTTP door: health and readiness, with what `cli` mounts beside them."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from core.ports import Services

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_app(
    services: Callable[[], Awaitable[Services]],
    *,
    lifespan: Lifespan,
    allowed_hosts: Sequence[str] = (),
    mounts: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application; `mounts` come last, since a mounted app at `/` takes every path.

    Only the loopback names and `allowed_hosts` are accepted as Host, so that a web page that
    rebinds its own name to this machine gets nothing.
    """

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz(request: Request) -> JSONResponse:
        faults = await (await services()).ready()
        return JSONResponse(
            {"status": "not ready" if faults else "ready", "faults": dict(faults)},
            status_code=503 if faults else 200,
        )

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), *mounts],
        middleware=[
            Middleware(
                TrustedHostMiddleware,
                allowed_hosts=[*LOOPBACK_HOSTS, *allowed_hosts],
                www_redirect=False,
            )
        ],
        lifespan=lifespan,
    )
