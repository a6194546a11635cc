"""Pages for people, from files beside this module: nothing in them is fetched from elsewhere."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FRESH = {"Cache-Control": "no-cache"}
"""A copy is kept and asked about each time: the answer is short, and never an old page."""


class Files(StaticFiles):
    """The files, each to be asked for again by its ETag."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FRESH)
        return response


def page_routes() -> list[BaseRoute]:
    """The dashboard at `/`, the reference of the API at `/docs`, and the files both are made of.

    A state of the dashboard is in the query and the fragment, so every link to one loads `/`.
    """
    files = Files(directory=STATIC)

    def page(name: str) -> Route:
        async def answer(request: Request) -> Response:
            return await files.get_response(name, request.scope)

        return Route("/" if name == "index.html" else f"/{name.removesuffix('.html')}", answer)

    return [page("index.html"), page("docs.html"), Mount("/static", app=files)]
