"""API tokens: random, shown once, and kept only as a digest."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.domain.errors import InvalidInputError

PREFIX = "uni_"
"""Makes a leaked token recognisable to scanners."""

BYTES = 32
SHAPE = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")
DURATION = re.compile(r"(\d{1,5})([hdwy])")
UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What is known of a token, without the token."""

    id: UUID
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    sessions: int = 0
    """Browsers signed in with it now; they are signed out when it is revoked."""


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(BYTES)


def new_token() -> str:
    """A fresh token of 256 random bits."""
    return PREFIX + new_secret()


def digest_of(token: str) -> bytes:
    """What is stored: a fast hash will do, for nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token of ours."""
    return SHAPE.fullmatch(text) is not None


def expiry(text: str, *, now: datetime) -> datetime:
    """The moment `90d` (also h, w, y) from now.

    Raises:
        InvalidInputError: It is no duration.
    """
    match = DURATION.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise InvalidInputError(
            "An expiry is a number and a unit: 12h, 90d, 4w or 1y.", field="expires"
        )
    return now + int(match[1]) * UNITS[match[2]]
