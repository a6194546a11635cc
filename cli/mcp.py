"""`universe mcp`: the MCP server on stdin and stdout."""

import gc

from cli.inside import worker_inside
from cli.output import lazily, log_to_stderr
from core.config import read_settings


def run() -> None:
    """Serve MCP on stdin and stdout, for the user that UNIVERSE_USER names."""
    # a start makes a hundred thousand objects that all live on: collecting among them is lost time
    gc.disable()
    settings = read_settings()
    log_to_stderr(settings.log_level)
    door = lazily("mcp_server.stdio")
    gc.freeze()
    gc.enable()
    # clients wait two seconds after they close stdin, then send a signal
    door.main(settings, worker_inside(settings, drain_seconds=1.5))
