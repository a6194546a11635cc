"""Refreshing universes by their rules: what a rule, a guard, an outage and the clock do."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import ErrorCode
from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    combine_universes,
    create_universe,
    delete_universe,
    get_universe,
    get_universe_history,
    refresh_universe,
    update_universe,
)
from core.operations.operation import Context
from core.operations.refresh import refresh_due
from core.ports import Services
from tests.factories import (
    at,
    by_the_catalogue,
    call,
    code_of,
    data_of,
    make_universe,
    symbols_of,
    tenant,
    version_of,
)
from tests.integration.live_support import online
from tests.provider_fake import provider_fake

pytestmark = pytest.mark.anyio

MEMBERS = ["AAPL", "MSFT", "XOM", "JPM"]


async def screened(ctx: Context, base: str, **refresh: Any) -> str:
    """A universe of everything in another one."""
    screen = {"base": {"kind": "universe", "ref": base}, "refresh": refresh}
    return str((await call(ctx, create_universe, name="Screened", screen=screen))["id"])


async def refreshed(ctx: Context, universe_id: str, **more: Any) -> dict[str, Any]:
    return await call(ctx, refresh_universe, universe_id=universe_id, **more)


async def test_what_the_rule_selects_now_comes_and_the_rest_goes(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    await call(ctx, bulk_add_assets, universe_id=base, symbols=["KO"])
    await call(ctx, bulk_remove_assets, universe_id=base, symbols=["XOM"])

    found = await refreshed(ctx, universe_id)

    (change, *_) = (await call(ctx, get_universe_history, universe_id=universe_id))["changes"]
    assert (found["outcome"], found["added"], found["removed"]) == ("changed", ["KO"], ["XOM"])
    assert found["change"] == change
    assert change["operation"] == "refresh_universe"
    assert sorted(await symbols_of(ctx, universe_id)) == ["AAPL", "JPM", "KO", "MSFT"]


async def test_a_dry_run_tells_and_writes_nothing(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    await call(ctx, bulk_add_assets, universe_id=base, symbols=["KO"])

    found = await refreshed(ctx, universe_id, dry_run=True)

    read = await call(ctx, get_universe, universe_id=universe_id)
    assert (found["outcome"], found["added"], found["change"]) == ("changed", ["KO"], None)
    assert (read["version"], read["refresh"]) == (1, None)


async def test_what_a_guard_holds_back_changes_nothing_and_is_told(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base, max_turnover=0.2)
    await call(ctx, bulk_remove_assets, universe_id=base, symbols=["XOM", "JPM"])

    found = await refreshed(ctx, universe_id)

    read = await call(ctx, get_universe, universe_id=universe_id)
    assert found["outcome"] == "held_back"
    assert "max_turnover" in found["reason"]
    assert (read["version"], len(read["assets"])) == (1, 4)
    assert read["refresh"]["reason"] == found["reason"]


async def test_a_newcomer_is_kept_for_its_days(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base, min_days=5)
    await call(ctx, bulk_remove_assets, universe_id=base, symbols=["XOM"])
    later = at(ctx, ctx.services.now() + timedelta(days=6))

    kept = await refreshed(ctx, universe_id)
    gone = await refreshed(later, universe_id)

    assert (kept["outcome"], kept["kept"]) == ("unchanged", ["XOM"])
    assert gone["removed"] == ["XOM"]


async def test_live_sets_follow_their_sources(ctx: Context) -> None:
    left = await make_universe(ctx, "Left", MEMBERS)
    right = await make_universe(ctx, "Right", ["XOM"])
    asked = {"operation": "difference", "universe_ids": [left, right], "name": "Rest"}
    made = data_of(await combine_universes.invoke(ctx, {**asked, "live": True}))
    await call(ctx, bulk_add_assets, universe_id=right, symbols=["JPM"])

    found = await refreshed(ctx, made["id"])

    assert (made["source"], found["removed"]) == ("derived", ["JPM"])


async def test_a_tracked_index_brings_its_members_back(ctx: Context) -> None:
    made = await call(ctx, create_universe, name="Dow", index="dow30", track=True)
    first = (await symbols_of(ctx, made["id"]))[0]
    await call(ctx, bulk_remove_assets, universe_id=made["id"], symbols=[first])

    found = await refreshed(ctx, made["id"])

    assert found["added"] == [first]


async def test_a_list_made_by_hand_follows_nothing(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Hand", MEMBERS)

    result = await refresh_universe.invoke(ctx, {"universe_id": universe_id})

    assert code_of(result) == ErrorCode.INVALID_INPUT
    assert result.metadata.error is not None
    assert "follows no rule" in result.message


async def test_the_clock_refreshes_each_rule_once_a_day_as_its_owner(
    ctx: Context, services: Services
) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    await call(ctx, bulk_add_assets, universe_id=base, symbols=["KO"])

    ran = [await refresh_due(services), await refresh_due(services)]

    (change, *_) = (await call(ctx, get_universe_history, universe_id=universe_id))["changes"]
    assert ran == [1, 0]
    assert (change["actor"], change["added"]) == ("schedule", 1)


async def test_a_rule_whose_source_is_gone_leaves_the_universe_and_says_so(
    ctx: Context, services: Services
) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    universe_id = await screened(ctx, base)
    async with tenant(ctx) as connection:
        await connection.execute(
            text("update universes set deleted_at = now() where id = :id"), {"id": base}
        )

    await refresh_due(services)

    read = await call(ctx, get_universe, universe_id=universe_id)
    assert len(read["assets"]) == 4
    assert read["refresh"]["outcome"] == "held_back"
    assert "deleted" in read["refresh"]["reason"]


async def test_a_refresh_names_the_source_that_is_gone_and_not_the_universe(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    screen_id = await screened(ctx, base)
    asked = {"operation": "union", "universe_ids": [base, screen_id], "name": "Live", "live": True}
    live_id = str(data_of(await combine_universes.invoke(ctx, asked))["id"])
    await call(ctx, delete_universe, universe_id=base, confirm_name="Base")

    refused = [
        await refresh_universe.invoke(ctx, {"universe_id": universe_id})
        for universe_id in (screen_id, live_id)
    ]

    assert {code_of(result) for result in refused} == {ErrorCode.NOT_FOUND}
    assert all(f"The universe {base}, which" in result.message for result in refused)


async def test_a_rule_goes_on_where_a_source_of_its_source_is_purged(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    asked = {"operation": "union", "universe_ids": [base, base], "name": "Live", "live": True}
    live_id = str(data_of(await combine_universes.invoke(ctx, asked))["id"])
    other = await make_universe(ctx, "Other", ["KO"])
    async with tenant(ctx) as connection:
        gone = str(uuid4())
        await connection.execute(
            text("update universes set derived = cast(:rule as jsonb) where id = :id"),
            {"rule": json.dumps({"operation": "union", "universe_ids": [gone]}), "id": live_id},
        )

    screen = {"base": {"kind": "universe", "ref": live_id}}
    await call(ctx, update_universe, universe_id=other, screen=screen)

    assert (await refreshed(ctx, other))["outcome"] == "changed"


async def test_a_new_universe_lets_in_no_more_than_a_refresh_would(ctx: Context) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    screen = {
        "base": {"kind": "universe", "ref": base},
        "order_by": [{"field": "symbol", "dir": "asc"}],
        "refresh": {"enter_rank": 1, "exit_rank": 2},
    }

    made = await call(ctx, create_universe, name="Ranked", screen=screen)

    assert await symbols_of(ctx, made["id"]) == ["AAPL"]
    assert (await refreshed(ctx, made["id"]))["outcome"] == "unchanged"


async def test_an_outage_leaves_the_universe_as_it_was_with_the_reason(
    settings: Settings, ctx: Context, context_for: Any
) -> None:
    base = await make_universe(ctx, "Base", MEMBERS)
    await by_the_catalogue(ctx, "update assets set pe_ratio = 20 where symbol = 'AAPL'")
    screen = {
        "base": {"kind": "universe", "ref": base},
        "where": {"not": {"field": "pe_ratio", "op": "gt", "value": 50}},
        "on_missing": "include",
    }
    universe_id = str((await call(ctx, create_universe, name="S", screen=screen))["id"])
    await call(ctx, bulk_remove_assets, universe_id=base, symbols=["XOM"])

    with provider_fake() as fake:
        fake.fault("*", "status", status=503)
        async with open_services(online(settings, fake)) as services:
            away = Context(principal=ctx.principal, services=services)
            found = await refreshed(away, universe_id)

    assert found["outcome"] == "held_back"
    assert "no provider could renew them" in found["reason"]
    assert await version_of(ctx, universe_id) == 1
