"""History, comparing, going back, turnover, files and sets, on the real database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    calculate_turnover,
    combine_universes,
    compare_universes,
    create_universe,
    export_universe,
    get_universe,
    get_universe_history,
    import_universe,
    revert_universe,
    update_universe,
)
from core.operations.operation import Context

TODAY = datetime.now(UTC).date()


async def made(ctx: Context, name: str, *symbols: str) -> UUID:
    answer = await create_universe.invoke(ctx, {"name": name, "symbols": list(symbols)})
    assert answer.data is not None, answer.message
    return answer.data.id


async def symbols_of(ctx: Context, universe_id: UUID, **window: object) -> list[str]:
    answer = await get_universe.invoke(ctx, {"universe_id": universe_id, "limit": 200, **window})
    assert answer.data is not None, answer.message
    return [asset.symbol for asset in answer.data.assets]


@pytest.mark.anyio
async def test_history_tells_who_did_what_newest_first(ctx: Context) -> None:
    universe_id = await made(ctx, "H", "AAPL")
    await bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["MSFT", "NVDA"]})
    await bulk_remove_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["AAPL"]})

    answer = await get_universe_history.invoke(ctx, {"universe_id": universe_id})

    assert answer.data is not None
    assert [(c.version, c.operation, c.added, c.removed) for c in answer.data.changes] == [
        (3, "bulk_remove_assets", 0, 1),
        (2, "bulk_add_assets", 2, 0),
        (1, "create_universe", 1, 0),
    ]
    assert answer.data.changes[1].sample == ["MSFT", "NVDA"]
    assert {c.actor for c in answer.data.changes} == {"tester"}


@pytest.mark.anyio
async def test_history_pages_to_its_beginning(ctx: Context) -> None:
    universe_id = await made(ctx, "H")
    for number in range(4):
        await update_universe.invoke(ctx, {"universe_id": universe_id, "description": f"d{number}"})
    seen: list[int] = []
    cursor = None
    while True:
        answer = await get_universe_history.invoke(
            ctx, {"universe_id": universe_id, "limit": 2, "cursor": cursor}
        )
        assert answer.data is not None
        seen += [change.version for change in answer.data.changes]
        cursor = answer.metadata.next_cursor
        if cursor is None:
            break

    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.anyio
async def test_reverting_brings_back_members_and_their_order_as_a_new_version(
    ctx: Context,
) -> None:
    universe_id = await made(ctx, "R", "AAPL", "MSFT", "NVDA")
    await bulk_remove_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["MSFT"]})
    await bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["TSLA"]})
    await update_universe.invoke(ctx, {"universe_id": universe_id, "order": ["TSLA", "NVDA"]})

    answer = await revert_universe.invoke(ctx, {"universe_id": universe_id, "to_version": 1})

    assert answer.data is not None
    assert answer.data.version == 5
    assert await symbols_of(ctx, universe_id) == ["AAPL", "MSFT", "NVDA"]
    assert await symbols_of(ctx, universe_id, version=4) == ["TSLA", "NVDA", "AAPL"]


@pytest.mark.anyio
async def test_a_revert_can_be_reverted_and_a_needless_one_changes_nothing(ctx: Context) -> None:
    universe_id = await made(ctx, "R", "AAPL")
    await bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["MSFT"]})
    await revert_universe.invoke(ctx, {"universe_id": universe_id, "to_version": 1})

    again = await revert_universe.invoke(ctx, {"universe_id": universe_id, "to_version": 2})
    needless = await revert_universe.invoke(ctx, {"universe_id": universe_id, "to_version": 2})

    assert again.data is not None
    assert needless.data is not None
    assert await symbols_of(ctx, universe_id) == ["AAPL", "MSFT"]
    assert (again.data.version, needless.data.version) == (4, 4)


@pytest.mark.anyio
async def test_a_version_that_is_not_there_yet_cannot_be_reverted_to(ctx: Context) -> None:
    universe_id = await made(ctx, "R", "AAPL")

    answer = await revert_universe.invoke(ctx, {"universe_id": universe_id, "to_version": 9})

    assert answer.metadata.error is not None
    assert answer.metadata.error.code == "invalid_input"


@pytest.mark.anyio
async def test_two_versions_of_a_list_are_compared(ctx: Context) -> None:
    universe_id = await made(ctx, "C", "AAPL", "MSFT")
    await bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["NVDA"]})
    await bulk_remove_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["AAPL"]})

    answer = await compare_universes.invoke(
        ctx,
        {
            "left": {"universe_id": universe_id, "version": 1},
            "right": {"universe_id": universe_id},
        },
    )

    assert answer.data is not None
    assert [asset.symbol for asset in answer.data.added] == ["NVDA"]
    assert [asset.symbol for asset in answer.data.removed] == ["AAPL"]
    assert answer.data.common == 1


@pytest.mark.anyio
async def test_a_rename_between_two_dates_is_told_and_is_no_change(ctx: Context) -> None:
    universe_id = await made(ctx, "C")
    await bulk_add_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": ["META"], "effective_date": "2020-01-01"}
    )

    answer = await compare_universes.invoke(
        ctx,
        {
            "left": {"universe_id": universe_id, "as_of": "2021-01-01"},
            "right": {"universe_id": universe_id, "as_of": "2023-01-01"},
        },
    )

    assert answer.data is not None
    assert (answer.data.added, answer.data.removed, answer.data.common) == ([], [], 1)
    assert [(r.former_symbol, r.symbol) for r in answer.data.renamed] == [("FB", "META")]


@pytest.mark.anyio
async def test_turnover_counts_adds_and_drops_of_a_window(ctx: Context) -> None:
    universe_id = await made(ctx, "T")
    long_ago, lately = str(TODAY - timedelta(days=800)), str(TODAY - timedelta(days=100))
    for symbols, day in ((["AAPL", "MSFT"], long_ago), (["NVDA"], lately)):
        await bulk_add_assets.invoke(
            ctx, {"universe_id": universe_id, "symbols": symbols, "effective_date": day}
        )
    await bulk_remove_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": ["MSFT"], "effective_date": lately}
    )

    net = await calculate_turnover.invoke(ctx, {"universe_id": universe_id, "every": "month"})
    gross = await calculate_turnover.invoke(ctx, {"universe_id": universe_id, "basis": "gross"})
    too_early = await calculate_turnover.invoke(
        ctx, {"universe_id": universe_id, "start": "2001-01-01", "end": str(TODAY)}
    )

    assert net.data is not None
    assert net.data.value == pytest.approx(0.5)
    assert [a.symbol for a in net.data.adds] == ["NVDA"]
    assert [a.symbol for a in net.data.drops] == ["MSFT"]
    assert net.data.series is not None
    assert sum(month.value or 0 for month in net.data.series) == pytest.approx(0.5)
    assert gross.data is not None
    assert gross.data.value == pytest.approx(0.5)
    assert too_early.data is not None
    assert (too_early.data.value, too_early.data.reason) == (None, "no_prior_members")


@pytest.mark.anyio
@pytest.mark.parametrize("format_", ["csv", "json", "tickers", "tradingview", "yahoo", "intervals"])
async def test_an_export_imported_again_is_the_same_list(ctx: Context, format_: str) -> None:
    universe_id = await made(
        ctx, "E", "AAPL", "BRK.B", "VOD.L", "0700.HK", "^GSPC", "EURUSD=X", "BTC-USD", "SPY"
    )
    file = await export_universe.invoke(ctx, {"universe_id": universe_id, "format": format_})
    assert file.data is not None

    back = await import_universe.invoke(
        ctx, {"name": "Back", "format": format_, "content": file.data.content}
    )

    assert back.data is not None, back.message
    assert back.data.id is not None
    assert back.data.bulk.rejected == 0, back.data.bulk.outcomes
    assert await symbols_of(ctx, back.data.id) == await symbols_of(ctx, universe_id)


@pytest.mark.anyio
async def test_intervals_carry_the_dates(ctx: Context) -> None:
    content = (
        "AAPL\t2020-01-01\t2020-12-31\nAAPL\t2022-01-01\t2099-12-31\nMSFT\t2020-01-01\t2021-06-30\n"
    )

    back = await import_universe.invoke(
        ctx, {"name": "Dated", "format": "intervals", "content": content}
    )

    assert back.data is not None, back.message
    assert back.data.id is not None
    universe_id = back.data.id
    assert await symbols_of(ctx, universe_id, as_of="2020-06-01") == ["AAPL", "MSFT"]
    assert await symbols_of(ctx, universe_id, as_of="2021-03-01") == ["MSFT"]
    assert await symbols_of(ctx, universe_id) == ["AAPL"]
    again = await export_universe.invoke(ctx, {"universe_id": universe_id, "format": "intervals"})
    assert again.data is not None
    assert sorted(again.data.content.splitlines()) == sorted(content.splitlines())


@pytest.mark.anyio
async def test_overlapping_days_of_one_asset_are_refused_line_by_line(ctx: Context) -> None:
    content = "AAPL\t2020-01-01\t2020-12-31\nAAPL\t2020-06-01\t2021-06-30\n"

    back = await import_universe.invoke(
        ctx, {"name": "Dated", "format": "intervals", "content": content}
    )

    assert back.data is not None
    assert [o.status for o in back.data.bulk.outcomes] == ["added", "rejected"]


@pytest.mark.anyio
async def test_a_preview_writes_nothing(ctx: Context) -> None:
    preview = await import_universe.invoke(
        ctx, {"name": "Preview", "format": "tickers", "content": "AAPL\nMSFT", "dry_run": True}
    )
    real = await import_universe.invoke(
        ctx, {"name": "Preview", "format": "tickers", "content": "AAPL\nMSFT"}
    )

    assert preview.data is not None
    assert (preview.data.id, preview.data.bulk.added) == (None, 2)
    assert real.success


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("union", ["AAPL", "MSFT", "NVDA", "TSLA"]),
        ("intersection", ["MSFT", "NVDA"]),
        ("difference", ["AAPL"]),
    ],
)
async def test_sets_are_made_of_sets(ctx: Context, operation: str, expected: list[str]) -> None:
    left = await made(ctx, "Left", "AAPL", "MSFT", "NVDA")
    right = await made(ctx, "Right", "NVDA", "MSFT", "TSLA")

    answer = await combine_universes.invoke(
        ctx, {"operation": operation, "universe_ids": [left, right], "name": "Made"}
    )

    assert answer.data is not None
    assert await symbols_of(ctx, answer.data.id) == expected
    assert answer.data.source == "derived"


@pytest.mark.anyio
async def test_another_users_universe_is_in_no_set_and_no_comparison(
    ctx: Context, stranger: Context
) -> None:
    theirs = await made(ctx, "Theirs", "AAPL")
    own = await made(stranger, "Own", "MSFT")

    def told(answer: object) -> str:
        return str(getattr(answer, "message", ""))

    for missing in (theirs, uuid4()):
        combined = await combine_universes.invoke(
            stranger, {"operation": "union", "universe_ids": [own, missing], "name": "X"}
        )
        compared = await compare_universes.invoke(
            stranger, {"left": {"universe_id": own}, "right": {"universe_id": missing}}
        )
        assert (combined.success, compared.success) == (False, False)
        assert "You have no universe with this id" in told(combined)
        assert "You have no universe with this id" in told(compared)
