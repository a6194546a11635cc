"""From an HTTP request to an operation's arguments; everything else is the operation's work."""

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from core.domain.errors import CoreError, InvalidInputError, TooLargeError
from http_shim.routes import ApiRoute

MAX_BODY = 4 * 1024 * 1024
"""Bytes; ten thousand symbols need a twentieth of it."""

WITH_BODY = frozenset({"POST", "PUT"})
OBJECT = TypeAdapter(dict[str, Any])
ETAG = re.compile(r'"(\d+)(?:\.[0-9a-f]+)?"')


class UnparsableError(InvalidInputError):
    """A body that is not JSON; answered with 400."""


class MediaTypeError(CoreError):
    """A body of another type than JSON; answered with 415."""


async def arguments_of(
    request: Request, route: ApiRoute, *, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Path, query or body, and the two headers that are arguments in disguise.

    `body` is given where it was read before, to find out which operation is meant.

    Raises:
        CoreError: The request cannot be read as arguments.
    """
    _refuse_repeats(request)
    if request.method in WITH_BODY:
        if request.query_params:
            raise InvalidInputError(
                "Arguments of this method belong in the JSON body, not in the query string.",
                field=next(iter(request.query_params)),
            )
        given = await read_body(request) if body is None else dict(body)
    else:
        given = dict[str, Any](request.query_params)
    for name in route.not_here & given.keys():
        raise InvalidInputError(f"{name} is not an argument of this method.", field=name)
    if route.action is not None:
        given.pop("action", None)
    _take_header(request, given, header="idempotency-key", name="idempotency_key", route=route)
    if (
        etag := request.headers.get("if-match")
    ) and "expected_version" in route.operation.params.model_fields:
        given["expected_version"] = version_of(etag)
    for name, value in request.path_params.items():
        if name in given:
            raise InvalidInputError(f"{name} is in the path; do not repeat it.", field=name)
        given[name] = value
    return given


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object.

    Raises:
        TooLargeError: It is longer than `MAX_BODY`.
        MediaTypeError: It is not said to be JSON.
        UnparsableError: It is not a JSON object.
    """
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLargeError(
                f"The body is larger than {MAX_BODY // 1024 // 1024} MiB. Send it in parts."
            )
        parts.append(chunk)
    if not size:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise MediaTypeError("Send the body as JSON, with Content-Type: application/json.")
    try:
        return OBJECT.validate_python(json.loads(b"".join(parts), parse_constant=_no_constant))
    except (ValueError, RecursionError, ValidationError) as error:
        raise UnparsableError("The body is not a JSON object in UTF-8.") from error


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _refuse_repeats(request: Request) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInputError(f"{name} is given more than once.", field=name)


def _take_header(
    request: Request, given: dict[str, Any], *, header: str, name: str, route: ApiRoute
) -> None:
    value = request.headers.get(header)
    if value is None or name not in route.operation.params.model_fields:
        return
    if name in given and given[name] != value:
        raise InvalidInputError(
            f"{name} in the body and the {header} header differ; send one of them.", field=name
        )
    given[name] = value


def version_of(etag: str) -> int | None:
    """The version an If-Match asks for; `*` asks for any.

    Raises:
        InvalidInputError: It is not an ETag of ours.
    """
    if etag.strip() == "*":
        return None
    match = ETAG.fullmatch(etag.strip())
    if match is None:
        raise InvalidInputError(
            'If-Match takes the ETag of the universe as GET gave it, like "3.1f2e", or *.',
            field="if-match",
        )
    return int(match[1])
