"""`universe serve`: everything over HTTP, in one process."""

from typing import Annotated

import typer

from cli.output import lazily
from core.config import LOOPBACK, read_settings
from core.domain.errors import InvalidInputError


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks one.")] = 8000,
) -> None:
    """Serve the API, /docs and /mcp over HTTP."""
    settings = read_settings()
    if host not in LOOPBACK and settings.auth == "none":
        raise InvalidInputError(
            f"{host} is not a loopback address, and nobody has to prove who they are: whoever"
            " reaches the port could read and change everything. Set UNIVERSE_AUTH=token and make"
            " tokens with `universe token create`, or listen on 127.0.0.1.",
            field="host",
        )
    lazily("cli.logs").log_as_json(settings.log_level)
    lazily("cli.serving").serve(settings, host=host, port=port)
