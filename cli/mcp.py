"""`universe mcp`: the MCP server on stdin and stdout."""

from cli.inside import worker_inside
from cli.output import lazily, log_to_stderr
from core.config import read_settings


def run() -> None:
    """Serve MCP on stdin and stdout, for the user that UNIVERSE_USER names."""
    settings = read_settings()
    log_to_stderr(settings.log_level)
    # clients wait two seconds after they close stdin, then send a signal
    lazily("mcp_server.stdio").main(settings, worker_inside(settings, drain_seconds=1.5))
