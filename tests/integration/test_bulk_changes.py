"""Adding and removing many at once: one outcome an input, nothing half done, nothing lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    delete_universe,
)
from core.operations.operation import Context
from tests.factories import (
    at_once,
    call,
    code_of,
    make_universe,
    rows,
    some_symbols,
    statuses,
    symbols_of,
    version_of,
)

pytestmark = pytest.mark.anyio
BAD = "no;good"
UNKNOWN = "ZZQQX"
"""Well formed and in no catalogue: offline nobody can say what it is."""


async def written(ctx: Context) -> list[tuple[Any, ...]]:
    """Everything a change could have written."""
    return await rows(
        ctx,
        "select (select sum(version) from universes), (select count(*) from change_sets),"
        " (select count(*) from universe_assets), (select count(*) from pending_symbols),"
        " (select count(*) from idempotency_keys), (select count(*) from jobs)",
    )


async def test_every_input_has_an_outcome_in_the_order_given(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["MSFT"])
    typed = ["aapl", "'; DROP TABLE assets", UNKNOWN, "US0378331005", "MSFT", "", "NVDA", "\x00"]

    bulk = await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=typed)

    assert statuses(bulk) == [
        ("aapl", "added"),
        ("'; DROP TABLE assets", "rejected"),
        (UNKNOWN, "pending"),
        ("US0378331005", "already_member"),
        ("MSFT", "already_member"),
        ("", "rejected"),
        ("NVDA", "added"),
        ("\x00", "rejected"),
    ]
    assert (bulk["added"], bulk["already_member"], bulk["pending"], bulk["rejected"]) == (
        2,
        2,
        1,
        3,
    )
    assert all(o["reason"] for o in bulk["outcomes"] if o["status"] in ("rejected", "pending"))
    assert await symbols_of(ctx, universe_id) == ["MSFT", "AAPL", "NVDA"]


async def test_an_asset_named_twice_in_one_call_is_added_once(ctx: Context) -> None:
    universe_id = await make_universe(ctx)

    bulk = await call(
        ctx,
        bulk_add_assets,
        universe_id=universe_id,
        symbols=["BRK-B", "brk.b", "BRK/B", UNKNOWN, UNKNOWN],
    )

    assert [status for _, status in statuses(bulk)] == [
        "added",
        "already_member",
        "already_member",
        "pending",
        "pending",
    ]
    assert await symbols_of(ctx, universe_id) == ["BRK-B"]
    assert await rows(ctx, "select count(*) from pending_symbols") == [(1,)]


async def test_over_a_hundred_inputs_only_the_exceptions_are_listed(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    symbols = await some_symbols(ctx, 99)

    hundred = await call(
        ctx, bulk_add_assets, universe_id=universe_id, symbols=[*symbols, BAD], dry_run=True
    )
    more = await bulk_add_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": [*symbols, BAD, UNKNOWN]}
    )

    assert more.data is not None
    assert len(hundred["outcomes"]) == 100
    assert [(o.input, o.status) for o in more.data.outcomes] == [
        (BAD, "rejected"),
        (UNKNOWN, "pending"),
    ]
    assert (more.data.added, more.metadata.total, more.metadata.truncated) == (99, 101, True)


async def test_of_many_exceptions_a_hundred_are_listed_and_all_are_counted(ctx: Context) -> None:
    universe_id = await make_universe(ctx)

    bulk = await call(
        ctx, bulk_add_assets, universe_id=universe_id, symbols=[f"!{n}!" for n in range(150)]
    )

    assert bulk["rejected"] == 150
    assert [o["input"] for o in bulk["outcomes"]] == [f"!{n}!" for n in range(100)]


async def test_ten_thousand_inputs_are_taken_and_one_more_is_not(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    symbols = await some_symbols(ctx, 500)

    bulk = await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=symbols * 20)
    refused = await bulk_add_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": [*symbols * 20, "AAPL"]}
    )

    assert (bulk["added"], bulk["already_member"]) == (500, 9500)
    assert code_of(refused) == "invalid_input"


async def test_only_bad_symbols_make_no_version(ctx: Context) -> None:
    universe_id = await make_universe(ctx)

    bulk = await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=[BAD])

    assert (bulk["rejected"], bulk["version"]) == (1, 1)
    assert await version_of(ctx, universe_id) == 1


@pytest.mark.parametrize("operation", [bulk_add_assets, bulk_remove_assets])
async def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    ctx: Context, operation: Any
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL", UNKNOWN])
    arguments = {"universe_id": universe_id, "symbols": ["AAPL", "MSFT", UNKNOWN, "ZZQQW"]}
    before = await written(ctx)

    tried = await call(ctx, operation, **arguments, dry_run=True)
    after = await written(ctx)
    done = await call(ctx, operation, **arguments)

    assert after == before
    assert (tried["dry_run"], tried["version"], done["version"]) == (True, 1, 2)
    assert statuses(tried) == statuses(done)


@pytest.mark.parametrize("operation", [bulk_add_assets, bulk_remove_assets])
async def test_a_stale_version_is_refused_and_nothing_is_written(
    ctx: Context, operation: Any
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])
    await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=["MSFT"])
    before = await written(ctx)

    refused = await operation.invoke(
        ctx,
        {
            "universe_id": universe_id,
            "symbols": ["AAPL", "NVDA"],
            "expected_version": 1,
            "idempotency_key": "k",
        },
    )

    assert code_of(refused) == "version_conflict"
    assert await written(ctx) == before


async def test_of_two_changes_of_one_version_at_once_one_wins(ctx: Context) -> None:
    universe_id = await make_universe(ctx)

    answers = await at_once(
        *(
            bulk_add_assets.invoke(
                ctx, {"universe_id": universe_id, "symbols": [symbol], "expected_version": 1}
            )
            for symbol in ("AAPL", "MSFT", "NVDA")
        )
    )

    assert sorted(code_of(a) or "ok" for a in answers) == ["ok", *["version_conflict"] * 2]
    assert len(await symbols_of(ctx, universe_id)) == 1


async def test_additions_at_once_wait_for_each_other_and_none_is_lost(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    symbols = await some_symbols(ctx, 15)
    # neighbours name two assets in common: the later one finds them there
    parts = [symbols[start : start + 5] for start in range(0, 13, 3)]

    answers = await at_once(
        *(
            bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": part})
            for part in parts
        )
    )

    assert sorted(answer.metadata.version or 0 for answer in answers) == [2, 3, 4, 5, 6]
    assert sorted(await symbols_of(ctx, universe_id)) == sorted({s for p in parts for s in p})
    assert await rows(ctx, "select max(version), count(*) from change_sets") == [(6, 6)]
    assert await rows(ctx, "select count(distinct position) = count(*) from universe_assets") == [
        (True,)
    ]


async def test_removing_and_adding_at_once_leaves_a_state_one_order_explains(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    await at_once(
        bulk_remove_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["AAPL"]}),
        bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["AAPL", "MSFT"]}),
    )

    assert await symbols_of(ctx, universe_id) in (["MSFT"], ["MSFT", "AAPL"], ["AAPL", "MSFT"])
    assert await version_of(ctx, universe_id) == 3


async def test_a_date_in_the_future_is_refused_and_today_is_not(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)

    refused = [
        await operation.invoke(
            ctx,
            {
                "universe_id": universe_id,
                "symbols": ["AAPL"],
                "effective_date": tomorrow.isoformat(),
            },
        )
        for operation in (bulk_add_assets, bulk_remove_assets)
    ]
    taken = await bulk_add_assets.invoke(
        ctx,
        {"universe_id": universe_id, "symbols": ["MSFT"], "effective_date": today.isoformat()},
    )

    assert [code_of(answer) for answer in refused] == ["invalid_input"] * 2
    assert taken.success
    assert await symbols_of(ctx, universe_id) == ["AAPL", "MSFT"]


@pytest.mark.parametrize("operation", [bulk_add_assets, bulk_remove_assets])
async def test_a_deleted_universe_can_be_restored_but_not_changed(
    ctx: Context, operation: Any
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")

    refused = await operation.invoke(ctx, {"universe_id": universe_id, "symbols": ["MSFT"]})

    assert code_of(refused) == "not_found"
    assert "restore_universe" in refused.next_actions


async def test_a_universe_deleted_at_the_same_moment_is_changed_wholly_or_not_at_all(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    [added, deleted] = await at_once(
        bulk_add_assets.invoke(ctx, {"universe_id": universe_id, "symbols": ["MSFT"]}),
        delete_universe.invoke(ctx, {"universe_id": universe_id, "confirm_name": "Chips"}),
    )

    members = await rows(ctx, "select count(*) from universe_assets")
    assert deleted.success
    assert (code_of(added), members) in ((None, [(2,)]), ("not_found", [(1,)]))
