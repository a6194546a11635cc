"""Pages for people, from files beside this module: nothing in them is fetched from elsewhere."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"


def page_routes() -> list[BaseRoute]:
    """The reference of the API at `/docs`, and the files it is made of."""

    async def docs(request: Request) -> FileResponse:
        return FileResponse(STATIC / "docs.html", headers={"Cache-Control": "no-cache"})

    async def dashboard(request: Request) -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    return [
        Route("/", dashboard),
        Route("/docs", docs),
        Mount("/static", app=StaticFiles(directory=STATIC)),
    ]
