"""What `universe token` does, over the services."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import anyio

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import InvalidInputError
from core.operations import SCOPES


def create_token(settings: Settings, user: str, scopes: str, until: datetime) -> str:
    """The token's text.

    Raises:
        InvalidInputError: A scope that no operation asks for.
    """
    wanted = frozenset(word for part in scopes.split(",") if (word := part.strip())) or SCOPES
    if unknown := sorted(wanted - SCOPES):
        raise InvalidInputError(
            f"There is no scope {unknown[0]!r}; there are {', '.join(sorted(SCOPES))}.",
            field="scopes",
        )

    async def make() -> str:
        async with open_services(settings) as services:
            token, _ = await services.tokens.create(user, wanted, expires_at=until)
            return token

    return anyio.run(make)


def list_tokens(settings: Settings, user: str) -> list[dict[str, Any]]:
    """Newest first, as JSON can say it."""

    async def ask() -> list[dict[str, Any]]:
        now = datetime.now(UTC)
        async with open_services(settings) as services:
            return [
                {
                    "id": str(token.id),
                    "state": "revoked"
                    if token.revoked_at
                    else "expired"
                    if token.expires_at and token.expires_at <= now
                    else "good",
                    "scopes": ",".join(sorted(token.scopes)),
                    "created_at": token.created_at,
                    "expires_at": token.expires_at,
                    "last_used_at": token.last_used_at,
                    "sessions": token.sessions,
                }
                for token in await services.tokens.list(user)
            ]

    return anyio.run(ask)


def revoke_token(settings: Settings, user: str, token_id: UUID) -> bool:
    """Whether there was one to revoke."""

    async def revoke() -> bool:
        async with open_services(settings) as services:
            return await services.tokens.revoke(user, token_id)

    return anyio.run(revoke)
