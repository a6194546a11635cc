"""What answers cost a model that reads them: four characters are counted as a token."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from mcp import Client
from mcp.server import MCPServer
from mcp.types import CallToolResult, ResourceLink, TextContent

from tests.acceptance.doors import Caller, Json, text_of

pytestmark = pytest.mark.anyio

BY_DEFAULT = 8_000
ALWAYS = 25_000


def tokens(result: CallToolResult) -> int:
    """Of text and structure together, for a host that passes on both."""
    text = sum(len(block.text) for block in result.content if isinstance(block, TextContent))
    return (text + len(json.dumps(result.structured_content, ensure_ascii=False))) // 4


@pytest.fixture
async def modern(server: MCPServer[Any]) -> AsyncIterator[Client]:
    async with Client(server) as connected:
        yield connected


async def symbols_of(client: Client, count: int) -> list[str]:
    """Symbols of the catalogue, page by page."""
    call, found, cursor = await Caller.of(client), list[str](), None
    while len(found) < count:
        page = await call("search_assets", asset_class="equity", limit=200, cursor=cursor)
        found += [asset["symbol"] for asset in page["data"]["assets"]]
        cursor = page["metadata"]["next_cursor"]
    return found[:count]


async def test_answers_at_their_defaults_are_short(modern: Client) -> None:
    symbols = await symbols_of(modern, 250)
    call = await Caller.of(modern)
    made = await call("create_universe", name="Long", symbols=symbols)
    ident = made["data"]["id"]
    asked: dict[str, Json] = {
        "list_universes": {},
        "get_universe": {"universe_id": ident},
        "search_assets": {},
        "get_asset": {"symbol": "AAPL"},
        "list_sectors": {},
        "validate_symbols": {"symbols": symbols[:25]},
        "get_universe_history": {"universe_id": ident},
        "calculate_turnover": {"universe_id": ident},
        "bulk_add_assets": {"universe_id": ident, "symbols": symbols[:100]},
    }

    cost = {tool: tokens(await modern.call_tool(tool, given)) for tool, given in asked.items()}

    assert {tool: used for tool, used in cost.items() if used > BY_DEFAULT} == {}


async def test_the_longest_pages_are_shortened_and_go_on_where_they_end(modern: Client) -> None:
    symbols = await symbols_of(modern, 400)
    call = await Caller.of(modern)
    made = await call("create_universe", name="Long", symbols=symbols)
    asked = {"universe_id": made["data"]["id"], "view": "full", "limit": 200}
    read: list[str] = []
    cursor = None
    while cursor is not None or not read:
        page = await modern.call_tool("get_universe", {**asked, "cursor": cursor})
        assert tokens(page) <= ALWAYS
        answer: Json = page.structured_content or {}
        read += [asset["symbol"] for asset in answer["data"]["assets"]]
        cursor = answer["metadata"]["next_cursor"]

    assert len(read) == len(set(read)) == made["data"]["asset_count"]


async def test_five_hundred_verdicts_come_in_parts(modern: Client) -> None:
    symbols = await symbols_of(modern, 500)

    verdicts: list[str] = []
    arguments: Json = {"symbols": symbols}
    while arguments["symbols"]:
        result = await modern.call_tool("validate_symbols", arguments)
        assert tokens(result) <= ALWAYS
        answer: Json = result.structured_content or {}
        verdicts += [row["input"] for row in answer["data"]["results"]]
        ready = [c for c in answer["metadata"]["next_calls"] if c["tool"] == "validate_symbols"]
        arguments = ready[0]["arguments"] if ready else {"symbols": []}

    assert verdicts == symbols


async def test_a_long_file_is_a_link_to_what_holds_it(modern: Client) -> None:
    symbols = await symbols_of(modern, 1_000)
    call = await Caller.of(modern)
    made = await call("create_universe", name="Long", symbols=symbols)
    asked = {"universe_id": made["data"]["id"], "format": "json"}

    result = await modern.call_tool("export_universe", asked)

    text, link = result.content
    assert isinstance(text, TextContent)
    assert isinstance(link, ResourceLink)
    assert tokens(result) <= 1_000
    answer: Json = result.structured_content or {}
    assert (answer["data"]["content"], answer["data"]["resource_uri"]) == ("", link.uri)
    assert link.uri in text.text
    [content] = (await modern.read_resource(link.uri)).contents
    assert json.loads(content.model_dump()["text"])["name"] == "Long"


async def test_a_short_file_is_in_the_answer(modern: Client) -> None:
    call = await Caller.of(modern)
    made = await call("create_universe", name="Short", symbols=["AAPL"])

    result = await modern.call_tool(
        "export_universe", {"universe_id": made["data"]["id"], "format": "tickers"}
    )

    assert "AAPL" in text_of(result)
