"""A stranger's first minute: no settings but a folder, and the real servers start by themselves."""

import json
import os
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.stdio import stdio_client

from tests.acceptance.doors import (
    Caller,
    bare_environment,
    stdio_process,
    stdio_server,
    universe,
)
from tests.acceptance.test_stdio import call, converse
from tests.acceptance.test_tools import the_main_job
from tests.integration.embedded_support import data_folder


@pytest.mark.anyio
async def test_the_main_job_needs_a_folder_and_nothing_else(tmp_path: Path) -> None:
    with data_folder("it's my data") as folder:
        env = bare_environment() | {"UNIVERSE_DATA_DIR": str(folder), "UNIVERSE_PROVIDERS": ""}
        with (tmp_path / "stderr").open("w") as errlog:
            async with Client(stdio_client(stdio_server(env), errlog=errlog)) as client:
                restored = await the_main_job(await Caller.of(client))
        with stdio_process(env, tmp_path / "stderr") as process:
            told = converse(process, call(1, "list_universes"))
            # ends only when nobody holds the pipe: the keeper of the servers must not
            process.communicate(timeout=30)
        examined = universe(env, "doctor", "--json")

    [kept] = told[1]["result"]["structuredContent"]["data"]["universes"]
    findings = {finding["part"]: finding for finding in json.loads(examined.stdout)}
    assert kept["id"] == restored["data"]["id"]
    assert process.returncode == 0
    assert examined.returncode == 0, examined.stderr
    assert {"data", "PostgreSQL", "Valkey", "catalogue"} <= findings.keys()
    assert int(findings["catalogue"]["text"].split()[0]) > 3_600
    assert os.fspath(folder) in findings["data"]["text"]
