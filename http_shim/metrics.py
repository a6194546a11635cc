"""`/metrics`: who may read it, and what is looked up for it."""

import importlib

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.domain.errors import CoreError, ForbiddenError
from core.operations.status import get_status
from core.operations.watching import work_queue_status
from http_shim.endpoints import Authenticate, ServicesSource
from http_shim.responses import problem_of

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def metrics_route(services: ServicesSource, authenticate: Authenticate) -> Route:
    """The page, for whoever may read the status of the service, of which it is the other form."""

    async def metrics(request: Request) -> Response:
        try:
            principal = await authenticate(request)
            if get_status.scope not in principal.scopes:
                raise ForbiddenError(f"Metrics need a token with the scope {get_status.scope!r}.")
            opened = await services()
            work, cached = await work_queue_status(opened), await opened.live.cache_size()
        except CoreError as error:
            return problem_of(error, instance=request.url.path)
        # imported with the first scrape: a start needs none of it
        exposition = await anyio.to_thread.run_sync(importlib.import_module, "http_shim.exposition")
        page: bytes = exposition.page(opened.counters, work, cached=cached)
        return Response(page, headers={"Content-Type": TEXT_FORMAT, "Cache-Control": "no-store"})

    return Route("/metrics", metrics)
