"""The HTTP door: the API of the catalogue, health, and what `cli` mounts beside them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from core.operations.watching import readiness
from http_shim.attempts import FailedAttempts
from http_shim.endpoints import Authenticate, ServicesSource, api_routes
from http_shim.metrics import metrics_route
from http_shim.middleware import Edge, plain_problem
from http_shim.openapi import openapi_document
from http_shim.pages import page_routes
from http_shim.routes import PREFIX
from http_shim.sessions import session_routes
from http_shim.streams import stream_routes

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_app(
    services: ServicesSource,
    authenticate: Authenticate,
    *,
    lifespan: Lifespan,
    needs_token: bool = False,
    allowed_hosts: Sequence[str] = (),
    mounts: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application; `mounts` are routes of other doors that share the port.

    `needs_token` is what the document of the API says; `authenticate` is what decides.

    Only the loopback names and `allowed_hosts` are accepted as Host, so that a web page that
    rebinds its own name to this machine gets nothing.
    """

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz(request: Request) -> JSONResponse:
        found = await readiness(await services())
        poorer = "degraded" if found.degraded else "ready"
        return JSONResponse(
            {
                "status": "not ready" if found.faults else poorer,
                "faults": dict(found.faults),
                "degraded": list(found.degraded),
                "providers": [
                    {
                        "name": provider.name,
                        "breaker": provider.breaker,
                        "last_error": provider.last_error,
                        "last_error_at": provider.last_error_at
                        and provider.last_error_at.isoformat(),
                    }
                    for provider in found.providers
                ],
            },
            status_code=503 if found.faults else 200,
        )

    async def openapi(request: Request) -> JSONResponse:
        return JSONResponse(openapi_document(needs_token=needs_token))

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            metrics_route(services, authenticate),
            Route("/openapi.json", openapi),
            *page_routes(),
            Mount(
                PREFIX,
                routes=[
                    *session_routes(services, authenticate, needs_token=needs_token),
                    *stream_routes(services, authenticate),
                    *api_routes(services, authenticate),
                ],
            ),
            *mounts,
        ],
        middleware=[
            Middleware(Edge, allowed_hosts=allowed_hosts),
            Middleware(FailedAttempts, services=services),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={HTTPException: plain_problem},
        lifespan=lifespan,
    )
