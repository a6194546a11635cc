"""Write docs/tools.md from the catalogue of operations; with `--check`, only say if it is stale."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.domain.errors import ErrorCode
from core.operations import CATALOG
from core.operations.operation import Effect, Operation
from http_shim.routes import PREFIX, ROUTES

TARGET = Path(__file__).with_name("tools.md")

INTRODUCTION = """\
# Tools

Written by `make docs` from `core.operations.CATALOG`; `make check` fails when this page is stale.
Edit the operations instead.

Each operation is one MCP tool of the same name, over stdio (`universe mcp`) and over HTTP (`/mcp`
of `universe serve`), and one route of the API. Arguments that are not listed are refused, with the
nearest name that is. Every answer has the same envelope; a tool gives it as structured content and
as compact text:

```json
{"success": true, "data": {}, "message": "…", "next_actions": ["…"], "metadata": {}}
```

`next_actions` names tools that make sense now and `metadata.next_calls` holds them as ready calls.
A failure is a tool result with `isError`, `success: false`, `data: null` and `metadata.error`
(`code`, `field`, `details`); its message says what to do. An unknown tool is the only protocol
error. Over HTTP the status says so too, and the body is `application/problem+json` with the
envelope's keys beside its own; `/openapi.json` describes every route.
"""

EFFECTS: Mapping[Effect, str] = {
    Effect.READ: "reads",
    Effect.WRITE: "writes",
    Effect.DESTROY: "writes and takes away",
}

Json = Mapping[str, Any]


def render() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    yield f"Codes of errors: {', '.join(f'`{code}`' for code in ErrorCode)}."
    yield ""
    yield from _table(
        ("tool", "does", "scope"),
        (
            (f"[{op.name}](#{op.name})", f"{op.title}; {EFFECTS[op.effect]}", f"`{op.scope}`")
            for op in CATALOG
        ),
    )
    shapes: dict[str, Json] = {}
    for operation in CATALOG:
        yield from _operation(operation, shapes)
    yield "## Shapes"
    yield ""
    for name in sorted(shapes):
        yield f"### {name}"
        yield ""
        yield _fields(shapes[name])
        yield ""


def _operation(operation: Operation[Any, Any], shapes: dict[str, Json]) -> Iterator[str]:
    yield f"## {operation.name}"
    yield ""
    yield operation.description
    yield ""
    notes = [f"**{operation.title}** {EFFECTS[operation.effect]}"]
    notes.append("the same call again changes nothing more" if operation.idempotent else "")
    notes.append("may ask a provider of market data" if operation.open_world else "")
    yield "; ".join(note for note in notes if note) + "."
    yield ""
    yield from (f"HTTP: {route}" for route in _routes(operation.name))
    yield ""
    yield from _arguments(operation.params.model_json_schema())
    result: Json = operation.result.model_json_schema(mode="serialization")
    definitions: Mapping[str, Json] = result.get("$defs", {})
    shapes |= {name: node for name, node in definitions.items() if _is_ours(name, node)}
    yield f"`data` is {_type(result['properties']['data'])}."
    yield ""


def _routes(name: str) -> Iterator[str]:
    for route in ROUTES:
        if route.operation.name == name:
            action = f' with `"action": "{route.action}"` in the body' if route.action else ""
            yield f"`{route.method} {PREFIX}{route.path.replace(':path', '')}`{action}"


def _is_ours(name: str, node: Json) -> bool:
    """A shape of data; the envelope's own parts are told in the introduction."""
    return "properties" in node and name not in ("Metadata", "Failure", "NextCall")


def _arguments(schema: Json) -> Iterator[str]:
    required: list[str] = schema.get("required", [])
    properties: Mapping[str, Json] = schema.get("properties", {})
    definitions: Mapping[str, Json] = schema.get("$defs", {})
    yield from _table(
        ("argument", "type", "default", "meaning"),
        (
            (
                f"`{name}`",
                _type(node, definitions),
                "**required**" if name in required else _default(node),
                _meaning(node),
            )
            for name, node in properties.items()
        ),
    )


def _fields(schema: Json) -> str:
    properties: Mapping[str, Json] = schema["properties"]
    return " · ".join(_field(name, node) for name, node in properties.items())


def _field(name: str, node: Json) -> str:
    may_be_null = {"type": "null"} in node.get("anyOf", ())
    meaning = _meaning(node)
    kind = _type(node) + (" or null" if may_be_null else "")
    return f"`{name}` {kind}" + (f" ({meaning})" if meaning else "")


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _default(node: Json) -> str:
    value = node.get("default")
    return "" if value in (None, "") else f"`{json.dumps(value)}`"


def _meaning(node: Json) -> str:
    parts: list[Json] = [node, *node.get("anyOf", ())]
    text = " ".join(next((p["description"] for p in parts if "description" in p), "").split())
    said = ", ".join(limits for part in parts if (limits := _limits(part)))
    return f"{text} ({said})" if text and said else text or said


BOUNDS: tuple[tuple[str, str, str], ...] = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)


def _limits(node: Json) -> str:
    said = [_bound(node.get(low), node.get(high), unit) for low, high, unit in BOUNDS]
    return ", ".join(text for text in said if text)


def _bound(low: float | None, high: float | None, unit: str) -> str:
    match low, high:
        case None, None:
            return ""
        case None, _:
            return f"at most {high:,}{unit}"
        case _, None:
            return f"at least {low:,}{unit}"
        case _:
            return f"{low:,} to {high:,}{unit}"


def _type(node: Json, definitions: Mapping[str, Json] | None = None) -> str:
    """A type in words; a shape is a link to its table."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        inlined = (definitions or {}).get(name)
        return _type(inlined, definitions) if inlined else f"[{name}](#{name.lower()})"
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    branches: list[Json] = [b for b in node.get("anyOf", ()) if b != {"type": "null"}]
    if branches:
        return " or ".join(dict.fromkeys(_type(branch, definitions) for branch in branches))
    return _plain(node, definitions)


def _plain(node: Json, definitions: Mapping[str, Json] | None) -> str:
    if node.get("type") == "array":
        return f"list of {_type(node.get('items', {}), definitions)}"
    inner: object = node.get("additionalProperties")
    if node.get("type") == "object" and isinstance(inner, Mapping):
        return f"object of {_type(node['additionalProperties'], definitions)}"
    return str(node.get("format") or node.get("type", "any"))


def main(arguments: list[str]) -> int:
    """Write the page, or compare it: 1 where it is stale."""
    text = render()
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/tools.md is stale: run `make docs`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
