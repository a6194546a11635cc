"""Authentication as an operator sets it up: settings, the command, and a server that obeys."""

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from core.config import read_settings
from core.domain.errors import InvalidInputError
from tests.acceptance.doors import http_server, universe
from tests.access_support import AUDIENCE, Issuer, published

API = "/api/v1/universes"


def test_a_token_is_made_used_listed_and_revoked(env: dict[str, str]) -> None:
    env = env | {"UNIVERSE_AUTH": "token"}
    made = universe(env, "token", "create", "--user", "ann", "--scopes", "universes:read")
    token = made.stdout.removesuffix("\n")
    bearer = {"authorization": f"Bearer {token}"}

    with http_server(env, "--host", "0.0.0.0") as url:  # noqa: S104 - what authentication allows
        url = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - as above
        without = httpx.get(url + API)
        read = httpx.get(url + API, headers=bearer)
        written = httpx.post(url + API, headers=bearer, json={"name": "No"})
        [listed] = json.loads(universe(env, "token", "list", "--user", "ann", "--json").stdout)
        others = universe(env, "token", "revoke", listed["id"], "--user", "bob")
        revoked = universe(env, "token", "revoke", listed["id"], "--user", "ann")
        after = httpx.get(url + API, headers=bearer)

    assert re.fullmatch(r"uni_[\w-]{43}", token)
    assert token not in made.stderr
    assert [a.status_code for a in (without, read, written, after)] == [401, 200, 403, 401]
    assert (listed["state"], listed["scopes"]) == ("good", "universes:read")
    assert listed["last_used_at"] is not None
    assert (others.returncode, revoked.returncode) == (1, 0)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--scopes", "universes:everything", "universes:everything"),
        ("--expires", "soon", "90d"),
        ("--expires", "0d", "90d"),
    ],
)
def test_a_token_that_cannot_be_made_is_told_why(
    env: dict[str, str], option: str, value: str, said: str
) -> None:
    done = universe(env, "token", "create", "--user", "ann", option, value)

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def key_server(issuer: Issuer) -> Generator[str]:
    """Publishes the issuer's keys on this machine: their address."""
    keys = json.dumps({"keys": [published(kid, key) for kid, key in issuer.keys.items()]})

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(keys.encode())

        def log_message(self, *arguments: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - silent
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_jwt_of_the_issuer_in_the_settings_is_good(env: dict[str, str]) -> None:
    issuer = Issuer()
    with key_server(issuer) as keys:
        env |= {
            "UNIVERSE_AUTH": "jwt",
            "UNIVERSE_JWT_ISSUER": "https://issuer.example",
            "UNIVERSE_JWT_AUDIENCE": AUDIENCE,
            "UNIVERSE_JWT_JWKS_URL": keys,
        }
        with http_server(env) as url:
            good, bad = [
                httpx.get(url + API, headers={"authorization": f"Bearer {token}"}).status_code
                for token in (issuer.token(), issuer.token(aud="https://other.example"))
            ]
            metadata = httpx.get(f"{url}/.well-known/oauth-protected-resource/mcp").json()

    assert (good, bad) == (200, 401)
    assert metadata["resource"] == f"{url}/mcp"
    assert metadata["authorization_servers"] == ["https://issuer.example"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"AUTH": "jwt"}, "UNIVERSE_JWT_ISSUER"),
        ({"AUTH": "basic"}, "UNIVERSE_AUTH"),
        ({"JWT_JWKS_URL": "http://issuer.example/keys"}, "UNIVERSE_JWT_JWKS_URL"),
        ({"VALIDATION_RATE": "often"}, "UNIVERSE_VALIDATION_RATE"),
    ],
)
def test_settings_that_would_let_nobody_or_everybody_in_are_refused(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], named: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"UNIVERSE_{name}", value)

    with pytest.raises(InvalidInputError, match=named):
        read_settings()


def test_the_reference_page_needs_nothing_from_elsewhere(http_url: str) -> None:
    page = httpx.get(f"{http_url}/docs")
    used = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    files = [httpx.get(f"{http_url}{path}") for path in used]

    assert page.headers["content-type"].startswith("text/html")
    assert {"/static/docs.css", "/static/docs.js", "/openapi.json"} <= set(used)
    assert {answer.status_code for answer in files} == {200}
    told = page.text + "".join(a.text for a in files if "json" not in a.headers["content-type"])
    told = told.replace("http://www.w3.org/2000/svg", "")  # the name of SVG, fetched by nobody
    assert re.findall(r"https?://|@import|style=|\son\w+=|innerHTML", told) == []
