"""JSON Schemas of an operation's arguments and answer, trimmed for readers who pay by token."""

from typing import Any

from core.operations.operation import Operation

JsonSchema = dict[str, Any]

NESTED = frozenset({"items", "additionalProperties", "not"})
"""Keywords whose value is one schema."""


def input_schema(operation: Operation[Any, Any]) -> JsonSchema:
    """The arguments; closed, so that a wrong name is an error and not ignored."""
    return trimmed(operation.params.model_json_schema(by_alias=True), docs=True)


def output_schema(operation: Operation[Any, Any]) -> JsonSchema:
    return trimmed(operation.result.model_json_schema(mode="serialization"), docs=False)


def trimmed(schema: JsonSchema, *, docs: bool) -> JsonSchema:
    """Without generated titles, without `null` branches where a default says it may be left out.

    With `docs` false descriptions go too: an answer's shape is read by programs.
    """
    node = {
        key: _trimmed_value(key, value, docs=docs)
        for key, value in schema.items()
        if key != "title" and (docs or key != "description")
    }
    return _without_null(node) if docs else node


def _trimmed_value(key: str, value: Any, *, docs: bool) -> Any:
    if key in ("properties", "$defs"):
        # names of fields and definitions stay, `title` among them
        return {name: trimmed(inner, docs=docs) for name, inner in value.items()}
    if key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        return [trimmed(inner, docs=docs) for inner in value]
    return trimmed(value, docs=docs) if key in NESTED and value.__class__ is dict else value


def _without_null(node: JsonSchema) -> JsonSchema:
    branches: list[JsonSchema] = node.get("anyOf", [])
    kept = [branch for branch in branches if branch != {"type": "null"}]
    if len(kept) != 1 or len(kept) == len(branches) or node.get("default", "") is not None:
        return node
    rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
    return kept[0] | rest
