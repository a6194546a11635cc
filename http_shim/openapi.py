"""OpenAPI 3.1, generated from the routes and the models behind them."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from core.domain.result import Failure, NextCall
from core.exporting import FORMATS
from core.operations.operation import Params
from http_shim.openapi_sessions import SESSION_SCHEME, session_path
from http_shim.requests import WITH_BODY
from http_shim.responses import PROBLEM, SVG
from http_shim.routes import PAGE_LIMIT, PREFIX, ROUTES, ApiRoute
from http_shim.sessions import PATH as SESSION

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
REFERENCE = re.compile(r'("#/components/schemas/)([^"]+)"')
CONVERTER = re.compile(r":\w+(?=})")
GUARD = Params.model_config.get("str_max_length")
IN_PATH = re.compile(r"{(\w+)(?::\w+)?}")


IN_HEADERS: Json = {
    "idempotency_key": {
        "name": "Idempotency-Key",
        "description": "Your own key: the same call with the same key is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    },
    "expected_version": {
        "name": "If-Match",
        "description": "The ETag of the universe as GET gave it: refuse if it has changed since.",
        "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}(\.[0-9a-f]{1,64})?")$'},
    },
}
"""Arguments that HTTP has a header for."""

DESCRIPTION = """\
Named, owned, versioned lists of financial assets.

Every answer is the same envelope; a failure is also an RFC 9457 problem. A list has
`metadata.next_cursor` and a `Link` to the next page. `RateLimit` and `RateLimit-Policy` tell what
is left of a caller's rates.

Two routes are streams (`text/event-stream`) and not described below.
`GET /api/v1/jobs/{job_id}/events` sends `job` at each change and `end` at the end, and goes on
after `Last-Event-ID`. `GET /api/v1/events` sends `ready`, then `job`, `universe` and `deleted` for
everything of the caller's; whatever was read before `ready` is to be read again.
"""


class ProblemMetadata(BaseModel):
    request_id: str | None = None
    error: Failure
    next_calls: list[NextCall] = []


class Problem(BaseModel):
    """RFC 9457 members and the envelope's keys in one flat body."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    success: bool
    data: None
    message: str
    next_actions: list[str]
    metadata: ProblemMetadata
    errors: list[Json] = []


@cache
def openapi_document(*, needs_token: bool = False) -> Json:
    """The document of this version; the same in every process."""
    answers: list[type[BaseModel]] = [Problem, *(route.operation.result for route in ROUTES)]
    definitions: Json = {}
    shapes = {model: _schema(model, "serialization", definitions) for model in answers}
    paths: Json = {}
    for route in ROUTES:
        path: Json = paths.setdefault(PREFIX + CONVERTER.sub("", route.path), {})
        known: Json | None = path.get(route.method.lower())
        if known is None:
            path[route.method.lower()] = _operation(route, shapes, definitions)
        else:
            _add_action(known, route, definitions)
    paths[PREFIX + SESSION] = session_path(
        lambda model: _schema(model, "serialization", definitions), problem=shapes[Problem]
    )
    _name_once(paths)
    secured: Json = {"security": [{"token": []}, {"session": []}]} if needs_token else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Universe service",
            "version": version("universe-service"),
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        **secured,
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": SESSION_SCHEME,
            },
        },
    }


def _name_once(paths: Json) -> None:
    """An operation that answers two methods gives its name to the first: names are unique."""
    seen: set[str] = set()
    for described in (operation for path in paths.values() for operation in path.values()):
        name: str = described["operationId"]
        if name in seen:
            del described["operationId"]
        seen.add(name)


def _schema(model: type[BaseModel], mode: JsonSchemaMode, definitions: Json) -> Json:
    """The model's schema; what it refers to goes to the shared definitions."""
    schema = model.model_json_schema(mode=mode, ref_template=REF)
    inner: Json = schema.pop("$defs", {})
    definitions.update({_plain(name): _renamed(inner[name]) for name in inner})
    return _renamed(schema)


def _plain(name: str) -> str:
    """A component name may hold letters, digits, dots, dashes and underscores only."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")


def _renamed(node: Any) -> Any:
    """With plain names, and without the length that only keeps a caller from filling memory."""
    text = json.dumps(node).replace(f'"maxLength": {GUARD}, ', "")
    return json.loads(REFERENCE.sub(lambda m: f'{m[1]}{_plain(m[2])}"', text))


def _operation(route: ApiRoute, shapes: Mapping[type[BaseModel], Json], defs: Json) -> Json:
    operation = route.operation
    documented: Json = {
        "operationId": operation.name,
        "summary": operation.title,
        "description": operation.description,
        "responses": {
            "201" if route.created else "200": {
                "description": "Done.",
                "content": _content(route, shapes),
            },
            "default": {
                "description": "Not done; the message says what to do next.",
                "content": {PROBLEM: {"schema": shapes[Problem]}},
            },
        },
    }
    if route.created and "dry_run" in operation.params.model_fields:
        documented["responses"]["200"] = {
            "description": "What would happen; nothing was changed.",
            "content": _envelope(shapes[operation.result]),
        }
    if route.tagged:
        documented["responses"]["304"] = {"description": "Unchanged since the ETag given."}
    parameters = list(_parameters(route, defs))
    if parameters:
        documented["parameters"] = parameters
    if route.method in WITH_BODY:
        body = _body(route, defs)
        documented["requestBody"] = {
            "required": bool(body.get("required")),
            "content": {"application/json": {"schema": body}},
        }
    return documented


def _envelope(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _content(route: ApiRoute, shapes: Mapping[type[BaseModel], Json]) -> Json:
    if route.is_image:
        return {SVG: {"schema": {"type": "string"}}}
    return _files() if route.is_file else _envelope(shapes[route.operation.result])


def _files() -> Json:
    """The formats of interchange, each as itself."""
    types = {form.media_type for form in FORMATS.values()}
    return {
        name: {} if name == "application/json" else {"schema": {"type": "string"}}
        for name in sorted(types)
    }


def _add_action(known: Json, route: ApiRoute, defs: Json) -> None:
    """A second operation on the same path: the body's `action` tells them apart."""
    content: Json = known["requestBody"]["content"]["application/json"]
    content["schema"] = {"oneOf": [content["schema"], _body(route, defs)]}
    known["description"] += f"\n\nWith action {route.action!r}: {route.operation.description}"


def _arguments(route: ApiRoute, defs: Json) -> Json:
    """The schema of the arguments, whose pages are as long as this door gives them."""
    schema = _schema(route.operation.params, "validation", defs)
    properties: Json = schema["properties"]
    if "limit" in properties and "view" not in properties:
        properties["limit"]["maximum"] = PAGE_LIMIT
    return schema


def _parameters(route: ApiRoute, defs: Json) -> Iterator[Json]:
    schema = _arguments(route, defs)
    properties: Json = schema["properties"]
    in_path = set(IN_PATH.findall(route.path))
    for name, described in properties.items():
        if name in in_path:
            yield {"name": name, "in": "path", "required": True, "schema": described}
        elif route.method not in WITH_BODY and name not in route.not_here:
            required = name in schema.get("required", ())
            yield {"name": name, "in": "query", "required": required, "schema": described}
    for name, header in IN_HEADERS.items():
        if name in properties:
            yield {"in": "header", **header}


def _body(route: ApiRoute, defs: Json) -> Json:
    """The arguments without those told elsewhere, with the action that picks the operation."""
    schema = _arguments(route, defs)
    elsewhere = {*IN_PATH.findall(route.path), "idempotency_key"}
    properties = {k: v for k, v in schema["properties"].items() if k not in elsewhere}
    required = [name for name in schema.get("required", ()) if name not in elsewhere]
    if route.action is not None:
        properties = {"action": {"const": route.action}, **properties}
        required = ["action", *required]
    return schema | {"properties": properties, "required": required}
