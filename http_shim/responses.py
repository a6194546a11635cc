"""From an operation's result to an HTTP response: status, headers, and one flat problem body."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from core.domain.errors import CoreError, ErrorCode
from core.domain.rates import Allowance
from core.domain.result import Result, failure
from core.exporting import FORMATS, ExportFormat
from http_shim.requests import MediaTypeError, UnparsableError
from http_shim.routes import ApiRoute

STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.INVALID_INPUT: 422,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.VERSION_CONFLICT: 409,
    ErrorCode.CONFIRMATION_REQUIRED: 409,
    ErrorCode.IDEMPOTENCY_MISMATCH: 422,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
}
RETRY_SECONDS = "5"
MOST_LOSSES = 20
"""Sentences of a loss report that go into a header, as JSON in ASCII."""

PROBLEM = "application/problem+json"
SVG = "image/svg+xml"
Envelope = Result[Any]


def respond(
    request: Request, route: ApiRoute, result: Envelope, *, allowances: Sequence[Allowance] = ()
) -> Response:
    """The response to a result of this route's operation."""
    if not result.success:
        return refusal(request, result, allowances=allowances)
    headers = {"Cache-Control": "private, no-cache", **rate_headers(allowances)}
    status = 200
    if route.is_file:
        return _file(result.model_dump(mode="json")["data"], headers)
    made = getattr(result.data, "id", None)
    if route.created is not None and made is not None:
        status = 201
        headers["Location"] = route.created.format(id=made)
    cursor = result.metadata.next_cursor
    if cursor:
        headers["Link"] = f'<{_with_cursor(request, cursor)}>; rel="next"'
    written = result.written()
    if route.tagged:
        # strong: the version, which If-Match compares, and a digest of what is shown
        headers["ETag"] = f'"{result.metadata.version}.{written.digest}"'
        if _knows(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    if route.is_image and result.data is not None:
        return Response(result.data.svg, headers=headers, media_type=SVG)
    return Response(
        _with_request_id(written.json, result.metadata.request_id),
        status_code=status,
        headers=headers,
        media_type="application/json",
    )


def envelope(request: Request, result: Envelope) -> Response:
    """The response to a call that no operation answers; nobody keeps it."""
    body = result.model_dump(mode="json")
    body["metadata"]["request_id"] = request.state.request_id
    headers = {"Cache-Control": "no-store"}
    return Response(_json(body), headers=headers, media_type="application/json")


def _file(data: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """The file itself; what its format could not carry is told in a header."""
    told = {
        "Content-Disposition": f'attachment; filename="{data["filename"]}"',
        "X-Export-Loss": str(len(data["loss"])),
        "X-Export-Loss-Report": json.dumps(data["loss"][:MOST_LOSSES]),
    }
    return Response(
        data["content"],
        headers={**headers, **told},
        media_type=FORMATS[ExportFormat(data["format"])].media_type,
    )


def refusal(
    request: Request, result: Envelope, *, allowances: Sequence[Allowance] = ()
) -> Response:
    """The response to a call that an operation refused."""
    response = problem(result, status=_failed_status(request, result), instance=request.url.path)
    response.headers.update(rate_headers(allowances))
    return response


def rate_headers(allowances: Sequence[Allowance]) -> dict[str, str]:
    """What is left, as draft-ietf-httpapi-ratelimit-headers-10 says it."""
    if not allowances:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{left.name}";q={left.rate.amount};w={left.rate.seconds}' for left in allowances
        ),
        "RateLimit": ", ".join(
            f'"{left.name}";r={left.remaining};t={left.retry_after}' for left in allowances
        ),
    }


def problem(result: Envelope, *, status: int, instance: str) -> Response:
    """RFC 9457 members and the envelope's keys in one flat body."""
    body = result.model_dump(mode="json")
    error: dict[str, Any] = body["metadata"]["error"]
    details: dict[str, Any] = error.get("details") or {}
    body |= {
        "type": f"urn:universe:error:{error['code']}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": body["message"],
        "instance": instance,
    }
    if "problems" in details:
        body["errors"] = [
            {
                "pointer": f"/{p['field'].replace('.', '/')}",
                "code": error["code"],
                "message": p["problem"],
            }
            for p in details["problems"]
        ]
    headers = {"Cache-Control": "no-store"}
    if status in (429, 503):
        headers["Retry-After"] = str(details.get("retry_after_seconds", RETRY_SECONDS))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(_json(body), status_code=status, headers=headers, media_type=PROBLEM)


def problem_of(error: CoreError, *, instance: str, status: int | None = None) -> Response:
    """The response to a failure before any operation ran."""
    return problem(failure(error), status=status or _status_of(error), instance=instance)


def _status_of(error: CoreError) -> int:
    if isinstance(error, UnparsableError):
        return 400
    if isinstance(error, MediaTypeError):
        return 415
    return STATUS[error.code]


def _failed_status(request: Request, result: Envelope) -> int:
    error = result.metadata.error
    code = error.code if error else ErrorCode.INTERNAL
    if code is ErrorCode.VERSION_CONFLICT and "if-match" in request.headers:
        return 412
    if code is ErrorCode.INVALID_INPUT and error and error.field == "cursor":
        return 400
    return STATUS[code]


def _with_request_id(body: bytes, request_id: str | None) -> bytes:
    """Metadata comes last, so it is put in there: writing the whole again would cost more."""
    before = body.removesuffix(b"}}")
    comma = b"" if before.endswith(b"{") else b","
    return b'%s%s"request_id":"%s"}}' % (before, comma, (request_id or "").encode())


def _knows(request: Request, tag: str) -> bool:
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or tag in [
        part.strip().removeprefix("W/") for part in asked.split(",")
    ]


def _with_cursor(request: Request, cursor: str) -> str:
    query = {**request.query_params, "cursor": cursor}
    return f"{request.url.path}?{urlencode(query)}"


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
