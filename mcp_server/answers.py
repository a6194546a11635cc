"""Answers as tools give them: text and structure, and never more than a context can hold."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from mcp.types import CallToolResult, ContentBlock, ResourceLink, TextContent

from core.domain.result import NextCall, Result
from core.operations.exports import ExportShape, export_universe
from core.operations.operation import Context, Operation
from core.operations.validations import ValidationList, validate_symbols
from mcp_server.text import as_text

MOST_CHARACTERS = 90_000
"""Of text and structure together: 22,500 tokens of four characters, which leaves room for both
ways in which JSON is written."""

SHORT_TEXT = 4_000
"""The structure is up to ten times as long as the text."""

Arguments = Mapping[str, Any]
AnyOperation = Operation[Any, Any]


def called(result: Result[Any], *links: ResourceLink) -> CallToolResult:
    """The envelope in both forms; either alone is enough."""
    structured = result.model_dump(mode="json")
    content: list[ContentBlock] = [TextContent(type="text", text=as_text(structured)), *links]
    return CallToolResult(
        content=content, structured_content=structured, is_error=not result.success
    )


async def fitted(operation: AnyOperation, ctx: Context, arguments: Arguments) -> CallToolResult:
    """The operation's answer; where it is too long, less of it and how to get the rest."""
    result = await operation.invoke(ctx, arguments)
    answer = called(result)
    if size_of(answer) <= MOST_CHARACTERS or result.data is None:
        return answer
    if operation is export_universe:
        return _linked(result, result.data, arguments)
    if operation is validate_symbols:
        return _first_results(result, result.data, arguments)
    return await _shorter_page(operation, ctx, arguments, answer)


def size_of(answer: CallToolResult) -> int:
    """Characters of both forms, as JSON carries them; a short text is never of a long answer."""
    text = sum(len(block.text) for block in answer.content if isinstance(block, TextContent))
    if text < SHORT_TEXT:
        return text
    return len(answer.model_dump_json(by_alias=True, exclude_none=True))


async def _shorter_page(
    operation: AnyOperation, ctx: Context, arguments: Arguments, answer: CallToolResult
) -> CallToolResult:
    """The same question for fewer rows a page; its cursor goes on where this page ends."""
    again = {name: value for name, value in arguments.items() if name != "action"}
    limit = int(operation.params.model_validate(again).model_dump().get("limit") or 0)
    while limit > 1 and size_of(answer) > MOST_CHARACTERS:
        limit = max(1, min(limit - 1, int(limit * 0.9 * MOST_CHARACTERS / size_of(answer))))
        result = await operation.invoke(ctx, {**again, "limit": limit})
        note = f"Pages of more than {limit} rows are too long here; page on with the cursor."
        answer = called(_with_notes(result, note))
    return answer


def _first_results(
    result: Result[Any], data: ValidationList, arguments: Arguments
) -> CallToolResult:
    """As many results as fit, and a ready call for the others: what was found of them is kept."""
    typed, kept = validate_symbols.parse(arguments).symbols, len(data.results)
    answer = called(result)
    while size_of(answer) > MOST_CHARACTERS and kept > 1:
        kept = max(1, min(kept - 1, int(kept * 0.95 * MOST_CHARACTERS / size_of(answer))))
        rest = NextCall(tool="validate_symbols", arguments={**arguments, "symbols": typed[kept:]})
        metadata = result.metadata.model_copy(update={"truncated": True, "next_calls": (rest,)})
        shorter = data.model_copy(update={"results": data.results[:kept]})
        note = f"These are the first {kept} results; the ready call has the other symbols."
        answer = called(
            _with_notes(result.model_copy(update={"data": shorter, "metadata": metadata}), note)
        )
    return answer


def _linked(result: Result[Any], file: ExportShape, arguments: Arguments) -> CallToolResult:
    """The file under an address, which hosts fetch without spending the model's context."""
    asked = {name: str(arguments[name]) for name in ("notation", "as_of") if arguments.get(name)}
    query = f"?{urlencode(asked)}" if asked else ""
    uri = f"export://{arguments['universe_id']}/{file.format}{query}"
    size = len(file.content)
    note = (
        f"The file has {size} characters, too many for an answer: read the resource {uri}, or the"
        " list page by page with get_universe."
    )
    data = file.model_copy(update={"content": "", "resource_uri": uri})
    link = ResourceLink(
        type="resource_link", uri=uri, name=file.filename, mime_type="text/plain", size=size
    )
    return called(_with_notes(result.model_copy(update={"data": data}), note), link)


def _with_notes(result: Result[Any], *notes: str) -> Result[Any]:
    metadata = result.metadata.model_copy(update={"notes": (*notes, *result.metadata.notes)})
    return result.model_copy(update={"metadata": metadata})
