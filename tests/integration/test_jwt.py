"""JWTs over HTTP: those of the issuer we trust, meant for us, and no others."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.config import Settings
from core.operations import SCOPES
from core.ports import Services
from tests.access_support import API, ClientFor, Issuer, door, rsa_key

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def issuer_keys() -> Issuer:
    """Making keys takes a while, so once."""
    return Issuer()


@pytest.fixture
def issuer(issuer_keys: Issuer) -> Issuer:
    return Issuer(keys=dict(issuer_keys.keys))


@pytest.fixture
async def client(
    services: Services, settings: Settings, issuer: Issuer
) -> AsyncIterator[ClientFor]:
    """Clients of a service that takes its own tokens and the issuer's."""
    jwt = {"auth": "jwt", "jwt_issuer": "https://issuer.example"}
    async with door(issuer.trusted_by(services), settings.model_copy(update=jwt)) as client:
        yield client


Make = Callable[[Issuer], str]


def unsigned(issuer: Issuer) -> str:
    """`alg` none, with the claims of a good token."""
    claims = issuer.token().split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "k1"}).encode())
    return f"{header.decode().rstrip('=')}.{claims}."


def signed_with_the_public_key(issuer: Issuer) -> str:
    """HS256 whose secret everybody knows; PyJWT itself refuses to make one, so by hand."""
    import_key = issuer.keys["k1"].public_key()
    pem = import_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = issuer.token().split(".")[1]
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "k1"}).encode())
    signing_input = f"{header.decode().rstrip('=')}.{claims}"
    return f"{signing_input}.{hmac_of(pem, signing_input)}"


def hmac_of(secret: bytes, text: str) -> str:
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def tampered(issuer: Issuer) -> str:
    """The claims of one token under the signature of another."""
    header, _, signature = issuer.token().split(".")
    return f"{header}.{issuer.token(sub='s-2').split('.')[1]}.{signature}"


LONG_AGO = 1_000_000_000
BAD: dict[str, Make] = {
    "another audience": lambda i: i.token(aud="https://other.example"),
    "no audience": lambda i: i.token(without="aud"),
    "another issuer": lambda i: i.token(iss="https://evil.example"),
    "expired": lambda i: i.token(exp=LONG_AGO),
    "no expiry": lambda i: i.token(without="exp"),
    "no subject": lambda i: i.token(without="sub"),
    "a huge subject": lambda i: i.token(sub="s" * 300),
    "not yet good": lambda i: i.token(nbf=LONG_AGO * 4),
    "another key": lambda i: i.token(key=rsa_key()),
    "an unknown kid": lambda i: i.token(kid="k9", key=rsa_key()),
    "a key of another kind": lambda i: i.token(
        key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"
    ),
    "alg none": unsigned,
    "HS256 with the public key": signed_with_the_public_key,
    "tampered": tampered,
}


async def test_a_good_jwt_lets_its_subject_in(client: ClientFor, issuer: Issuer) -> None:
    mine = client(issuer.token(scope=" ".join(SCOPES), preferred_username="Ann"))
    await mine.post(f"{API}/universes", json={"name": "Ann's"})

    again = await client(issuer.token(scope=" ".join(SCOPES))).get(f"{API}/universes")
    other = await client(issuer.token(sub="s-2")).get(f"{API}/universes")

    assert again.json()["metadata"]["total"] == 1
    assert other.json()["metadata"]["total"] == 0
    assert issuer.fetched == 1


async def test_every_bad_jwt_is_refused_alike_and_never_logged(
    client: ClientFor, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    refused: dict[str, tuple[int, str]] = {}

    for name, make in BAD.items():
        token = make(issuer)
        answer = await client(token).get(f"{API}/universes")
        refused[name] = (answer.status_code, answer.json()["message"])
        assert token not in caplog.text, name

    assert {status for status, _ in refused.values()} == {401}, refused
    assert len({message for _, message in refused.values()}) == 1, refused


async def test_rotated_keys_are_fetched_and_old_ones_forgotten(
    client: ClientFor, issuer: Issuer
) -> None:
    old = issuer.token()
    first = await client(old).get(f"{API}/universes")
    issuer.keys = {"k2": rsa_key()}
    new = issuer.token(kid="k2")
    too_soon = await client(new).get(f"{API}/universes")
    issuer.seconds = 31.0

    rotated = await client(new).get(f"{API}/universes")
    withdrawn = await client(old).get(f"{API}/universes")

    assert [a.status_code for a in (first, too_soon, rotated, withdrawn)] == [200, 401, 200, 401]
    assert issuer.fetched == 2


@pytest.mark.parametrize(
    ("claims", "may_write"),
    [
        ({}, False),
        ({"scope": "openid profile"}, False),
        ({"scope": "openid universes:write"}, True),
        ({"scp": ["universes:write"]}, True),
        ({"scope": "universes:read"}, False),
        ({"scope": {"universes:write": True}}, False),
    ],
)
async def test_a_jwt_writes_where_its_scopes_say_so(
    client: ClientFor,
    issuer: Issuer,
    claims: dict[str, Any],
    may_write: bool,  # noqa: FBT001 - a table
) -> None:
    answer = await client(issuer.token(**claims)).post(f"{API}/universes", json={"name": "X"})

    assert answer.status_code == (201 if may_write else 403)


async def test_a_jwt_without_scopes_of_ours_reads(client: ClientFor, issuer: Issuer) -> None:
    answer = await client(issuer.token()).get(f"{API}/universes")

    assert answer.status_code == 200


async def test_an_issuer_that_is_away_is_no_refusal(
    services: Services, settings: Settings, issuer: Issuer
) -> None:
    async def away() -> dict[str, Any]:
        raise httpx.ConnectError("refused")

    issuer.fetch = away  # pyright: ignore[reportAttributeAccessIssue] - the issuer is down
    jwt = {"auth": "jwt", "jwt_issuer": "https://issuer.example"}
    async with door(issuer.trusted_by(services), settings.model_copy(update=jwt)) as client:
        over_api = await client(issuer.token()).get(f"{API}/universes")
        over_mcp = await client(issuer.token()).post("/mcp", json={})

    assert (over_api.status_code, over_mcp.status_code) == (503, 503)
    assert over_api.headers["retry-after"]
