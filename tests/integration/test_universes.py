"""Making, reading, changing and deleting universes on the real database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.operations import (
    create_universe,
    delete_universe,
    get_universe,
    list_universes,
    restore_universe,
    update_universe,
)
from core.operations.operation import Context
from tests.factories import at, at_once, call, code_of, make_universe, rows, symbols_of, version_of

pytestmark = pytest.mark.anyio


async def test_symbols_of_several_notations_become_one_member_each(ctx: Context) -> None:
    made = await create_universe.invoke(
        ctx, {"name": "Mixed", "symbols": ["AAPL", "brk.b", "BRK/B", "VOD LN"]}
    )

    assert made.data is not None
    read = await get_universe.invoke(ctx, {"universe_id": made.data.id})
    assert read.data is not None
    assert [asset.symbol for asset in read.data.assets] == ["AAPL", "BRK-B", "VOD.L"]


async def test_a_new_universe_is_version_one_and_empty(ctx: Context) -> None:
    made = await create_universe.invoke(ctx, {"name": "Empty"})

    assert made.success
    assert (made.metadata.version, made.metadata.validation_status) == (1, "empty")
    assert (made.metadata.asset_count, made.metadata.pending_count) == (0, 0)
    assert made.metadata.next_calls[0].tool == "bulk_add_assets"


async def test_names_are_trimmed_and_composed_so_that_two_spellings_are_one(ctx: Context) -> None:
    await make_universe(ctx, "  Café 半導体 🚀 ")

    again = await create_universe.invoke(ctx, {"name": "Cafe\u0301 半導体 🚀"})

    assert code_of(again) == "conflict"


async def test_a_description_keeps_its_lines_and_refuses_the_invisible(ctx: Context) -> None:
    kept = await call(ctx, create_universe, name="Lines", description="one\ntwo")
    refused = await create_universe.invoke(ctx, {"name": "Bidi", "description": "a\u202eb"})
    long = await create_universe.invoke(ctx, {"name": "Long", "description": "x" * 2001})

    assert kept["description"] == "one\ntwo"
    assert [code_of(refused), code_of(long)] == ["invalid_input", "invalid_input"]


async def test_a_name_is_taken_once_and_the_refusal_says_by_which(ctx: Context) -> None:
    first = await make_universe(ctx, "Chips")

    refused = await create_universe.invoke(ctx, {"name": "Chips", "symbols": ["AAPL"]})

    assert code_of(refused) == "conflict"
    assert refused.metadata.error is not None
    assert refused.metadata.error.details == {"universe_id": first}
    assert "bulk_add_assets" in refused.next_actions


async def test_of_two_calls_for_one_name_at_once_one_succeeds_and_one_is_told(
    ctx: Context,
) -> None:
    answers = await at_once(
        *(create_universe.invoke(ctx, {"name": "Race", "symbols": ["AAPL"]}) for _ in range(4))
    )

    assert sorted(code_of(answer) or "ok" for answer in answers) == ["conflict"] * 3 + ["ok"]
    assert await rows(ctx, "select count(*) from universes") == [(1,)]


async def test_two_renames_to_one_name_at_once_leave_one(ctx: Context) -> None:
    ids = [await make_universe(ctx, f"Old {number}") for number in range(3)]

    answers = await at_once(
        *(update_universe.invoke(ctx, {"universe_id": i, "name": "New"}) for i in ids)
    )

    assert sorted(code_of(answer) or "ok" for answer in answers) == ["conflict", "conflict", "ok"]


async def test_renaming_and_describing_is_one_version_and_nothing_new_is_none(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx, "Old")

    changed = await update_universe.invoke(
        ctx, {"universe_id": universe_id, "name": "New", "description": "why"}
    )
    same = await update_universe.invoke(
        ctx, {"universe_id": universe_id, "name": "New", "description": "why"}
    )

    assert (changed.metadata.version, same.metadata.version) == (2, 2)
    assert await rows(ctx, "select count(*) from change_sets") == [(2,)]


async def test_a_name_can_be_taken_again_when_its_bearer_got_another(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Old")
    await call(ctx, update_universe, universe_id=universe_id, name="New")

    again = await make_universe(ctx, "Old")

    assert again != universe_id


async def test_a_rename_to_a_taken_name_is_refused(ctx: Context) -> None:
    await make_universe(ctx, "Taken")
    universe_id = await make_universe(ctx, "Free")

    refused = await update_universe.invoke(ctx, {"universe_id": universe_id, "name": "Taken"})

    assert code_of(refused) == "conflict"
    assert await version_of(ctx, universe_id) == 1


async def test_a_stale_version_changes_nothing(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")
    await call(ctx, update_universe, universe_id=universe_id, description="newer")

    refused = await update_universe.invoke(
        ctx, {"universe_id": universe_id, "description": "mine", "expected_version": 1}
    )

    assert code_of(refused) == "version_conflict"
    assert refused.metadata.error is not None
    assert refused.metadata.error.details == {"version": 2}
    assert await rows(ctx, "select description, version from universes") == [("newer", 2)]


async def test_deleting_needs_the_name_and_says_so_without_naming_it(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips", ["AAPL"])

    without = await delete_universe.invoke(ctx, {"universe_id": universe_id})
    wrong = await delete_universe.invoke(
        ctx, {"universe_id": universe_id, "confirm_name": "chips "}
    )

    assert [code_of(without), code_of(wrong)] == ["confirmation_required"] * 2
    assert "Chips" not in without.model_dump_json() + wrong.model_dump_json()
    assert await symbols_of(ctx, universe_id) == ["AAPL"]


async def test_a_deleted_universe_is_hidden_at_once_and_every_refusal_names_restore(
    ctx: Context,
) -> None:
    universe_id = await make_universe(ctx, "Chips", ["AAPL"])
    deleted = await delete_universe.invoke(
        ctx, {"universe_id": universe_id, "confirm_name": "Chips"}
    )

    answers = [
        await operation.invoke(ctx, {"universe_id": universe_id, **more})
        for operation, more in (
            (get_universe, {}),
            (update_universe, {"name": "Other"}),
            (delete_universe, {"confirm_name": "Chips"}),
        )
    ]

    assert deleted.success
    assert {code_of(answer) for answer in answers} == {"not_found"}
    assert all("restore_universe" in answer.next_actions for answer in answers)
    assert (await call(ctx, list_universes))["universes"] == []


async def test_a_restored_universe_is_as_it_was_with_its_history(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips", ["AAPL", "MSFT"])
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")

    restored = await restore_universe.invoke(ctx, {"universe_id": universe_id})
    again = await restore_universe.invoke(ctx, {"universe_id": universe_id})

    assert await symbols_of(ctx, universe_id) == ["AAPL", "MSFT"]
    assert await symbols_of(ctx, universe_id, version=1) == ["AAPL", "MSFT"]
    assert (restored.metadata.version, again.metadata.version) == (3, 3)
    assert "nothing to restore" in again.message


async def test_several_restores_at_once_are_one(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")

    answers = await at_once(
        *(restore_universe.invoke(ctx, {"universe_id": universe_id}) for _ in range(4))
    )

    assert [code_of(answer) for answer in answers] == [None] * 4
    assert await version_of(ctx, universe_id) == 3


async def test_several_deletions_at_once_are_one(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")

    answers = await at_once(
        *(
            delete_universe.invoke(ctx, {"universe_id": universe_id, "confirm_name": "Chips"})
            for _ in range(4)
        )
    )

    assert sorted(code_of(answer) or "ok" for answer in answers) == ["not_found"] * 3 + ["ok"]


async def test_a_restore_waits_for_its_name_to_be_free(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")
    other = await make_universe(ctx, "Chips")

    refused = await restore_universe.invoke(ctx, {"universe_id": universe_id})
    await call(ctx, update_universe, universe_id=other, name="Fish")
    restored = await restore_universe.invoke(ctx, {"universe_id": universe_id})

    assert code_of(refused) == "conflict"
    assert restored.success


async def test_a_restore_and_a_new_universe_of_the_name_at_once_leave_one(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Chips")

    answers = await at_once(
        restore_universe.invoke(ctx, {"universe_id": universe_id}),
        create_universe.invoke(ctx, {"name": "Chips"}),
    )

    assert sorted(code_of(answer) or "ok" for answer in answers) == ["conflict", "ok"]


async def test_after_thirty_days_nothing_can_be_restored(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips")
    long_ago = at(ctx, datetime.now(UTC) - timedelta(days=31))
    await call(long_ago, delete_universe, universe_id=universe_id, confirm_name="Chips")

    late = await restore_universe.invoke(ctx, {"universe_id": universe_id})
    read = await get_universe.invoke(ctx, {"universe_id": universe_id})
    never = await get_universe.invoke(ctx, {"universe_id": str(uuid4())})

    assert code_of(late) == "not_found"
    assert read.message == never.message


async def test_every_change_is_recorded_with_who_and_through_what(ctx: Context) -> None:
    universe_id = await make_universe(ctx, "Chips", ["AAPL"])
    await call(ctx, update_universe, universe_id=universe_id, name="Fish")
    await call(ctx, delete_universe, universe_id=universe_id, confirm_name="Fish")
    await call(ctx, restore_universe, universe_id=universe_id)

    recorded = await rows(
        ctx, "select version, operation, actor, client, added from change_sets order by version"
    )

    assert recorded == [
        (1, "create_universe", "tester", "tests 1", 1),
        (2, "update_universe", "tester", "tests 1", 0),
        (3, "delete_universe", "tester", "tests 1", 0),
        (4, "restore_universe", "tester", "tests 1", 0),
    ]
