"""The cookie of a browser session: out of reach of scripts, other sites and other hosts."""

from starlette.requests import Request
from starlette.responses import Response

from http_shim.hosts import LOOPBACK, host_name

NAME = "universe_session"
HOST_NAME = f"__Host-{NAME}"
"""Browsers take a cookie of this name over TLS only, and from this very host."""


def session_secret(request: Request) -> str | None:
    """The secret that the request's cookie carries."""
    return request.cookies.get(_name(request))


def give_cookie(request: Request, response: Response, secret: str, *, seconds: int) -> None:
    """Sign the browser in."""
    name = _name(request)
    response.set_cookie(
        name,
        secret,
        max_age=seconds,
        path="/",
        secure=name == HOST_NAME,
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Sign the browser out."""
    give_cookie(request, response, "", seconds=0)


def _name(request: Request) -> str:
    """A plain name on this machine without TLS; a proxy may speak TLS for any other host."""
    local = host_name(request.headers.get("host", "")) in LOOPBACK
    return NAME if local and request.url.scheme == "http" else HOST_NAME
