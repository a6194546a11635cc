"""Ending to follow a rule, and following it again."""

import pytest

from core.operations import (
    bulk_add_assets,
    combine_universes,
    create_universe,
    get_universe,
    get_universe_history,
    refresh_universe,
    update_universe,
)
from core.operations.operation import Context
from core.operations.refresh import refresh_due
from core.ports import Services
from tests.factories import call, code_of, data_of, make_universe, symbols_of, version_of

pytestmark = pytest.mark.anyio

MEMBERS = ["AAPL", "MSFT", "XOM", "JPM"]


async def screened(ctx: Context, base: str) -> str:
    """A universe of everything in another one."""
    screen = {"base": {"kind": "universe", "ref": base}}
    return str((await call(ctx, create_universe, name="Screened", screen=screen))["id"])


async def test_a_universe_stops_following_its_screen_and_takes_it_up_again(
    ctx: Context, services: Services
) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    await call(ctx, update_universe, universe_id=universe_id, follow=False)
    await call(ctx, bulk_add_assets, universe_id=base, symbols=["KO"])

    refused = await refresh_universe.invoke(ctx, {"universe_id": universe_id})
    ran = await refresh_due(services)
    ended = await call(ctx, get_universe, universe_id=universe_id)
    await call(ctx, update_universe, universe_id=universe_id, follow=True)
    await refresh_due(services)

    changes = (await call(ctx, get_universe_history, universe_id=universe_id))["changes"]
    assert (code_of(refused), ran) == ("invalid_input", 0)
    assert "follow=true" in refused.message
    assert (ended["follows"], len(ended["assets"]), ended["screen"]["base"]["ref"]) == (
        False,
        4,
        base,
    )
    assert set(await symbols_of(ctx, universe_id)) == {*MEMBERS, "KO"}
    assert [change["reason"] for change in changes[1:3]] == [
        "It follows its rule again.",
        "It no longer follows its rule.",
    ]


async def test_live_sets_and_tracked_indices_stop_following_too(
    ctx: Context, services: Services
) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    asked = {"operation": "union", "universe_ids": [base, base], "name": "Live", "live": True}
    live_id = data_of(await combine_universes.invoke(ctx, asked))["id"]
    index_id = (await call(ctx, create_universe, name="Dow", index="dow30", track=True))["id"]

    ended = [
        await call(ctx, update_universe, universe_id=universe_id, follow=False)
        for universe_id in (live_id, index_id)
    ]

    assert await refresh_due(services) == 0
    assert [universe["tracked"] for universe in ended] == [False, False]
    again = await call(ctx, update_universe, universe_id=index_id, follow=True)
    assert (again["tracked"], await refresh_due(services)) == (True, 1)


async def test_a_new_screen_is_followed_though_the_old_one_was_not(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    await call(ctx, update_universe, universe_id=universe_id, follow=False)
    screen = (await call(ctx, get_universe, universe_id=universe_id))["screen"]

    await call(ctx, update_universe, universe_id=universe_id, screen=screen)

    assert (await call(ctx, get_universe, universe_id=universe_id))["follows"] is True


async def test_who_has_no_rule_cannot_follow_it_and_following_ends_only_once(ctx: Context) -> None:
    plain = await make_universe(ctx, "Plain", MEMBERS)
    universe_id = await screened(ctx, plain)

    refused = await update_universe.invoke(ctx, {"universe_id": plain, "follow": True})
    torn = await update_universe.invoke(
        ctx, {"universe_id": universe_id, "follow": False, "screen": {}}
    )
    for _ in range(2):
        await call(ctx, update_universe, universe_id=universe_id, follow=False)
        await call(ctx, update_universe, universe_id=plain, follow=False)

    assert [(code_of(r), r.metadata.error and r.metadata.error.field) for r in (refused, torn)] == [
        ("invalid_input", "follow")
    ] * 2
    assert [await version_of(ctx, one) for one in (plain, universe_id)] == [1, 2]
    assert (await call(ctx, get_universe, universe_id=plain))["follows"] is None
