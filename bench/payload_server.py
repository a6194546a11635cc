"""The floor of an answer: a bare SDK server that gives a recorded one. Arguments: file, [port].

Its tool has the recorded tool's output schema too, for clients check every answer against it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp.types import CallToolResult

recorded: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
answer = CallToolResult.model_validate(recorded["answer"])


async def same() -> CallToolResult:
    """Answer what was recorded."""
    return answer


class Recorded(Tool):
    """A tool that does nothing else."""

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> CallToolResult:
        return answer


tool = Recorded(
    fn=same,
    name="same",
    title=None,
    context_kwarg=None,
    annotations=None,
    description="Answer what was recorded.",
    parameters={"type": "object"},
    fn_metadata=FuncMetadata(arg_model=ArgModelBase, output_schema=recorded["schema"]),
    is_async=True,
)
server: MCPServer[Any] = MCPServer("payload", tools=[tool], log_level="WARNING")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        server.run("streamable-http", port=int(sys.argv[2]))
    else:
        server.run()
