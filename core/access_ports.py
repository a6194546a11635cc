"""Who calls, how that is found out, and how often they may; `core.ports` holds the rest."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.domain.rates import Allowance, Rate
from core.domain.tokens import ApiToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls, and through what. Authenticated at a door, never taken from arguments."""

    user_id: UUID
    actor: str
    scopes: frozenset[str]
    client: str | None = None


class TokenStore(Protocol):
    """API tokens of users, by the user's name."""

    async def create(
        self, user: str, scopes: Collection[str], *, expires_at: datetime | None
    ) -> tuple[str, ApiToken]:
        """The token, to be shown once, and what is known of it."""
        ...

    async def list(self, user: str) -> Sequence[ApiToken]: ...

    async def revoke(self, user: str, token_id: UUID) -> bool:
        """Whether there was such a token to revoke."""
        ...

    async def find(self, token: str) -> Principal | None:
        """Whom a presented token speaks for; None where it is unknown, expired or revoked."""
        ...


Claims = Callable[[str], Awaitable[Mapping[str, Any]]]
"""The claims of a token that its issuer signed; raises UnauthorizedError for any other."""


class IssuedUser(Protocol):
    """The id of a user whom an issuer vouches for; made where there is none."""

    async def __call__(self, *, issuer: str, subject: str, name: str) -> UUID: ...


class RateLimiter(Protocol):
    """Counts over a moving window, together with every process that shares the cache."""

    async def take(self, name: str, rate: Rate, *, key: str) -> Allowance:
        """Count one request of `key`; what is refused is not counted."""
        ...

    async def look(self, name: str, rate: Rate, *, key: str) -> Allowance:
        """What is left for `key`, without counting anything."""
        ...
