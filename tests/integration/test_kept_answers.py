"""An answer that was given before is given again only while it is what reading anew would say."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from core.domain.result import Result
from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    delete_universe,
    get_universe,
    restore_universe,
    update_universe,
)
from core.operations.members import UniverseDetail
from core.operations.operation import Context
from db.session import Role, transaction
from tests.factories import by_the_catalogue, call, code_of, database_of, make_universe

pytestmark = pytest.mark.anyio
SYMBOLS = ("AAPL", "MSFT", "VOD.L")


def asking_for_json(ctx: Context) -> Context:
    return replace(ctx, takes_json=True)


async def read(ctx: Context, universe_id: str, **more: object) -> Result[UniverseDetail]:
    return await get_universe.invoke(ctx, {"universe_id": universe_id, **more})


async def is_as_read_anew(ctx: Context, universe_id: str, **more: object) -> bool:
    """Whether a door that sends JSON gets what one that wants values gets."""
    sent = await read(asking_for_json(ctx), universe_id, **more)
    anew = await read(ctx, universe_id, **more)
    return sent.written().json == anew.written().json


async def test_the_same_call_is_answered_as_it_was_written_before(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)

    first = await read(asking_for_json(ctx), universe_id)
    again = await read(replace(asking_for_json(ctx), request_id="another"), universe_id)

    assert first.data is not None
    assert again.data is None
    assert again.written().json == first.written().json
    assert again.metadata.request_id == "another"


async def test_who_wants_values_always_gets_them(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    await read(asking_for_json(ctx), universe_id)

    assert (await read(ctx, universe_id)).data is not None


async def test_pages_and_views_are_answers_of_their_own(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    for more in ({"limit": 2}, {"limit": 1}, {"view": "summary"}, {"version": 1}):
        await read(asking_for_json(ctx), universe_id, **more)

    for more in ({"limit": 2}, {"limit": 1}, {"view": "summary"}, {"version": 1}):
        assert await is_as_read_anew(ctx, universe_id, **more)


Change = Callable[[Context, str], Awaitable[object]]


async def add(ctx: Context, universe_id: str) -> None:
    await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=["NVDA"])


async def remove(ctx: Context, universe_id: str) -> None:
    await call(ctx, bulk_remove_assets, universe_id=universe_id, symbols=["MSFT"])


async def wait(ctx: Context, universe_id: str) -> None:
    """A symbol that nobody can verify is pending."""
    await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=["QQZXW"])


async def rename(ctx: Context, universe_id: str) -> None:
    await call(ctx, update_universe, universe_id=universe_id, name="Other")


async def reorder(ctx: Context, universe_id: str) -> None:
    await call(ctx, update_universe, universe_id=universe_id, order=["VOD.L"])


async def note(ctx: Context, universe_id: str) -> None:
    members = [{"symbol": "AAPL", "note": "fruit"}]
    await call(ctx, update_universe, universe_id=universe_id, members=members)


async def rename_asset(ctx: Context, universe_id: str) -> None:
    """Neither `updated_at` nor a version tells of it."""
    await by_the_catalogue(ctx, "update assets set name = 'Pear' where symbol = 'AAPL'")


async def make_doubtful(ctx: Context, universe_id: str) -> None:
    await by_the_catalogue(
        ctx,
        "update assets set last_validated_at = now() - interval '40 days' where symbol = 'MSFT'",
    )


@pytest.mark.parametrize(
    "change", [add, remove, wait, rename, reorder, note, rename_asset, make_doubtful]
)
async def test_whatever_changes_is_seen_at_once(ctx: Context, change: Change) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    before = await read(asking_for_json(ctx), universe_id)

    await change(ctx, universe_id)

    after = await read(asking_for_json(ctx), universe_id)
    assert after.written().json != before.written().json
    assert await is_as_read_anew(ctx, universe_id)


async def test_a_change_that_began_earlier_and_ended_later_is_seen(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    database = database_of(ctx.services)
    async with transaction(database, Role.CATALOG) as slow:
        changed = "update assets set pe_ratio = 7, updated_at = now() where symbol ="
        await slow.execute(text(f"{changed} 'AAPL'"))
        await by_the_catalogue(ctx, f"{changed} 'MSFT'")
        await read(asking_for_json(ctx), universe_id)

    assert await is_as_read_anew(ctx, universe_id)


async def test_a_deleted_universe_is_gone_and_comes_back_as_it_is(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    await read(asking_for_json(ctx), universe_id)

    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")
    gone = await read(asking_for_json(ctx), universe_id)
    await call(ctx, restore_universe, universe_id=universe_id)

    assert code_of(gone) == "not_found"
    assert await is_as_read_anew(ctx, universe_id)


async def test_another_tenant_gets_nothing_of_what_is_kept(ctx: Context, stranger: Context) -> None:
    universe_id = await make_universe(ctx, symbols=SYMBOLS)
    await read(asking_for_json(ctx), universe_id)

    assert code_of(await read(asking_for_json(stranger), universe_id)) == "not_found"
