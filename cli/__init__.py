"""The `universe` command: composes the doors, with no logic of its own."""

import sys

import typer

from cli import catalog, database, demo, doctor, mcp, serve, token, worker
from cli.output import say_error
from core.domain.errors import CoreError

app = typer.Typer(
    name="universe",
    help="Named, owned, versioned lists of financial assets, for agents, people and programs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("mcp")(mcp.run)
app.command("serve")(serve.run)
app.command("worker")(worker.run)
app.command("doctor")(doctor.run)
app.command("demo")(demo.run)
app.add_typer(database.app, name="db")
app.add_typer(catalog.app, name="catalog")
app.add_typer(token.app, name="token")


def main() -> None:
    """Run the command; an expected failure is one sentence and exit code 1."""
    try:
        app()
    except CoreError as error:
        say_error(error.message)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
