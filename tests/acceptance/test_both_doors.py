"""One call, two doors, the same envelope: for every operation there is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from core.adapters.embedded import Lease
from core.config import Settings
from core.operations import CATALOG
from core.operations.operation import Context
from core.ports import Services
from tests.acceptance.both_doors import Call, both_doors, comparable
from tests.acceptance.doors import Json
from tests.factories import at_once, rows, some_symbols, symbols_of
from tests.job_support import bench_of

pytestmark = pytest.mark.anyio

UNIVERSE, OTHER, JOB = "the universe", "the other universe", "the job"
SCREEN = {"where": {"field": "symbol", "op": "in", "value": ["AAPL"]}}
NEW: Mapping[str, str] = {"create_universe": UNIVERSE, "import_universe": OTHER}
"""What the id in an answer is called by later calls."""

CALLS: tuple[tuple[str, Json], ...] = (
    ("create_universe", {"name": "Chips", "symbols": ["AAPL", "brk.b", "VOD LN", "XYZQ"]}),
    ("create_universe", {"name": "Chips"}),
    ("list_universes", {"query": "chips"}),
    ("get_universe", {"universe_id": UNIVERSE, "limit": 2}),
    ("get_universe", {"universe_id": UNIVERSE, "view": "full"}),
    ("get_universe", {"universe_id": "no id"}),
    ("bulk_add_assets", {"universe_id": UNIVERSE, "symbols": ["NVDA", "AAPL", "'; DROP"]}),
    ("bulk_remove_assets", {"universe_id": UNIVERSE, "symbols": ["NVDA", "TSLA"]}),
    ("update_universe", {"universe_id": UNIVERSE, "name": "Chips 2", "order": ["VOD.L"]}),
    ("update_universe", {"universe_id": UNIVERSE, "description": "x", "expected_version": 1}),
    ("search_assets", {"query": "nvidia", "limit": 3}),
    ("get_asset", {"symbol": "BRK-B"}),
    ("get_asset", {"symbol": "NOSUCHTHING"}),
    ("list_sectors", {"asset_class": "equity"}),
    ("validate_symbols", {"symbols": ["AAPL", "APPL", "FB"]}),
    ("get_job", {"job_id": JOB}),
    ("get_job", {"job_id": JOB, "action": "cancel"}),
    ("get_universe_history", {"universe_id": UNIVERSE}),
    ("review_universe", {"universe_id": UNIVERSE}),
    ("calculate_turnover", {"universe_id": UNIVERSE}),
    ("revert_universe", {"universe_id": UNIVERSE, "to_version": 1}),
    ("export_universe", {"universe_id": UNIVERSE, "format": "csv"}),
    ("import_universe", {"name": "Copy", "format": "csv", "content": "symbol\nAAPL\nMSFT\n"}),
    (
        "compare_universes",
        {"left": {"universe_id": UNIVERSE}, "right": {"universe_id": OTHER}},
    ),
    (
        "combine_universes",
        {"operation": "union", "universe_ids": [UNIVERSE, OTHER], "name": "Both"},
    ),
    ("preview_screen", {"screen": SCREEN}),
    ("create_universe", {"name": "Followed", "screen": SCREEN}),
    ("refresh_universe", {"universe_id": UNIVERSE}),
    ("update_universe", {"universe_id": UNIVERSE, "follow": False}),
    ("refresh_universe", {"universe_id": UNIVERSE}),
    ("update_universe", {"universe_id": UNIVERSE, "follow": True}),
    ("delete_universe", {"universe_id": OTHER}),
    ("delete_universe", {"universe_id": OTHER, "confirm_name": "Copy"}),
    ("restore_universe", {"universe_id": OTHER}),
)


async def answers_of(call: Call, *, job_id: UUID) -> list[Json]:
    """What each call answers, one after the other."""
    ids = {JOB: str(job_id)}
    answers: list[Json] = []
    for name, arguments in CALLS:
        answer = await call(name, filled(arguments, ids))
        answers.append(answer)
        if answer["success"] and name in NEW:
            ids[NEW[name]] = answer["data"]["id"]
    return answers


def filled(node: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: filled(value, ids) for key, value in node.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(node, list):
        return [filled(value, ids) for value in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    return ids.get(node, node) if isinstance(node, str) else node


async def test_every_operation_answers_alike_at_both_doors(
    services: Services,
    settings: Settings,
    ctx: Context,
    stranger: Context,
    servers: Lease,
    database_name: str,
) -> None:
    _, hers = await bench_of(ctx, servers, database_name).universe_with("ZQAA")
    _, his = await bench_of(stranger, servers, database_name).universe_with("ZQAA")
    async with both_doors(services, settings, "alice", "bob") as doors:
        over_mcp = await answers_of(doors["alice"]["mcp"], job_id=hers)
        over_http = await answers_of(doors["bob"]["http"], job_id=his)

    assert {name for name, _ in CALLS} == {operation.name for operation in CATALOG}
    worked = {name for (name, _), answer in zip(CALLS, over_mcp, strict=True) if answer["success"]}
    assert worked == {operation.name for operation in CATALOG}
    for (name, arguments), mcp, http in zip(CALLS, over_mcp, over_http, strict=True):
        if name == "export_universe":  # over HTTP it is the file itself
            assert mcp["data"]["content"] == http["data"]["content"]
            continue

        assert comparable(http) == comparable(mcp), (name, arguments)


async def test_twenty_writers_at_both_doors_lose_nothing(
    services: Services, settings: Settings, ctx: Context
) -> None:
    symbols = await some_symbols(ctx, 20)
    async with both_doors(services, settings, "alice") as doors:
        calls = [doors["alice"][door] for _ in range(10) for door in ("mcp", "http")]
        universe_id = (await calls[0]("create_universe", {"name": "Busy"}))["data"]["id"]

        answers: list[Any] = await at_once(
            *(
                call("bulk_add_assets", {"universe_id": universe_id, "symbols": [symbol]})
                for call, symbol in zip(calls, symbols, strict=True)
            )
        )

    changes = await rows(ctx, "select version from change_sets order by version")
    placed = await rows(ctx, "select count(*), count(distinct position) from universe_assets")
    assert [answer["data"]["added"] for answer in answers] == [1] * 20
    assert sorted(answer["data"]["version"] for answer in answers) == list(range(2, 22))
    assert [version for (version,) in changes] == list(range(1, 22))
    assert placed == [(20, 20)]
    assert sorted(await symbols_of(ctx, universe_id)) == sorted(symbols)
