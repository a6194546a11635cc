"""The tools' interface, committed: a change of it shows in review, and no transport alters it."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp.types import Tool

from core.operations import CATALOG
from tests.acceptance.conftest import Connect

SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots" / "tools"
TOKENS = 9_000
"""What the list may cost a model that reads it: four characters are counted as a token."""


def snapshot_of(tool: Tool) -> dict[str, Any]:
    """What a client sees of a tool, always in this order."""
    annotations = tool.annotations
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        "annotations": annotations and annotations.model_dump(by_alias=True, exclude_none=True),
    }


def committed() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text()) for path in SNAPSHOTS.glob("*.json")}


def write(snapshots: dict[str, Any]) -> None:
    for path in SNAPSHOTS.glob("*.json"):
        path.unlink()
    for name, snapshot in snapshots.items():
        text = json.dumps(snapshot, indent=2, ensure_ascii=False)
        (SNAPSHOTS / f"{name}.json").write_text(f"{text}\n")


@pytest.mark.anyio
async def test_the_tools_over_every_transport_are_those_committed(
    connect: Connect, pytestconfig: pytest.Config
) -> None:
    async with connect() as client:
        listed = await client.list_tools()

    seen = {tool.name: snapshot_of(tool) for tool in listed.tools}
    if pytestconfig.getoption("--update-snapshots", default=False):
        write(seen)
    assert seen == committed(), "run `make snapshots` if the change is meant"


def test_every_operation_has_a_committed_tool() -> None:
    assert committed().keys() == {operation.name for operation in CATALOG}


@pytest.mark.parametrize("tool", committed().values(), ids=committed().keys())
def test_all_four_hints_are_said_outright(tool: dict[str, Any]) -> None:
    hints = {name: value for name, value in tool["annotations"].items() if name != "title"}

    assert hints.keys() == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert all(isinstance(value, bool) for value in hints.values())


@pytest.mark.parametrize("tool", committed().values(), ids=committed().keys())
def test_arguments_are_closed_and_described(tool: dict[str, Any]) -> None:
    assert tool["inputSchema"]["additionalProperties"] is False
    assert tool["inputSchema"]["type"] == "object"
    assert tool["outputSchema"]["type"] == "object"
    assert len(tool["description"]) > 50


def test_the_list_of_tools_stays_within_its_budget() -> None:
    parts = ("name", "description", "inputSchema")
    characters = sum(
        len(json.dumps([tool[part] for part in parts])) for tool in committed().values()
    )

    assert characters / 4 <= TOKENS, f"{characters / 4:.0f} tokens for {len(committed())} tools"
