"""The floor of an answer: a bare SDK server that gives a recorded one. Arguments: file, [port]."""

import sys
from pathlib import Path

from mcp.server import MCPServer
from mcp.types import CallToolResult

server = MCPServer("payload", log_level="WARNING")
recorded = CallToolResult.model_validate_json(Path(sys.argv[1]).read_text())


@server.tool()
async def same() -> CallToolResult:
    """Answer what was recorded."""
    return recorded


if __name__ == "__main__":
    if len(sys.argv) > 2:
        server.run("streamable-http", port=int(sys.argv[2]))
    else:
        server.run()
