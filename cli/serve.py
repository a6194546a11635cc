"""`universe serve`: everything over HTTP, in one process."""

from typing import Annotated

import typer

from cli.output import lazily, log_to_stderr
from core.config import read_settings
from core.domain.errors import InvalidInputError

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks one.")] = 8000,
) -> None:
    """Serve /mcp, /healthz and /readyz over HTTP."""
    if host not in LOOPBACK:
        raise InvalidInputError(
            f"{host} is not a loopback address, and there is no authentication yet: whoever reaches"
            " the port could read and change everything. Listen on 127.0.0.1.",
            field="host",
        )
    settings = read_settings()
    log_to_stderr(settings.log_level)
    lazily("cli.serving").serve(settings, host=host, port=port)
