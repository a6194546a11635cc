"""Who calls, how that is found out, and how often they may; `core.ports` holds the rest."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from core.domain.rates import Allowance, Rate
from core.domain.tokens import ApiToken


class Proof(StrEnum):
    """How a caller proved who they are."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    JWT = "jwt"
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls, and through what. Authenticated at a door, never taken from arguments."""

    user_id: UUID
    actor: str
    scopes: frozenset[str]
    client: str | None = None
    proof: Proof = Proof.NONE
    proof_id: UUID | None = None
    """Of the token or the session, where there is a record of it."""
    expires_at: datetime | None = None
    """When the proof ends; None where it never does."""


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


class SessionStore(Protocol):
    """People who signed in with a browser."""

    async def open(self, principal: Principal, *, expires_at: datetime) -> tuple[str, Principal]:
        """A new session for whoever brought a token: its secret, and the same caller by it."""
        ...

    async def find(self, secret: str) -> Principal | None:
        """Who signed in; None where that is unknown or over, or its token is."""
        ...

    async def end(self, session: Principal) -> None:
        """Make the session a principal came by worthless."""
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
