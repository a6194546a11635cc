"""The Inspector's command line: lists and calls every tool, strictly, in both eras."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcp import Client

from core.operations import CATALOG
from tests.conformance.npm import INSPECTOR, Tools

Json = dict[str, Any]

PATIENT = ("--connect-timeout", "60000")
ERAS = ("legacy", "modern")
SIDE = {"left": {"universe_id": "ID"}, "right": {"universe_id": "ID"}}
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "create_universe": {"name": "NEW", "symbols": ["AAPL"]},
    "update_universe": {"universe_id": "ID", "description": "Looked at by the Inspector."},
    "bulk_add_assets": {"universe_id": "ID", "symbols": ["MSFT", "BRK.B"]},
    "bulk_remove_assets": {"universe_id": "ID", "symbols": ["MSFT"]},
    "search_assets": {"query": "vodafone"},
    "get_asset": {"symbol": "BRK.B"},
    "validate_symbols": {"symbols": ["AAPL", "XYZQ"]},
    "get_job": {"job_id": "JOB"},
    "revert_universe": {"universe_id": "ID", "to_version": 1},
    "compare_universes": SIDE,
    "combine_universes": {"operation": "union", "universe_ids": ["ID", "ID"], "name": "NEW"},
    "import_universe": {"name": "NEW", "format": "tickers", "content": "AAPL MSFT"},
    "export_universe": {"universe_id": "ID", "format": "csv"},
    "delete_universe": {"universe_id": "ID", "confirm_name": "Inspected"},
}
"""What a tool is called with; ID stands for a universe that is there, NEW for a fresh name."""


def _filled(node: Any, given: Mapping[str, str]) -> Any:
    """The arguments with what stands for something replaced."""
    if isinstance(node, Mapping):
        return {name: _filled(value, given) for name, value in node.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(node, list):
        return [_filled(value, given) for value in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    return given.get(node, node) if isinstance(node, str) else node


def calls(given: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A call of every tool; deleting comes last but one, bringing back last."""
    last = ("delete_universe", "restore_universe")
    names = [operation.name for operation in CATALOG if operation.name not in last]
    for name in (*names, *last):
        known: Mapping[str, Any] = {"universe_id": "ID"} if _needs_id(name) else {}
        yield name, _filled(ARGUMENTS.get(name, known), given)


def _needs_id(name: str) -> bool:
    [operation] = [operation for operation in CATALOG if operation.name == name]
    return "universe_id" in operation.params.model_fields


async def inspected(tools: Tools, url: str, *, env: Mapping[str, str]) -> bool:
    """Whether the Inspector lists and calls everything over both transports in both eras."""
    stdio = [
        "--transport",
        "stdio",
        *(word for name in env for word in ("-e", f"{name}={env[name]}")),
    ]
    program = ["--", sys.executable, "-m", "cli", "mcp"]
    good = True
    for era in ERAS:
        for name, before, after in (("http", [url], []), ("stdio", stdio, program)):
            with_era = [*before, *PATIENT, "--protocol-era", era, "--format", "json", "-q"]
            failed = await _failures(tools, url, with_era, after, run=f"{name} {era}")
            print(f"inspector {name} {era}:", "everything listed and called" if not failed else "")
            print(*(f"  {line}" for line in failed), sep="\n" if failed else "")
            good = good and not failed
    return good


async def _failures(
    tools: Tools, url: str, before: Sequence[str], after: Sequence[str], *, run: str
) -> list[str]:
    failed: list[str] = []
    given = await _prepared(url, run)
    asked = [("--method", f"{kind}/list") for kind in ("tools", "resources", "prompts")]
    for method in asked:
        strict = ["--strict"] if method[1] == "tools/list" else []
        done = await tools.run(INSPECTOR, "--cli", *before, *method, *strict, *after)
        failed += [f"{method[1]}: exit {done.returncode}"] if done.returncode else []
    for name, arguments in calls(given):
        call = ["--method", "tools/call", "--tool-name", name]
        as_json = ["--tool-args-json", json.dumps(_filled(arguments, {"NEW": f"{name} {run}"}))]
        done = await tools.run(INSPECTOR, "--cli", *before, *call, *as_json, *after)
        if done.returncode:
            failed.append(f"{name}: exit {done.returncode} {(done.stderr or done.stdout)[-300:]!r}")
    return failed


async def _prepared(url: str, run: str) -> dict[str, str]:
    """A universe and a job to call tools on; the job waits for providers that are not there."""
    async with Client(url) as client:
        name = f"Inspected {run}"
        made = await client.call_tool("create_universe", {"name": name, "symbols": ["AAPL"]})
        checked = await client.call_tool("validate_symbols", {"symbols": ["XYZQ"]})
    universe: Json = made.structured_content or {}
    job: Json = checked.structured_content or {}
    return {"ID": universe["data"]["id"], "JOB": job["data"]["job_id"], "Inspected": name}
