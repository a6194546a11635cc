"""What the server logs: JSON with ids of requests, and never what a caller proves itself with."""

import json

import httpx

from tests.acceptance.doors import http_server, universe

API = "/api/v1/universes"
SESSION = "/api/v1/session"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def test_logs_are_json_with_request_ids_and_without_secrets(env: dict[str, str]) -> None:
    env |= {"UNIVERSE_AUTH": "token", "UNIVERSE_LOG_LEVEL": "DEBUG"}
    token = universe(env, "token", "create", "--user", "ann").stdout.strip()
    wrong = "uni_" + "wr0ng" * 9
    logged: list[str] = []

    with (
        http_server(env, logged=logged) as url,
        httpx.Client(base_url=url) as browser,
        httpx.Client(base_url=url) as program,
    ):
        entered = browser.post(SESSION, json={"token": token})
        secret = browser.cookies["universe_session"]
        answers = [
            browser.get(API),
            browser.post(SESSION, json={"token": wrong}, headers=SAME_ORIGIN),
            browser.post(SESSION, json={"token": wrong}),  # which no browser sends
            program.get(API, headers={"authorization": f"Bearer {token}"}),
            program.get(API, headers={"authorization": f"Bearer {wrong}"}),
            program.get(API, params={"token": token}),
            program.get(API, headers={"cookie": f"universe_session={wrong}"}),
            program.post("/mcp", json={}, headers={"authorization": f"Bearer {token}"}),
            program.get(API, headers={"x-request-id": "mine"}),
        ]

    lines = [json.loads(line) for line in logged if line.startswith("{")]
    ids = {line.get("request_id") for line in lines}
    assert {one.headers["x-request-id"] for one in (entered, *answers)} <= ids
    assert "mine" in ids
    assert {"at", "level", "logger", "event"} <= lines[0].keys()
    told = "".join(logged)
    assert [one for one in (token, wrong, secret) if one in told] == []
