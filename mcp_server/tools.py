"""Operations as MCP tools: nothing about an operation is written a second time."""

from dataclasses import replace
from typing import Any

from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import PrivateAttr

from core.domain.errors import CoreError
from core.domain.result import failure
from core.operations.operation import Effect, Operation
from mcp_server.answers import called, fitted
from mcp_server.callers import Callers
from mcp_server.progress import reporting
from mcp_server.questions import agreed
from mcp_server.schemas import input_schema, output_schema

AnyOperation = Operation[Any, Any]


class OperationTool(Tool):
    """A tool that hands its arguments to an operation and its result to the client.

    The SDK's own argument model is not used: the operation checks arguments, so that a mistake
    is answered in the same envelope as every other failure.
    """

    _operation: AnyOperation = PrivateAttr()
    _callers: Callers = PrivateAttr()

    async def run(
        self,
        arguments: dict[str, Any],
        context: McpContext[Any, Any],
        convert_result: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult | InputRequiredResult:
        try:
            caller = await self._callers.context(
                context.request_context.session, tool=self._operation.name
            )
            call = await agreed(context, self._operation, caller, arguments)
        except CoreError as error:  # nobody to act for, nothing to act on, or a no: answers as well
            return called(failure(error))
        if isinstance(call, InputRequiredResult):
            return call
        async with reporting(context) as tell:
            return await fitted(self._operation, replace(call.caller, tell=tell), call.arguments)

    @classmethod
    def of(
        cls, operation: AnyOperation, callers: Callers, *, meta: dict[str, Any] | None = None
    ) -> "OperationTool":
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
            meta=meta,
        )
        tool._operation = operation
        tool._callers = callers
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
