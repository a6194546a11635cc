"""What a caller may not do is not shown, and refused to who does it all the same."""

import pytest
from mcp import Client, MCPError
from mcp.client.stdio import stdio_client

from core.operations import CATALOG
from core.ports import Services
from mcp_server.callers import Callers
from mcp_server.principals import READING, LocalIdentity
from mcp_server.server import build_server
from tests.acceptance.conftest import Mode
from tests.acceptance.doors import Caller, stdio_server

pytestmark = pytest.mark.anyio

WRITING = {operation.name for operation in CATALOG if operation.scope.endswith(":write")}
READERS = {operation.name for operation in CATALOG} - WRITING


async def test_a_server_that_only_reads_shows_and_does_nothing_else(
    env: dict[str, str], mode: Mode
) -> None:
    parameters = stdio_server(env)
    parameters.args.append("--read-only")

    async with Client(stdio_client(parameters), mode=mode) as client:
        listed = await client.list_tools()
        call = await Caller.of(client)
        await call("list_universes")
        for tool in sorted(WRITING):
            refused = await call.refused(tool, {})
            assert refused["metadata"]["error"]["code"] == "forbidden"
        with pytest.raises(MCPError) as unknown:
            await client.call_tool("no_such_tool", {})

    assert {tool.name for tool in listed.tools} == READERS
    assert WRITING.isdisjoint(str(unknown.value).replace(",", " ").replace(".", " ").split())


async def test_tools_follow_the_scopes_of_the_caller(services: Services, mode: Mode) -> None:
    async def source() -> Services:
        return services

    scopes = frozenset({"assets:read"})
    identity = LocalIdentity(source, "alice", scopes=scopes)
    server = build_server(Callers(services=source, identity=identity))

    async with Client(server, mode=mode) as client:
        listed = await client.list_tools()
        resources = await client.list_resources()

    assert {t.name for t in listed.tools} == {o.name for o in CATALOG if o.scope in scopes}
    uris = [resource.uri for resource in resources.resources]
    assert "catalog://sectors" in uris
    assert not any(uri.startswith("universe://") for uri in uris)
    assert scopes < READING


async def test_cancelling_a_job_needs_more_than_reading_it(env: dict[str, str]) -> None:
    parameters = stdio_server(env)
    parameters.args.append("--read-only")
    job = {"job_id": "00000000-0000-4000-8000-000000000000", "action": "cancel"}

    async with Client(stdio_client(parameters)) as client:
        refused = await (await Caller.of(client)).refused("get_job", job)

    assert refused["metadata"]["error"]["code"] == "forbidden"
