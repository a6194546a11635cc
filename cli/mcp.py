"""`universe mcp`: the MCP server on stdin and stdout."""

import gc
from typing import Annotated

import typer

from cli.hosts import HOSTS, snippet
from cli.inside import worker_inside
from cli.output import lazily, log_to_stderr
from core.config import read_settings


def run(
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Offer no tool that writes.")
    ] = False,
    print_config: Annotated[
        str,
        typer.Option(
            metavar="HOST", help=f"Print what a host's configuration needs: {', '.join(HOSTS)}."
        ),
    ] = "",
) -> None:
    """Serve MCP on stdin and stdout, for the user that UNIVERSE_USER names."""
    if print_config:
        typer.echo(snippet(print_config, read_only=read_only))
        return
    # a start makes a hundred thousand objects that all live on: collecting among them is lost time
    gc.disable()
    settings = read_settings()
    log_to_stderr(settings.log_level)
    door = lazily("mcp_server.stdio")
    gc.freeze()
    gc.enable()
    # clients wait two seconds after they close stdin, then send a signal
    door.main(settings, worker_inside(settings, drain_seconds=1.5), read_only=read_only)
