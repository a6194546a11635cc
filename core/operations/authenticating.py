"""Whom a presented token speaks for: an API token of ours, or a JWT of the issuer we trust."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.access_ports import Claims, IssuedUser, Principal, Proof, TokenStore
from core.domain.errors import UnauthorizedError
from core.domain.tokens import PREFIX
from core.ports import Services

REFUSED = (
    "The token is not accepted: it is unknown, expired, revoked, or not meant for this service."
    " Ask the operator for a new one."
)
LONGEST_TOKEN = 16_384
LONGEST_NAME = 100
LONGEST_SUBJECT = 255
MOST_REMEMBERED = 10_000
FAR = 10**11
"""Seconds since 1970: an end that a date can hold."""


class LocalCaller:
    """The one local user, with every scope, where nobody has to prove who they are.

    Looked up once, however many calls come at the same time.
    """

    def __init__(
        self,
        services: Callable[[], Awaitable[Services]],
        user: str,
        *,
        scopes: frozenset[str],
        client: str | None = None,
    ) -> None:
        self._services = services
        self._user = user
        self._scopes = scopes
        self._client = client
        self._lock = asyncio.Lock()
        self._found: Principal | None = None

    async def __call__(self) -> Principal:
        async with self._lock:
            if self._found is None:
                user_id = await (await self._services()).user(self._user)
                self._found = Principal(
                    user_id=user_id, actor=self._user, scopes=self._scopes, client=self._client
                )
        return self._found


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """Answers every token that is no good with the same sentence.

    A JWT acts with those of its scopes that are ours; one that names none of ours may read, since
    many issuers cannot be taught scopes, and nothing more.
    """

    tokens: TokenStore
    user: IssuedUser
    scopes: frozenset[str]
    claims: Claims | None = None
    """None: no issuer is trusted."""
    _users: dict[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])
    """Ids never change, so each is asked for once."""

    async def __call__(self, token: str) -> Principal:
        """Whom the token speaks for.

        Raises:
            UnauthorizedError: Nobody; it does not say why.
        """
        if len(token) > LONGEST_TOKEN:
            raise UnauthorizedError(REFUSED)
        if token.startswith(PREFIX) or self.claims is None:
            found = await self.tokens.find(token)
            if found is None:
                raise UnauthorizedError(REFUSED)
            return found
        try:
            claims = await self.claims(token)
        except UnauthorizedError as error:
            raise UnauthorizedError(REFUSED) from error
        return await self._issued(claims)

    async def _issued(self, claims: Mapping[str, Any]) -> Principal:
        issuer, subject = str(claims["iss"]), str(claims["sub"])
        if not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
            raise UnauthorizedError(REFUSED)
        name = name_in(claims)
        user_id = self._users.get((issuer, subject))
        if user_id is None:
            user_id = await self.user(issuer=issuer, subject=subject, name=name)
            if len(self._users) >= MOST_REMEMBERED:
                self._users.clear()
            self._users[issuer, subject] = user_id
        return Principal(
            user_id=user_id,
            actor=name,
            scopes=self._granted(claims),
            proof=Proof.JWT,
            expires_at=datetime.fromtimestamp(min(int(claims["exp"]), FAR), UTC),
        )

    def _granted(self, claims: Mapping[str, Any]) -> frozenset[str]:
        ours = scopes_in(claims) & self.scopes
        return ours or frozenset(scope for scope in self.scopes if scope.endswith(":read"))


def scopes_in(claims: Mapping[str, Any]) -> frozenset[str]:
    """What `scope` (RFC 9068) and `scp` (Entra ID, Okta) say, as words or as a list."""
    found: set[str] = set()
    for claim in (claims.get("scope"), claims.get("scp")):
        if isinstance(claim, str):
            found.update(claim.split())
        elif isinstance(claim, list):
            found.update(str(word) for word in claim)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
    return frozenset(found)


def name_in(claims: Mapping[str, Any]) -> str:
    """How a person or program is called in the record of changes, as one printable line."""
    for claim in ("preferred_username", "email", "name", "sub"):
        said = claims.get(claim)
        if isinstance(said, str) and (line := _one_line(said)):
            return line
    return "unnamed"


def _one_line(text: str) -> str:
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(printable.split())[:LONGEST_NAME]
