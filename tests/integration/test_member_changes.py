"""Weights, notes, tags and successors: recorded like every change, checked before a write."""

from typing import Any

import pytest

from core.domain.errors import ErrorCode
from core.operations import (
    calculate_turnover,
    export_universe,
    get_universe,
    get_universe_history,
    import_universe,
    revert_universe,
    update_universe,
)
from core.operations.operation import Context
from tests.factories import call, code_of, make_universe, symbols_of, version_of

pytestmark = pytest.mark.anyio

MEMBERS = ["AAPL", "MSFT", "XOM", "JPM"]
EVEN = [{"symbol": symbol, "weight": 0.25} for symbol in MEMBERS]


@pytest.fixture
async def universe_id(ctx: Context) -> str:
    return await make_universe(ctx, "Carrying", MEMBERS)


async def carried(ctx: Context, universe_id: str, **window: Any) -> dict[str, Any]:
    """Weight, note and tags by symbol."""
    read = await call(ctx, get_universe, universe_id=universe_id, **window)
    return {a["symbol"]: (a["weight"], a["note"], a["tags"]) for a in read["assets"]}


async def change(ctx: Context, universe_id: str, *members: dict[str, Any]) -> Any:
    return await update_universe.invoke(ctx, {"universe_id": universe_id, "members": list(members)})


async def test_members_carry_what_they_are_given_and_older_versions_do_not(
    ctx: Context, universe_id: str
) -> None:
    await change(ctx, universe_id, *EVEN)
    await change(ctx, universe_id, {"symbol": "AAPL", "note": "core", "tags": ["tech", "tech"]})

    assert (await carried(ctx, universe_id))["AAPL"] == (0.25, "core", ["tech"])
    assert (await carried(ctx, universe_id, version=2))["AAPL"] == (0.25, None, [])
    assert (await carried(ctx, universe_id, version=1))["AAPL"] == (None, None, [])


async def test_null_takes_away_and_the_same_again_is_no_change(
    ctx: Context, universe_id: str
) -> None:
    await change(ctx, universe_id, {"symbol": "XOM", "note": "oil"})
    again = await change(ctx, universe_id, {"symbol": "XOM", "note": "oil"})
    await change(ctx, universe_id, {"symbol": "XOM", "note": None})

    assert again.data.version == 2
    assert (await carried(ctx, universe_id))["XOM"] == (None, None, [])


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([0.25, 0.25, 0.25, 0.3], "would add up to 1.05"),
        ([25, 25, 25, 25], "less than or equal to 10"),
        ([0.9, 0.9], "2 have none"),
    ],
)
async def test_weights_that_do_not_add_up_are_refused_whole(
    ctx: Context, universe_id: str, weights: list[float], says: str
) -> None:
    given = [{"symbol": s, "weight": w} for s, w in zip(MEMBERS, weights, strict=False)]

    result = await change(ctx, universe_id, *given)

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert says in result.message
    assert await version_of(ctx, universe_id) == 1


async def test_rounded_weights_are_taken(ctx: Context, universe_id: str) -> None:
    given = [
        {"symbol": s, "weight": w} for s, w in zip(MEMBERS, (0.333, 0.333, 0.3335, 0), strict=True)
    ]

    assert code_of(await change(ctx, universe_id, *given)) is None


async def test_what_is_no_member_is_refused_by_name(ctx: Context, universe_id: str) -> None:
    result = await change(ctx, universe_id, {"symbol": "KO", "note": "x"})

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert result.metadata.error.details == {"not_members": ["KO"]}


async def test_a_successor_takes_the_place_and_what_was_carried(
    ctx: Context, universe_id: str
) -> None:
    await change(ctx, universe_id, *EVEN)

    await call(ctx, update_universe, universe_id=universe_id, replace={"MSFT": "KO"})

    (last, *_) = (await call(ctx, get_universe_history, universe_id=universe_id))["changes"]
    assert await symbols_of(ctx, universe_id) == ["AAPL", "KO", "XOM", "JPM"]
    assert (await carried(ctx, universe_id))["KO"][0] == 0.25
    assert (last["added"], last["removed"], last["sample"]) == (1, 1, ["KO"])
    assert await symbols_of(ctx, universe_id, version=2) == MEMBERS


async def test_a_successor_takes_what_its_member_is_given_in_the_same_call(
    ctx: Context, universe_id: str
) -> None:
    await call(
        ctx,
        update_universe,
        universe_id=universe_id,
        order=["MSFT"],
        members=[{"symbol": "MSFT", "note": "soft"}],
        replace={"MSFT": "KO"},
    )

    assert await symbols_of(ctx, universe_id) == ["KO", "AAPL", "XOM", "JPM"]
    assert (await carried(ctx, universe_id))["KO"][1] == "soft"


@pytest.mark.parametrize(
    "given", [{"MSFT": "AAPL"}, {"KO": "PEP"}, {"MSFT": "ZQXW"}, {"MSFT": "KO", "XOM": "KO"}]
)
async def test_a_replacement_that_cannot_be_changes_nothing(
    ctx: Context, universe_id: str, given: dict[str, str]
) -> None:
    result = await update_universe.invoke(ctx, {"universe_id": universe_id, "replace": given})

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert await symbols_of(ctx, universe_id) == MEMBERS


async def test_order_and_weight_change_together(ctx: Context, universe_id: str) -> None:
    await call(
        ctx,
        update_universe,
        universe_id=universe_id,
        order=["JPM"],
        members=[{"symbol": "JPM", "tags": ["bank"]}],
    )

    assert (await symbols_of(ctx, universe_id))[0] == "JPM"
    assert (await carried(ctx, universe_id))["JPM"][2] == ["bank"]


async def test_reverting_brings_back_what_was_carried(ctx: Context, universe_id: str) -> None:
    await change(ctx, universe_id, *EVEN)
    await call(ctx, update_universe, universe_id=universe_id, replace={"MSFT": "KO"})
    await change(ctx, universe_id, {"symbol": "AAPL", "note": "late"})

    await call(ctx, revert_universe, universe_id=universe_id, to_version=2)

    assert await symbols_of(ctx, universe_id) == MEMBERS
    assert await carried(ctx, universe_id) == await carried(ctx, universe_id, version=2)


@pytest.mark.parametrize("file_format", ["csv", "json"])
async def test_files_carry_them(ctx: Context, universe_id: str, file_format: str) -> None:
    await change(ctx, universe_id, *EVEN, {"symbol": "AAPL", "note": "a, b", "tags": ["x", "y"]})
    sent = await call(ctx, export_universe, universe_id=universe_id, format=file_format)

    back = await call(
        ctx, import_universe, name="Back", format=file_format, content=sent["content"]
    )

    assert await carried(ctx, back["id"]) == await carried(ctx, universe_id)


async def test_weighted_turnover_goes_by_them(ctx: Context, universe_id: str) -> None:
    await change(ctx, universe_id, *EVEN)

    found = await call(ctx, calculate_turnover, universe_id=universe_id, method="weighted_one_way")

    assert found["method"] == "weighted_one_way"
    assert found["value"] is not None or found["reason"]
