"""Universes made from an index: every index we know, its past, and what is said of its source."""

from datetime import date

import pytest

from core.domain.errors import InvalidInputError
from core.operations import create_universe, get_universe
from core.operations.indices import index_members
from core.operations.operation import Context
from tests.factories import call, code_of, rows, symbols_of

pytestmark = pytest.mark.anyio

LATEST_ONLY = (
    *[
        "aex",
        "bel20",
        "cac40",
        "cacmid60",
        "dax",
        "dow30",
        "eurostoxx50",
        "ftse100",
        "ibex35",
        "mdax",
        "nasdaq100",
    ],
    *["nikkei225", "omxh25", "omxs30", "sdax", "smi", "sp100", "tecdax"],
)
DATED = ("sp400", "sp500", "sp600")


async def members_on(ctx: Context, universe_id: str, day: str) -> set[str]:
    found = await rows(
        ctx,
        "select a.symbol from universe_assets m join assets a on a.id = m.asset_id"
        " where m.universe_id = cast(:id as uuid) and m.valid @> cast(:day as date)",
        {"id": universe_id, "day": day},
    )
    return {symbol for (symbol,) in found}


async def test_every_index_makes_a_universe_that_tells_its_source(ctx: Context) -> None:
    for code in (*LATEST_ONLY, *DATED):
        made = await call(ctx, create_universe, name=code, index=code)
        index = made["index"]

        assert made["source"] == "index"
        assert made["index_code"] == code
        assert made["asset_count"] == index["actual_count"] > 0.95 * index["listed_count"]
        assert index["licence"] == "MIT"
        assert index["release"]
        assert (index["history_from"] is not None) == (code in DATED)


async def test_the_index_is_known_by_its_name_too(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="America", index="S&P 500", track=True)

    assert (made["index_code"], made["tracked"]) == ("sp500", True)
    assert made["index"]["source_date"] == "2026-07-13"
    assert made["bulk"] is None


async def test_an_unknown_index_is_answered_with_all_of_them_nearest_first(ctx: Context) -> None:
    answer = await create_universe.invoke(ctx, {"name": "America", "index": "sp50"})

    assert code_of(answer) == "invalid_input"
    assert all(code in answer.message for code in (*LATEST_ONLY, *DATED))
    assert answer.message.index("sp500") < answer.message.index("aex")
    assert await rows(ctx, "select id from universes") == []


async def test_symbols_and_an_index_are_not_mixed_and_nothing_is_tracked_without_one(
    ctx: Context,
) -> None:
    both = await create_universe.invoke(ctx, {"name": "A", "index": "dax", "symbols": ["AAPL"]})
    neither = await create_universe.invoke(ctx, {"name": "A", "track": True})

    assert (code_of(both), code_of(neither)) == ("invalid_input", "invalid_input")


async def test_a_dated_index_has_its_past(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="America", index="sp500")

    async def has(symbol: str, day: str) -> bool:
        return symbol in await members_on(ctx, made["id"], day)

    assert not await has("TSLA", "2020-12-20")
    assert await has("TSLA", "2020-12-21")
    assert await has("META", "2014-01-02")
    assert await has("META", "2024-01-02")


async def test_members_of_an_index_are_told_for_a_day_its_source_reaches(ctx: Context) -> None:
    async with ctx.unit_of_work() as uow:
        now = await index_members(uow, "dax")
        then = await index_members(uow, "sp500", as_of=date(2015, 1, 2))
        with pytest.raises(InvalidInputError, match="is not known"):
            await index_members(uow, "dax", as_of=date(2015, 1, 2))

    assert len(now.asset_ids) == 40
    assert len(then.asset_ids) > 380
    assert (now.facts.source, then.facts.source) == ("pytickersymbols", "pitindex")


async def test_an_index_universe_keeps_the_order_of_symbols(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="Germany", index="dax")

    listed = await symbols_of(ctx, made["id"])

    assert listed == sorted(listed)
    assert len(listed) == 40


@pytest.mark.parametrize(
    ("index", "day", "is_known", "told"),
    [
        ("sp500", "2001-01-02", False, "from 2004-12-30 on; before that nothing is known"),
        ("sp500", "2015-01-02", True, "from 2004-12-30 on; before that nothing is known"),
        ("dax", "2015-01-02", False, "its past is not known"),
    ],
)
async def test_a_day_before_the_record_is_answered_with_how_far_it_reaches(
    ctx: Context, *, index: str, day: str, is_known: bool, told: str
) -> None:
    made = await call(ctx, create_universe, name="America", index=index)

    then = await get_universe.invoke(ctx, {"universe_id": made["id"], "as_of": day})
    now = await get_universe.invoke(ctx, {"universe_id": made["id"]})

    assert any(told in note for note in then.metadata.notes)
    assert not now.metadata.notes
    assert then.data is not None
    assert bool(then.data.assets) == is_known
