"""`universe mcp`: the MCP server on stdin and stdout."""

from cli.output import lazily, log_to_stderr
from core.config import read_settings


def run() -> None:
    """Serve MCP on stdin and stdout, for the user that UNIVERSE_USER names."""
    settings = read_settings()
    log_to_stderr(settings.log_level)
    lazily("mcp_server.stdio").main(settings)
