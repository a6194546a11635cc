"""What every request passes, as plain ASGI so that streams stay streams."""

import logging
import re
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.errors import CoreError, ForbiddenError, InvalidInputError, NotFoundError
from http_shim.cookies import HOST_NAME, NAME
from http_shim.hosts import LOOPBACK, host_name
from http_shim.responses import problem_of

log = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_PAGES = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
}


def _security(path: str) -> Mapping[str, str]:
    # A script or style obeys the headers of the page that loads it; of its own, those would be
    # half of what the page's sixty files put on the wire in headers.
    is_part = path.startswith("/static/") and path.endswith((".js", ".css"))
    return SECURITY if is_part else SECURITY | FOR_PAGES


class UnknownHostError(InvalidInputError):
    """A request for a host that is not this service; answered with 400."""


class Edge:
    """Request ids, security headers, and who may ask at all: Host, Origin, Fetch-Metadata.

    A page of another site can make a browser send requests here. It cannot forge the Host,
    Origin and Sec-Fetch-Site headers, so those decide, whatever the credentials. Who brings a
    session's cookie must send one of the latter two, as every browser does.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset([*LOOPBACK, *allowed_hosts])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                marked = MutableHeaders(scope=message)
                marked["X-Request-ID"] = request_id
                for name, value in _security(scope["path"]).items():
                    marked.setdefault(name, value)
            await send(message)

        try:
            self._check(scope, headers)
            _without_last_slash(scope)
            await self._app(scope, receive, send_marked)
        except CoreError as error:  # refused, or a mounted door could not find out who calls
            if not status:
                code = 400 if isinstance(error, UnknownHostError) else None
                refusal = problem_of(error, instance=scope["path"], status=code)
                await refusal(scope, receive, send_marked)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        log.info(
            "%s %s %s",
            scope["method"],
            scope["path"],
            status,
            extra={"status": status, "milliseconds": milliseconds, "request_id": request_id},
        )

    def _check(self, scope: Scope, headers: Headers) -> None:
        if host_name(headers.get("host", "")) not in self._hosts:
            raise UnknownHostError(
                "This Host is not served here. Use the address the service listens on, or add the"
                " name to UNIVERSE_ALLOWED_HOSTS.",
                field="host",
            )
        if scope["method"] in SAFE or headers.get("authorization", "").startswith("Bearer "):
            return
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        foreign = site not in (None, "same-origin", "none")
        if site is None and origin is not None:
            foreign = urlsplit(origin).netloc != headers.get("host")
        if foreign:
            raise ForbiddenError(
                "A page of another site asked for this, so nothing was done. Call from the"
                " service's own pages, or from a program with a token."
            )
        if site is None and origin is None and _has_session(headers):
            raise ForbiddenError(
                "A session's cookie came without Sec-Fetch-Site and without Origin, one of which a"
                " browser sends, so nothing was done. From a program send a token instead:"
                " `Authorization: Bearer …`."
            )


def _has_session(headers: Headers) -> bool:
    sent = cookie_parser(headers.get("cookie", ""))
    return NAME in sent or HOST_NAME in sent


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def _without_last_slash(scope: Scope) -> None:
    """`/api/v1/universes/` is `/api/v1/universes`: a redirect would lose the body of a POST."""
    path: str = scope["path"]
    if path.startswith("/api/") and path.endswith("/"):
        scope["path"] = path.rstrip("/")


def plain_problem(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses (no such path, no such method), in our words."""
    status: int = getattr(error, "status_code", 500)
    if status == 405:
        allowed: dict[str, str] = dict(getattr(error, "headers", None) or {})
        response = problem_of(
            InvalidInputError(
                f"{request.method} is not answered here. Allowed: {allowed.get('Allow', 'GET')}."
            ),
            instance=request.url.path,
            status=405,
        )
        response.headers["Allow"] = allowed.get("Allow", "GET")
        return response
    return problem_of(
        NotFoundError("There is nothing at this path. The routes are in /openapi.json."),
        instance=request.url.path,
        status=status,
    )
