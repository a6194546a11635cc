"""The floor: a bare SDK server with one tool that does nothing."""

from mcp.server import MCPServer
from pydantic import BaseModel


class Answer(BaseModel):
    success: bool
    message: str


server = MCPServer("noop", log_level="WARNING")


@server.tool()
async def noop() -> Answer:
    """Do nothing."""
    return Answer(success=True, message="")


if __name__ == "__main__":
    server.run()
