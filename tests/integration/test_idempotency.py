"""A call with a key is done once, however often and however simultaneously it is made."""

from typing import Any

import pytest

from core.operations import bulk_add_assets, bulk_remove_assets, create_universe
from core.operations.operation import Context
from tests.factories import (
    at_once,
    call,
    code_of,
    data_of,
    make_universe,
    rows,
    symbols_of,
    version_of,
)

pytestmark = pytest.mark.anyio
KEY = "3f1c-once"


async def test_a_replayed_creation_gives_the_same_data_and_makes_nothing(ctx: Context) -> None:
    arguments = {"name": "Chips", "symbols": ["AAPL", "nope!!"], "idempotency_key": KEY}
    first = await create_universe.invoke(ctx, arguments)

    again = await create_universe.invoke(ctx, arguments)

    assert data_of(again) == data_of(first)
    assert (first.metadata.replayed, again.metadata.replayed) == (None, True)
    assert (again.message, again.next_actions) == (first.message, first.next_actions)
    assert again.metadata.next_calls == first.metadata.next_calls
    assert await rows(ctx, "select count(*) from universes") == [(1,)]


async def test_a_replayed_addition_answers_as_then_even_when_the_list_changed_since(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx)
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}
    first = await bulk_add_assets.invoke(ctx, arguments)
    await call(ctx, bulk_remove_assets, universe_id=universe_id, symbols=["AAPL"])

    again = await bulk_add_assets.invoke(ctx, arguments)

    assert data_of(again) == data_of(first)
    assert again.metadata.replayed is True
    assert await symbols_of(ctx, universe_id) == []
    assert await version_of(ctx, universe_id) == 3


async def test_a_replayed_removal_does_not_remove_what_came_back(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}
    await call(ctx, bulk_remove_assets, **arguments)
    await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=["AAPL"])

    again = await bulk_remove_assets.invoke(ctx, arguments)

    assert again.metadata.replayed is True
    assert data_of(again)["removed"] == 1
    assert await symbols_of(ctx, universe_id) == ["AAPL"]


@pytest.mark.parametrize(
    "other",
    [
        {"symbols": ["MSFT"]},
        {"symbols": ["AAPL", "AAPL"]},
        {"effective_date": "2020-01-01"},
        {"dry_run": True},
        {"expected_version": 1},
    ],
)
async def test_a_key_used_for_another_request_is_a_mismatch_and_changes_nothing(
    ctx: Context, other: dict[str, Any]
) -> None:
    universe_id = await make_universe(ctx)
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}
    await call(ctx, bulk_add_assets, **arguments)

    refused = await bulk_add_assets.invoke(ctx, arguments | other)

    assert code_of(refused) == "idempotency_mismatch"
    assert await version_of(ctx, universe_id) == 2


async def test_a_key_of_another_operation_is_a_mismatch(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"], idempotency_key=KEY)

    refused = await bulk_remove_assets.invoke(
        ctx, {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}
    )

    assert code_of(refused) == "idempotency_mismatch"
    assert await symbols_of(ctx, universe_id) == ["AAPL"]


async def test_a_key_belongs_to_its_user(ctx: Context, stranger: Context) -> None:
    hers = await make_universe(ctx, "Hers", idempotency_key=KEY)

    his = await create_universe.invoke(stranger, {"name": "His", "idempotency_key": KEY})

    assert his.success
    assert data_of(his)["id"] != hers
    assert his.metadata.replayed is None


async def test_calls_with_one_key_at_once_write_once(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}

    answers = await at_once(*(bulk_add_assets.invoke(ctx, arguments) for _ in range(4)))
    after = await bulk_add_assets.invoke(ctx, arguments)

    assert {code_of(answer) for answer in answers} <= {None, "conflict"}
    assert {data_of(a)["added"] for a in answers if a.success} == {1}
    assert after.metadata.replayed is True
    assert await version_of(ctx, universe_id) == 2
    assert await rows(ctx, "select count(*) from idempotency_keys") == [(1,)]


async def test_creations_with_one_key_at_once_make_one_universe(ctx: Context) -> None:
    arguments = {"name": "Chips", "symbols": ["AAPL"], "idempotency_key": KEY}

    answers = await at_once(*(create_universe.invoke(ctx, arguments) for _ in range(4)))
    after = await create_universe.invoke(ctx, arguments)

    assert {code_of(answer) for answer in answers} <= {None, "conflict"}
    assert after.metadata.replayed is True
    assert await rows(ctx, "select count(*) from universes") == [(1,)]


async def test_a_failure_is_not_kept_so_that_the_key_can_be_used_when_it_is_mended(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx)
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}

    refused = await bulk_add_assets.invoke(ctx, arguments | {"expected_version": 7})
    done = await bulk_add_assets.invoke(ctx, arguments)

    assert code_of(refused) == "version_conflict"
    assert (done.success, done.metadata.replayed) == (True, None)


async def test_a_dry_run_does_not_use_its_key_up(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    arguments = {"universe_id": universe_id, "symbols": ["AAPL"], "idempotency_key": KEY}

    tried = await bulk_add_assets.invoke(ctx, arguments | {"dry_run": True})
    done = await bulk_add_assets.invoke(ctx, arguments)

    assert tried.success
    assert data_of(done)["added"] == 1
    assert done.metadata.replayed is None
