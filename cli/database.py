"""`universe db`: the schema."""

from typing import Annotated

import typer

from cli.output import give, lazily, say
from core.config import read_settings

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """The database's schema."""


@app.command()
def upgrade(json: Annotated[bool, typer.Option("--json", help="Result as JSON.")] = False) -> None:
    """Bring the database to the newest schema, as UNIVERSE_MIGRATION_DATABASE_URL's owner."""
    revision = lazily("core.bootstrap").upgrade_from_settings(read_settings())
    say(f"The database is at schema {revision}.")
    if json:
        give({"revision": revision})
