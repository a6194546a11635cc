"""Parts for tests of who may call: an issuer of JWTs, and clients that send what they are told."""

import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.applications import Starlette

from cli.serving import application
from core.adapters.oidc import OidcVerifier
from core.config import Settings
from core.operations import SCOPES
from core.operations.authenticating import Authenticator
from core.ports import Services
from db.users import ensure_issued_user
from tests.factories import database_of

ISSUER = "https://issuer.example"
AUDIENCE = "https://universe.example/mcp"
ORIGIN = "http://localhost:8000"
API = "/api/v1"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(kw_only=True)
class Issuer:
    """An OIDC issuer: private keys by id, and the key set it publishes of them."""

    keys: dict[str, Key] = field(default_factory=lambda: dict[str, Key]({"k1": rsa_key()}))
    fetched: int = 0
    seconds: float = 0.0
    """What the verifier's clock says."""

    async def fetch(self) -> Mapping[str, Any]:
        self.fetched += 1
        return {"keys": [published(kid, key) for kid, key in self.keys.items()]}

    def token(
        self,
        *,
        kid: str = "k1",
        key: Any = None,
        algorithm: str = "RS256",
        without: str | None = None,
        **claims: Any,
    ) -> str:
        """A good token, save for what is said."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "s-1", "iat": now, "exp": now + 600}
        said |= claims
        said.pop(without or "", None)
        signing = self.keys.get(kid) if key is None else key
        return jwt.encode(said, signing, algorithm=algorithm, headers={"kid": kid})  # pyright: ignore[reportArgumentType] - deliberately wrong keys, too

    def trusted_by(self, services: Services) -> Services:
        """The services, where this issuer's tokens are good."""
        verifier = OidcVerifier(
            issuer=ISSUER, audience=AUDIENCE, fetch=self.fetch, clock=lambda: self.seconds
        )
        authenticate = Authenticator(
            tokens=services.tokens,
            user=partial(ensure_issued_user, database_of(services)),
            scopes=SCOPES,
            claims=verifier.claims,
        )
        return replace(services, authenticate=authenticate)


def published(kid: str, key: Key) -> dict[str, Any]:
    """The public half, as a key set lists it."""
    if isinstance(key, rsa.RSAPrivateKey):
        text = RSAAlgorithm.to_jwk(key.public_key())
    else:
        text = ECAlgorithm.to_jwk(key.public_key())
    return json.loads(text) | {"kid": kid, "use": "sig"}


ClientFor = Callable[[str | None], httpx.AsyncClient]


@asynccontextmanager
async def door(services: Services, settings: Settings) -> AsyncGenerator[ClientFor]:
    """The whole service over these services: makes clients that send a token, or none."""
    app: Starlette = application(services, settings)
    transport = httpx.ASGITransport(app=app)

    def client(token: str | None) -> httpx.AsyncClient:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async with app.router.lifespan_context(app):
        yield client


async def token_of(services: Services, user: str = "alice", scopes: frozenset[str] = SCOPES) -> str:
    token, _ = await services.tokens.create(
        user, scopes, expires_at=datetime.now(UTC) + timedelta(hours=1)
    )
    return token


def a_browser(client: ClientFor) -> httpx.AsyncClient:
    """One that shows the service's own pages."""
    browser = client(None)
    browser.headers["sec-fetch-site"] = "same-origin"
    return browser
