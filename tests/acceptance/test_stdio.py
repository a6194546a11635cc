"""`universe mcp` as a desktop client starts it: what it writes, when it ends, whom it serves."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client

from core.config import Settings
from tests.acceptance.conftest import Mode
from tests.acceptance.doors import (
    Caller,
    Json,
    bare_environment,
    environment,
    pipe,
    stdio_process,
    stdio_server,
    text_of,
    universe,
)

HELLO: Json = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "tests", "version": "1"},
}
LATER = {"yfinance", "pandas", "numpy", "alembic", "pytickersymbols"}
"""What a warm start must not wait for."""


def request(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"


def session(*requests: str) -> str:
    """What a client of the handshake era writes."""
    done = json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\n"
    return request(0, "initialize", **HELLO) + done + "".join(requests)


def call(number: int, tool: str, **arguments: Any) -> str:
    return request(number, "tools/call", name=tool, arguments=arguments)


def answers(stdout: str) -> dict[int, Json]:
    """The answers by id; every line has to be one message of the protocol."""
    messages = [json.loads(line) for line in stdout.splitlines()]
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    return {message["id"]: message for message in messages if "id" in message}


def converse(process: subprocess.Popen[str], *requests: str) -> dict[int, Json]:
    """Write a session and read its answers; the server goes on."""
    stdin, stdout = pipe(process.stdin), pipe(process.stdout)
    stdin.write(session(*requests))
    stdin.flush()
    return answers("".join(stdout.readline() for _ in range(len(requests) + 1)))


def test_stdout_carries_the_protocol_alone_however_much_is_logged(
    env: dict[str, str], tmp_path: Path
) -> None:
    errlog = tmp_path / "stderr"

    with stdio_process(env | {"UNIVERSE_LOG_LEVEL": "DEBUG"}, errlog) as process:
        told = converse(
            process,
            call(1, "create_universe", name="A", symbols=["AAPL", "XYZQ"]),
            call(2, "get_asset", symbol="\u0410\u0410PL"),
            call(3, "no_such_tool"),
        )
        stdout, _ = process.communicate(timeout=30)

    assert told[1]["result"]["structuredContent"]["success"] is True
    assert told[2]["result"]["isError"] is True
    assert told[3]["error"]["code"] == -32602
    assert stdout == ""
    assert "DEBUG" in errlog.read_text()
    assert process.returncode == 0


def test_a_server_whose_client_has_gone_ends_by_itself(env: dict[str, str], tmp_path: Path) -> None:
    with stdio_process(env, tmp_path / "stderr") as process:
        # communicate() returns when stdin is closed, the process has ended and nobody else holds
        # its pipes
        stdout, _ = process.communicate(session(), timeout=30)

    assert answers(stdout)[0]["result"]["serverInfo"]["name"] == "universe-service"
    assert process.returncode == 0
    assert (tmp_path / "stderr").read_text() == ""


@pytest.mark.anyio
async def test_users_over_stdio_do_not_see_each_other(settings: Settings, tmp_path: Path) -> None:
    seen: dict[str, list[str]] = {}
    with (tmp_path / "stderr").open("w") as errlog:
        for user in ("ann", "ben"):
            env = environment(settings, UNIVERSE_USER=user)
            async with Client(stdio_client(stdio_server(env), errlog=errlog)) as client:
                tool = await Caller.of(client)
                await tool("create_universe", name=f"Of {user}")
                listed = await tool("list_universes")
                seen[user] = [row["name"] for row in listed["data"]["universes"]]

    assert seen == {"ann": ["Of ann"], "ben": ["Of ben"]}


def test_after_a_kill_the_next_server_finds_everything(env: dict[str, str]) -> None:
    with stdio_process(env) as process:
        told = converse(process, call(1, "create_universe", name="Kept"))
        process.send_signal(signal.SIGKILL)
    with stdio_process(env) as process:
        found = converse(process, call(1, "list_universes"))

    kept = told[1]["result"]["structuredContent"]["data"]["id"]
    rows = found[1]["result"]["structuredContent"]["data"]["universes"]
    assert [row["id"] for row in rows] == [kept]


@pytest.mark.anyio
async def test_an_unusable_data_folder_is_an_answer_and_not_a_dead_server(
    mode: Mode, tmp_path: Path
) -> None:
    folder = tmp_path / "occupied"
    folder.write_text("a file where the folder belongs")
    env = bare_environment() | {"UNIVERSE_DATA_DIR": str(folder), "UNIVERSE_PROVIDERS": ""}

    with (tmp_path / "stderr").open("w") as errlog:
        async with Client(stdio_client(stdio_server(env), errlog=errlog), mode=mode) as client:
            tool = await Caller.of(client)
            refused = await tool.refused("list_universes", {})
            result = await client.call_tool("validate_symbols", {"symbols": ["AAPL"]})

    assert refused["metadata"]["error"]["code"] == "unavailable"
    assert "set UNIVERSE_DATA_DIR" in refused["message"]
    assert "set UNIVERSE_DATA_DIR" in text_of(result)
    assert "Traceback" not in (tmp_path / "stderr").read_text()


@pytest.mark.anyio
async def test_a_database_that_comes_late_is_found_by_the_next_call(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "late"
    folder.write_text("a file where the folder belongs")
    env = environment(settings, UNIVERSE_REDIS_URL="", UNIVERSE_DATA_DIR=str(folder))

    with (tmp_path / "stderr").open("w") as errlog:
        async with Client(stdio_client(stdio_server(env), errlog=errlog)) as client:
            tool = await Caller.of(client)
            await tool.refused("list_universes", {})
            await anyio.Path(folder).unlink()
            listed = await tool("list_universes")

    assert listed["data"]["universes"] == []


def test_a_setting_that_cannot_be_is_one_sentence(env: dict[str, str]) -> None:
    done = universe(env | {"UNIVERSE_LOG_LEVEL": "loud"}, "mcp")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("universe: UNIVERSE_LOG_LEVEL: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_warm_start_waits_for_no_library_it_does_not_need(
    env: dict[str, str], tmp_path: Path
) -> None:
    env |= {"PYTHONPROFILEIMPORTTIME": "1", "UNIVERSE_PROVIDERS": "yahoo"}

    with stdio_process(env, tmp_path / "stderr") as process:
        told = converse(process, call(1, "list_universes"))
        process.communicate(timeout=30)

    lines = (tmp_path / "stderr").read_text().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines}
    assert told[1]["result"]["structuredContent"]["success"] is True
    assert "mcp_server.server" in imported
    assert imported & LATER == set()
