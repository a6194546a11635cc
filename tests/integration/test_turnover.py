"""Turnover of lists in the database: weights, months, and what gross leaves out."""

import json
from datetime import date, timedelta

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    calculate_turnover,
    import_universe,
    revert_universe,
)
from core.operations.operation import Context
from tests.factories import call, make_universe, version_of

pytestmark = pytest.mark.anyio


async def weighted(ctx: Context, *members: tuple[str, str | None, str, str | None]) -> str:
    """A list of symbol, weight, first day and the day after the last."""
    keys = ("symbol", "weight", "valid_from", "valid_to")
    given = [dict(zip(keys, member, strict=True)) for member in members]
    made = await call(
        ctx, import_universe, name="Weighted", format="json", content=json.dumps({"assets": given})
    )
    assert made["bulk"]["rejected"] == 0, made["bulk"]
    return str(made["id"])


WINDOW = {"start": "2024-01-02", "end": "2024-07-01", "method": "weighted_one_way"}


async def test_of_weights_half_the_changes_count(ctx: Context) -> None:
    universe_id = await weighted(
        ctx,
        ("AAPL", "0.5", "2023-01-02", "2024-03-01"),
        ("AAPL", "0.2", "2024-03-01", None),
        ("MSFT", "0.5", "2023-01-02", None),
        ("NVDA", "0.3", "2024-03-01", None),
    )

    found = await call(ctx, calculate_turnover, universe_id=universe_id, every="month", **WINDOW)
    gross = await call(ctx, calculate_turnover, universe_id=universe_id, basis="gross", **WINDOW)

    assert found["value"] == pytest.approx(0.3)
    assert [a["symbol"] for a in found["adds"]] == ["NVDA"]
    assert [round(month["value"], 6) for month in found["series"]] == [0, 0.3, 0, 0, 0, 0]
    assert (gross["value"], gross["reason"]) == (None, "weights_are_compared_net_only")


async def test_a_member_without_weight_is_a_reason_not_a_guess(ctx: Context) -> None:
    universe_id = await weighted(
        ctx, ("AAPL", "0.5", "2023-01-02", None), ("MSFT", None, "2023-01-02", None)
    )

    found = await call(ctx, calculate_turnover, universe_id=universe_id, **WINDOW)

    assert (found["value"], found["reason"]) == (None, "members_without_weight")


async def test_gross_leaves_out_corrections_and_reverts_and_counts_them(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Gross")
    today = ctx.services.now().date()

    async def change(symbol: str, day: date, *, goes: bool = False) -> None:
        await call(
            ctx,
            bulk_remove_assets if goes else bulk_add_assets,
            universe_id=universe_id,
            symbols=[symbol],
            effective_date=str(day),
        )

    for symbol in ("AAPL", "MSFT"):
        await change(symbol, today - timedelta(days=800))
    await change("NVDA", today - timedelta(days=100))
    await change("NVDA", today - timedelta(days=50), goes=True)
    plain = await call(ctx, calculate_turnover, universe_id=universe_id, basis="gross")
    await change("SPY", today - timedelta(days=70))
    before = await version_of(ctx, universe_id)
    await call(ctx, revert_universe, universe_id=universe_id, to_version=before - 1)
    after = await call(ctx, calculate_turnover, universe_id=universe_id, basis="gross")
    net = await call(ctx, calculate_turnover, universe_id=universe_id)

    assert (plain["value"], plain["excluded_corrections"]) == (0.5, 0)
    assert (after["value"], after["excluded_corrections"]) == (0.5, 2)
    assert net["value"] == 0
