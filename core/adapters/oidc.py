"""JWTs of an OIDC issuer: signature, issuer, audience, times and algorithm, all of them checked."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import httpx
import jwt
from jwt import PyJWK, PyJWKSet

from core.access_ports import Claims
from core.domain.errors import UnauthorizedError, UnavailableError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Asymmetric ones only: with `none` or an HMAC whoever knows the public key could sign."""

KEYS_SECONDS = 600.0
RETRY_SECONDS = 30.0
LEEWAY_SECONDS = 30.0

REFUSED = "The token is not accepted: it is expired, not for this service, or not its issuer's."

Fetch = Callable[[], Awaitable[Mapping[str, Any]]]


class OidcVerifier:
    """Verifies tokens against an issuer's published keys, fetched again when they rotate."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        fetch: Fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = float("-inf")
        self._lock = anyio.Lock()

    async def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a good token.

        Raises:
            UnauthorizedError: It is not good; the reason is not told apart.
            UnavailableError: The issuer's keys cannot be had.
        """
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise UnauthorizedError(REFUSED)
            key = await self._key(str(header.get("kid") or ""))
            return jwt.decode(
                token,
                key,
                algorithms=[str(header["alg"])],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise UnauthorizedError(REFUSED) from error

    async def _key(self, kid: str) -> PyJWK:
        async with self._lock:
            age = self._clock() - self._fetched_at
            if age > KEYS_SECONDS or (kid not in self._keys and age > RETRY_SECONDS):
                await self._refresh()
            if kid in self._keys:
                return self._keys[kid]
        raise UnauthorizedError(REFUSED)

    async def _refresh(self) -> None:
        try:
            keys = PyJWKSet.from_dict(dict(await self._fetch()))
        except (httpx.HTTPError, jwt.PyJWTError, ValueError) as error:
            if self._keys:  # old keys serve on while the issuer is away
                self._fetched_at = self._clock() - KEYS_SECONDS + RETRY_SECONDS
                return
            raise UnavailableError(
                "The issuer's keys cannot be had just now, so no token can be checked. Try again"
                " in a minute."
            ) from error
        self._keys = {key.key_id or "": key for key in keys.keys}
        self._fetched_at = self._clock()


def fetch_keys(url: str) -> Fetch:
    """How to get the key set of an address: with a time limit, and no more than 1 MiB."""

    async def fetch() -> Mapping[str, Any]:
        async with httpx.AsyncClient(timeout=5.0, follow_redirects=False) as client:
            answer = await client.get(url, headers={"accept": "application/json"})
            answer.raise_for_status()
            if len(answer.content) > 1024 * 1024:
                raise ValueError("the key set is too large")
            found: Mapping[str, Any] = answer.json()
            return found

    return fetch


def trusted_claims(*, issuer: str, audience: str, url: str) -> Claims:
    """How to read the claims of this issuer's tokens, with the keys it publishes there."""
    return OidcVerifier(issuer=issuer, audience=audience, fetch=fetch_keys(url)).claims
