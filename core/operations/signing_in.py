"""Signing in with a browser: a token is exchanged once for a session that ends and can be ended."""

from datetime import timedelta

from core.ports import Principal, Services

LONGEST_SESSION = timedelta(hours=12)


async def sign_in(
    services: Services, token: str, *, replaced: str | None = None
) -> tuple[str, Principal]:
    """The secret of a new session, and who signed in; the session it replaces ends.

    It lasts for a working day, and no longer than the token.

    Raises:
        UnauthorizedError: The token speaks for nobody.
    """
    caller = await services.authenticate(token)
    before = await services.sessions.find(replaced) if replaced else None
    latest = services.now() + LONGEST_SESSION
    opened = await services.sessions.open(
        caller, expires_at=min(latest, caller.expires_at or latest)
    )
    if before is not None:
        await services.sessions.end(before)
    return opened
