"""`universe serve`: MCP beside the API on one port, for programs of this machine alone."""

import signal
import socket
import subprocess

import anyio
import httpx
import pytest
from mcp import Client

from core.adapters.embedded import Lease
from core.config import Settings
from tests.acceptance.conftest import Mode
from tests.acceptance.doors import Caller, command, environment, http_server, pipe, universe
from tests.conftest import run_as_admin

MIB = 1024 * 1024
JSON_RPC = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


def test_readiness_says_what_is_poorer_without_the_cache(settings: Settings) -> None:
    with http_server(environment(settings, UNIVERSE_REDIS_URL="redis://127.0.0.1:1")) as url:
        ready = httpx.get(f"{url}/readyz")

    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert ready.json()["degraded"]


def test_a_service_without_its_database_is_alive_and_not_ready(
    servers: Lease, database_name: str, http_url: str
) -> None:
    run_as_admin(servers, f"alter database {database_name} allow_connections false")
    run_as_admin(
        servers,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'universe'",
    )

    alive, ready = httpx.get(f"{http_url}/healthz"), httpx.get(f"{http_url}/readyz", timeout=30)

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["status"] == "not ready"
    assert "database" in ready.json()["faults"]


def test_the_port_is_guarded_against_pages_of_other_sites(http_url: str) -> None:
    with httpx.Client(base_url=http_url) as client:
        wrong_host = client.get("/healthz", headers={"host": "evil.example"})
        wrong_host_mcp = client.post("/mcp", json={}, headers={"host": "evil.example"})
        wrong_origin = client.post(
            "/mcp", json={}, headers=JSON_RPC | {"origin": "http://evil.example"}
        )
        ready = client.get("/readyz")

    assert wrong_host.status_code in (400, 421)
    assert wrong_host_mcp.status_code in (400, 421)
    assert wrong_origin.status_code == 403
    assert (ready.status_code, ready.json()["faults"]) == (200, {})


def test_requests_that_are_no_protocol_are_refused_without_harm(http_url: str) -> None:
    with httpx.Client(base_url=http_url, headers=JSON_RPC) as client:
        too_large = client.post("/mcp", content=b" " * (4 * MIB + 1))
        got = client.get("/mcp")
        deleted = client.delete("/mcp")
        broken = client.post("/mcp", content=b"{")
        html = client.post("/mcp", content=b"{}", headers={"content-type": "text/html"})
        alive = client.get("/healthz")

    assert too_large.status_code == 413
    assert {got.status_code, deleted.status_code, broken.status_code} <= {400, 405, 406}
    assert html.status_code in (400, 415)
    assert alive.status_code == 200


@pytest.mark.anyio
async def test_clients_of_both_eras_work_at_once_on_one_list(http_url: str, mode: Mode) -> None:
    other: Mode = "legacy" if mode == "auto" else "auto"
    async with (
        Client(f"{http_url}/mcp", mode=mode) as one,
        Client(f"{http_url}/mcp", mode=other) as two,
    ):
        callers = [await Caller.of(one), await Caller.of(two)]
        made = await callers[0]("create_universe", name="Shared")
        universe_id = made["data"]["id"]
        async with anyio.create_task_group() as tasks:
            for call, symbols in zip(callers, (["AAPL", "KO"], ["MSFT", "KO"]), strict=True):

                async def add(call: Caller = call, symbols: list[str] = symbols) -> None:
                    await call("bulk_add_assets", universe_id=universe_id, symbols=symbols)

                tasks.start_soon(add)
        read = await callers[1]("get_universe", universe_id=universe_id)

    assert {asset["symbol"] for asset in read["data"]["assets"]} == {"AAPL", "KO", "MSFT"}
    assert read["data"]["version"] == 3


def test_an_address_others_can_reach_is_refused(env: dict[str, str]) -> None:
    done = universe(env, "serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - refused

    assert (done.returncode, done.stdout) == (1, "")
    assert "not a loopback address" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_sentence(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        done = universe(env, "serve", "--port", str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_is_away_is_one_sentence(env: dict[str, str]) -> None:
    env |= {"UNIVERSE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    done = universe(env, "serve", "--port", "0")

    assert (done.returncode, done.stdout) == (1, "")
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_the_server_in_order(env: dict[str, str]) -> None:
    process = subprocess.Popen(
        command("serve", "--port", "0"), env=env, stderr=subprocess.PIPE, text=True
    )
    with process:
        said = pipe(process.stderr).readline()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)

    assert " is up" in said
    assert process.returncode == 130
    assert "Traceback" not in rest
