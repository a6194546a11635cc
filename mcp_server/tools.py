"""Operations as MCP tools: nothing about an operation is written a second time."""

from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import PrivateAttr

from core.domain.errors import CoreError
from core.domain.result import failure
from core.operations.operation import Context, Effect, Operation
from mcp_server.schemas import input_schema, output_schema
from mcp_server.text import as_text

AnyOperation = Operation[Any, Any]
Caller = Callable[[McpContext[Any, Any], AnyOperation], Awaitable[Context]]
"""Who calls, resolved from the request; one a server."""


class OperationTool(Tool):
    """A tool that hands its arguments to an operation and its result to the client.

    The SDK's own argument model is not used: the operation checks arguments, so that a mistake
    is answered in the same envelope as every other failure.
    """

    _operation: AnyOperation = PrivateAttr()
    _caller: Caller = PrivateAttr()

    async def run(
        self,
        arguments: dict[str, Any],
        context: McpContext[Any, Any],
        convert_result: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult:
        try:
            caller = await self._caller(context, self._operation)
        except CoreError as error:  # nobody to act for, or nothing to act on: an answer as well
            result = failure(error)
        else:
            result = await self._operation.invoke(caller, arguments)
        structured = result.model_dump(mode="json")
        return CallToolResult(
            content=[TextContent(type="text", text=as_text(structured))],
            structured_content=structured,
            is_error=not result.success,
        )

    @classmethod
    def of(cls, operation: AnyOperation, caller: Caller) -> "OperationTool":
        tool = cls(
            fn=operation.invoke,
            name=operation.name,
            title=operation.title,
            description=operation.description,
            parameters=input_schema(operation),
            fn_metadata=FuncMetadata(
                arg_model=ArgModelBase, output_schema=output_schema(operation)
            ),
            is_async=True,
            context_kwarg=None,
            annotations=annotations(operation),
        )
        tool._operation = operation
        tool._caller = caller
        return tool


def annotations(operation: AnyOperation) -> ToolAnnotations:
    """All four hints, said outright: what is left out counts as destructive and open."""
    return ToolAnnotations(
        title=operation.title,
        read_only_hint=operation.effect is Effect.READ,
        destructive_hint=operation.effect is Effect.DESTROY,
        idempotent_hint=operation.idempotent,
        open_world_hint=operation.open_world,
    )
