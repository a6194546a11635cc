"""Every tool through a real client: the structure keeps its schema, the text alone is enough."""

import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult

from core.operations import CATALOG
from tests.acceptance.conftest import Connect
from tests.acceptance.doors import Caller, Json, text_of


async def the_main_job(call: Caller) -> Json:
    """A universe from its making to its return from the dead; the last answer."""
    made = await call("create_universe", name="Chips", description="Made by the tests.")
    universe_id: str = made["data"]["id"]
    added = await call(
        "bulk_add_assets", universe_id=universe_id, symbols=["AAPL", "brk.b", "VOD LN", "XYZQ"]
    )
    assert [row["status"] for row in added["data"]["outcomes"]] == [*["added"] * 3, "pending"]
    read = await call("get_universe", universe_id=universe_id, limit=2)
    assert [asset["symbol"] for asset in read["data"]["assets"]] == ["AAPL", "BRK-B"]
    [next_page] = read["metadata"]["next_calls"]
    rest = await call(next_page["tool"], **next_page["arguments"])
    assert [asset["symbol"] for asset in rest["data"]["assets"]] == ["VOD.L"]
    found = await call("search_assets", query="nvidia", limit=1)
    assert found["data"]["assets"][0]["symbol"] == "NVDA"
    checked = await call("validate_symbols", symbols=["AAPL", "APPL", "'; DROP TABLE"])
    assert [row["input"] for row in checked["data"]["results"]] == ["AAPL", "APPL", "'; DROP TABLE"]
    updated = await call(
        "update_universe", universe_id=universe_id, name="Chips 2", order=["VOD.L"]
    )
    assert updated["data"]["version"] == 3
    removed = await call("bulk_remove_assets", universe_id=universe_id, symbols=["AAPL", "TSLA"])
    assert (removed["data"]["removed"], removed["data"]["not_member"]) == (1, 1)
    await call("delete_universe", universe_id=universe_id, confirm_name="Chips 2")
    return await call("restore_universe", universe_id=universe_id)


@pytest.mark.anyio
async def test_the_main_job_is_done_over_every_transport_in_both_eras(connect: Connect) -> None:
    async with connect() as client:
        restored = await the_main_job(await Caller.of(client))

    assert restored["data"]["name"] == "Chips 2"
    assert restored["data"]["asset_count"] == 2
    assert restored["data"]["pending_count"] == 1


async def the_other_tools(call: Caller) -> None:
    """A call of every tool that the main job does not need."""
    listed = await call("list_universes", query="chips")
    assert listed["data"]["universes"][0]["name"] == "Chips 2"
    asset = await call("get_asset", symbol="BRK/B")
    assert asset["data"]["notations"]
    sectors = await call("list_sectors", asset_class="equity")
    assert {"sector", "count", "industries"} <= sectors["data"]["sectors"][0].keys()
    universe_id: str = listed["data"]["universes"][0]["id"]
    nothing = await call.refused("get_job", {"job_id": universe_id})
    assert nothing["metadata"]["error"]["code"] == "not_found"
    await the_tools_of_history(call, universe_id)
    exported = await call("export_universe", universe_id=universe_id, format="csv")
    assert "VOD.L" in exported["data"]["content"]
    imported = await call(
        "import_universe", name="Copy", format="csv", content=exported["data"]["content"]
    )
    copy_id: str = imported["data"]["id"]
    combined = await call(
        "combine_universes", operation="union", universe_ids=[universe_id, copy_id], name="Both"
    )
    assert combined["data"]["asset_count"] >= 2
    screen = {"where": {"field": "symbol", "op": "in", "value": ["AAPL", "MSFT"]}}
    preview = await call("preview_screen", screen=screen)
    assert preview["data"]["matched"] == 2
    followed = await call("create_universe", name="Followed", screen=screen)
    refreshed = await call("refresh_universe", universe_id=followed["data"]["id"])
    assert refreshed["data"]["outcome"] == "unchanged"
    reviewed = await call("review_universe", universe_id=universe_id)
    assert reviewed["data"]["mix"]["currency"]


async def the_tools_of_history(call: Caller, universe_id: str) -> None:
    history = await call("get_universe_history", universe_id=universe_id)
    versions = [change["version"] for change in history["data"]["changes"]]
    assert versions == sorted(versions, reverse=True)
    compared = await call(
        "compare_universes",
        left={"universe_id": universe_id, "version": 2},
        right={"universe_id": universe_id},
    )
    assert [row["symbol"] for row in compared["data"]["removed"]] == ["AAPL"]
    turnover = await call("calculate_turnover", universe_id=universe_id)
    assert turnover["data"]["method"] == "membership_one_way"
    reverted = await call("revert_universe", universe_id=universe_id, to_version=2)
    assert reverted["data"]["asset_count"] == 3


@pytest.mark.anyio
async def test_every_tool_there_is_answers_a_client(client: Client) -> None:
    call = await Caller.of(client)

    await the_main_job(call)
    await the_other_tools(call)

    assert call.called == {operation.name for operation in CATALOG}


@pytest.mark.anyio
async def test_a_long_list_is_read_to_its_end_from_the_text_alone(client: Client) -> None:
    made = await client.call_tool(
        "create_universe", {"name": "Long", "symbols": ["AAPL", "MSFT", "NVDA", "TSLA", "KO"]}
    )
    arguments = {"universe_id": value_in(made, "id"), "limit": 2}
    seen: list[str] = []

    while True:
        page = await client.call_tool("get_universe", arguments)
        lines = text_of(page).splitlines()
        head = next(n for n, line in enumerate(lines) if line.startswith("symbol\t"))
        seen += [line.split("\t")[0] for line in lines[head + 1 :] if "\t" in line]
        if "next_cursor=" not in text_of(page):
            break
        arguments["cursor"] = value_in(page, "next_cursor")

    assert seen == ["AAPL", "MSFT", "NVDA", "TSLA", "KO"]


def value_in(result: CallToolResult, name: str) -> str:
    pairs = [pair for line in text_of(result).splitlines() for pair in line.split(", ")]
    return next(value for key, _, value in (pair.partition("=") for pair in pairs) if key == name)


@pytest.mark.anyio
async def test_next_calls_are_calls_that_work(client: Client) -> None:
    call = await Caller.of(client)
    answer = await call("validate_symbols", symbols=["AAPL", "VOD LN"])

    for next_call in answer["metadata"]["next_calls"]:
        answer = await call(next_call["tool"], **next_call["arguments"])

    assert answer["data"]["asset_count"] == 2
    assert answer["metadata"]["validation_status"] in ("partial", "pending", "validated")


@pytest.mark.anyio
async def test_a_list_sent_as_text_is_understood(client: Client) -> None:
    call = await Caller.of(client)

    answer = await call("validate_symbols", symbols='["AAPL", "MSFT"]')

    assert [row["symbol"] for row in answer["data"]["results"]] == ["AAPL", "MSFT"]


@pytest.mark.anyio
async def test_a_tool_that_does_not_exist_is_a_protocol_error(client: Client) -> None:
    with pytest.raises(MCPError, match="Unknown tool") as caught:
        await client.call_tool("drop_universe", {})

    assert caught.value.error.code == -32602
    assert "create_universe" in caught.value.error.message


@pytest.mark.anyio
async def test_the_server_says_what_it_is_for(client: Client) -> None:
    assert client.server_info is not None
    assert client.server_info.name == "universe-service"
    assert "Never invent a symbol" in (client.instructions or "")
