"""`universe token`: API tokens of users."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from cli.output import give, lazily, say
from core.config import read_settings
from core.domain.errors import NotFoundError
from core.domain.tokens import expiry

app = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)

User = Annotated[str, typer.Option("--user", help="Whose token it is.")]


@app.command()
def create(
    user: User,
    scopes: Annotated[
        str, typer.Option(help="Comma-separated; default: all.", show_default=False)
    ] = "",
    expires: Annotated[str, typer.Option(help="How long it is good: 12h, 90d, 1y.")] = "90d",
) -> None:
    """Make a token and print it, alone, on stdout: it is shown this once and never again."""
    until = expiry(expires, now=datetime.now(UTC))
    token = lazily("cli.access").create_token(read_settings(), user, scopes, until)
    say(f"A token for {user!r}, good until {until:%Y-%m-%d %H:%M} UTC. Keep it now:")
    typer.echo(token)


@app.command(name="list")
def list_(
    user: User, json: Annotated[bool, typer.Option("--json", help="Result as JSON.")] = False
) -> None:
    """List a user's tokens: their ids and states, never the tokens."""
    found = lazily("cli.access").list_tokens(read_settings(), user)
    for token in found:
        say(f"{token['id']}  {token['state']:<8} {token['scopes']}  expires {token['expires_at']}")
    if json:
        give(found)


@app.command()
def revoke(
    token_id: Annotated[UUID, typer.Argument(help="From `token list`.")], user: User
) -> None:
    """Make a token worthless, at once."""
    if not lazily("cli.access").revoke_token(read_settings(), user, token_id):
        raise NotFoundError(f"{user!r} has no living token with this id; see `token list`.")
    say("Revoked.")
