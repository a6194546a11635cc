"""Taking out many at once: members in any notation, by id, and what still waits."""

from uuid import uuid4

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    create_universe,
    get_universe,
)
from core.operations.operation import Context
from tests.factories import call, code_of, make_universe, rows, statuses, symbols_of

pytestmark = pytest.mark.anyio
UNKNOWN = "ZZQQX"
"""Well formed and in no catalogue: offline nobody can say what it is."""


async def test_members_are_removed_in_any_notation_and_strangers_are_told_apart(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL", "BRK-B", "VOD.L", "MSFT"])

    bulk = await call(
        ctx,
        bulk_remove_assets,
        universe_id=universe_id,
        symbols=["US0378331005", "brk.b", "VOD LN", "AAPL", "NVDA", "no;good", "\x00", ""],
    )

    assert [status for _, status in statuses(bulk)] == [
        "removed",
        "removed",
        "removed",
        "not_member",
        "not_member",
        "not_member",
        "not_member",
        "not_member",
    ]
    assert await symbols_of(ctx, universe_id) == ["MSFT"]


async def test_members_are_removed_by_id(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL", "MSFT"])
    read = await call(ctx, get_universe, universe_id=universe_id)
    [apple, microsoft] = [asset["id"] for asset in read["assets"]]
    unknown = str(uuid4())

    bulk = await call(
        ctx, bulk_remove_assets, universe_id=universe_id, asset_ids=[microsoft, unknown, microsoft]
    )

    assert statuses(bulk) == [
        (microsoft, "removed"),
        (unknown, "not_member"),
        (microsoft, "not_member"),
    ]
    assert [
        a["id"] for a in (await call(ctx, get_universe, universe_id=universe_id))["assets"]
    ] == [apple]


async def test_a_removal_names_symbols_or_ids_and_not_both(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    both = await bulk_remove_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": ["AAPL"], "asset_ids": [str(uuid4())]}
    )
    neither = await bulk_remove_assets.invoke(ctx, {"universe_id": universe_id})

    assert [code_of(both), code_of(neither)] == ["invalid_input"] * 2


async def test_removing_nobody_makes_no_version(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    bulk = await call(ctx, bulk_remove_assets, universe_id=universe_id, symbols=["MSFT"])

    assert (bulk["not_member"], bulk["version"]) == (1, 1)


async def test_what_nobody_could_verify_waits_is_shown_and_can_be_taken_back(ctx: Context) -> None:
    made = await create_universe.invoke(ctx, {"name": "Chips", "symbols": [UNKNOWN, "AAPL"]})
    assert made.data is not None
    universe_id = str(made.data.id)

    waiting = await get_universe.invoke(ctx, {"universe_id": universe_id})
    removed = await bulk_remove_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": [UNKNOWN, UNKNOWN]}
    )
    after = await get_universe.invoke(ctx, {"universe_id": universe_id})

    assert waiting.data is not None
    assert [pending.input for pending in waiting.data.pending] == [UNKNOWN]
    assert (waiting.metadata.validation_status, waiting.metadata.pending_count) == ("pending", 1)
    assert removed.data is not None
    assert [outcome.status for outcome in removed.data.outcomes] == ["removed", "not_member"]
    assert after.data is not None
    assert (after.data.pending, after.metadata.pending_count) == ([], 0)


async def test_what_waits_already_is_not_a_change(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=[UNKNOWN])

    again = await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=[UNKNOWN])

    assert statuses(again) == [(UNKNOWN, "pending")]
    assert again["version"] == 1
    assert await rows(ctx, "select count(*) from change_sets") == [(1,)]
