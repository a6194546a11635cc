"""The order of members, and paging through lists without losing or repeating anybody."""

import itertools
from typing import Any

import pytest

from core.operations import (
    bulk_add_assets,
    bulk_remove_assets,
    get_universe,
    list_universes,
    search_assets,
    update_universe,
)
from core.operations.operation import Context, Operation
from tests.factories import (
    call,
    code_of,
    make_universe,
    rows,
    some_symbols,
    symbols_of,
    version_of,
)

pytestmark = pytest.mark.anyio
FOUR = ["AAPL", "MSFT", "NVDA", "ORCL"]


async def ordered(ctx: Context, universe_id: str, *order: str) -> list[str]:
    await call(ctx, update_universe, universe_id=universe_id, order=list(order))
    return await symbols_of(ctx, universe_id)


async def test_members_named_in_order_come_first_and_the_others_keep_theirs(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)

    assert await ordered(ctx, universe_id, "ORCL", "msft") == ["ORCL", "MSFT", "AAPL", "NVDA"]


async def test_every_order_of_all_members_can_be_asked_for(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR[:3])

    for order in itertools.permutations(FOUR[:3]):
        assert await ordered(ctx, universe_id, *order) == list(order)


async def test_an_old_order_can_be_read_at_its_version(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)
    await ordered(ctx, universe_id, "ORCL")
    await ordered(ctx, universe_id, "NVDA", "MSFT")

    at_versions = [await symbols_of(ctx, universe_id, version=n) for n in (1, 2, 3)]

    assert at_versions == [
        FOUR,
        ["ORCL", "AAPL", "MSFT", "NVDA"],
        ["NVDA", "MSFT", "ORCL", "AAPL"],
    ]


async def test_only_those_who_move_are_superseded_and_their_dates_stay(ctx: Context) -> None:
    universe_id = await make_universe(ctx)
    await call(
        ctx, bulk_add_assets, universe_id=universe_id, symbols=FOUR, effective_date="2024-01-01"
    )

    await ordered(ctx, universe_id, "ORCL")

    assert await rows(ctx, "select count(*) from universe_assets") == [(5,)]
    assert await symbols_of(ctx, universe_id, as_of="2024-01-01") == [
        "ORCL",
        "AAPL",
        "MSFT",
        "NVDA",
    ]


async def test_who_comes_later_comes_last(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR[:3])
    await ordered(ctx, universe_id, "NVDA", "MSFT", "AAPL")
    await call(ctx, bulk_remove_assets, universe_id=universe_id, symbols=["NVDA"])

    await call(ctx, bulk_add_assets, universe_id=universe_id, symbols=["ORCL", "NVDA"])

    assert await symbols_of(ctx, universe_id) == ["MSFT", "AAPL", "ORCL", "NVDA"]


async def test_an_order_that_is_so_already_is_no_change(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)

    await ordered(ctx, universe_id, "AAPL", "MSFT")
    await ordered(ctx, universe_id, "AAPL", "aapl", "US0378331005")

    assert await version_of(ctx, universe_id) == 1


@pytest.mark.parametrize("order", [["TSLA", "AAPL"], ["no;good"], ["\x00"], [""], ["ZZQQX"]])
async def test_an_order_that_names_no_member_changes_nothing_at_all(
    ctx: Context, order: list[str]
) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)

    refused = await update_universe.invoke(
        ctx, {"universe_id": universe_id, "name": "New name", "order": order}
    )

    assert code_of(refused) == "invalid_input"
    assert refused.metadata.error is not None
    assert refused.metadata.error.details == {"not_members": order[:1]}
    assert await rows(ctx, "select name, version from universes") == [("Chips", 1)]


async def pages(
    ctx: Context, operation: Operation[Any, Any], part: str, **arguments: Any
) -> list[dict[str, Any]]:
    """All rows, page by page, as `next_cursor` leads."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(100):
        result = await operation.invoke(ctx, arguments | ({"cursor": cursor} if cursor else {}))
        assert result.success, result.message
        found += result.model_dump(mode="json")["data"][part]
        cursor = result.metadata.next_cursor
        assert result.metadata.truncated is (cursor is not None)
        if cursor is None:
            return found
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("view", ["standard", "summary"])
async def test_paging_through_members_shows_each_once_in_order(ctx: Context, view: str) -> None:
    symbols = await some_symbols(ctx, 60)
    universe_id = await make_universe(ctx, symbols=symbols)

    found = await pages(ctx, get_universe, "assets", universe_id=universe_id, limit=7, view=view)

    assert [asset["symbol"] for asset in found] == symbols


async def test_a_summary_has_what_a_person_needs_and_no_more(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=["AAPL"])

    read = await call(ctx, get_universe, universe_id=universe_id, view="summary")

    assert set(read["assets"][0]) == {"id", "symbol", "name", "exchange", "position"}


async def test_the_next_page_is_offered_as_a_ready_call(ctx: Context) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)
    first = await get_universe.invoke(
        ctx, {"universe_id": universe_id, "limit": 3, "from": "2020-01-01"}
    )
    [offered] = first.metadata.next_calls

    second = await get_universe.invoke(ctx, offered.arguments)

    assert second.data is not None
    assert [asset.symbol for asset in second.data.assets] == ["ORCL"]


async def test_paging_through_universes_shows_each_once_newest_first(ctx: Context) -> None:
    names = [f"Universe {number:02}" for number in range(30)]
    for name in names:
        await make_universe(ctx, name)

    found = await pages(ctx, list_universes, "universes", limit=7)

    assert [universe["name"] for universe in found] == names[::-1]


async def test_universes_made_at_the_same_instant_are_paged_by_id(ctx: Context) -> None:
    for number in range(5):
        await make_universe(ctx, f"Twin {number}")
    async with ctx.unit_of_work() as uow:
        [one, *_] = await uow.universes.list(query=None, after=None, limit=1)
    assert one

    found = await pages(ctx, list_universes, "universes", limit=1, query="twin")

    assert len({universe["id"] for universe in found}) == len(found) == 5


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("chips", ["Blue chips", "Chips_100%"]),
        ("_", ["Chips_100%"]),
        ("%", ["Chips_100%"]),
        ("\\", []),
        ("' or 1=1 --", []),
        ("A LIST", ["Fish"]),
        ("", ["Fish", "Blue chips", "Chips_100%"]),
    ],
)
async def test_a_query_is_words_and_never_a_pattern(
    ctx: Context, query: str, found: list[str]
) -> None:
    await make_universe(ctx, "Chips_100%")
    await make_universe(ctx, "Blue chips")
    await make_universe(ctx, "Fish", description="a list of fish")

    listed = await list_universes.invoke(ctx, {"query": query})

    assert listed.data is not None
    assert [universe.name for universe in listed.data.universes] == found
    assert listed.metadata.total == len(found)


@pytest.mark.parametrize("cursor", ["garbage", "", "bnVsbA", "%00", "W10"])
async def test_a_made_up_cursor_is_refused_by_every_list(ctx: Context, cursor: str) -> None:
    universe_id = await make_universe(ctx, symbols=FOUR)

    answers = [
        await get_universe.invoke(ctx, {"universe_id": universe_id, "cursor": cursor}),
        await list_universes.invoke(ctx, {"cursor": cursor}),
        await search_assets.invoke(ctx, {"query": "apple", "cursor": cursor}),
    ]

    assert [code_of(answer) for answer in answers] == ["invalid_input"] * 3
    assert {answer.metadata.error.field for answer in answers if answer.metadata.error} == {
        "cursor"
    }


async def test_a_cursor_of_another_list_is_refused(ctx: Context) -> None:
    first = await make_universe(ctx, "First", symbols=FOUR)
    second = await make_universe(ctx, "Second", symbols=FOUR)
    page = await get_universe.invoke(ctx, {"universe_id": first, "limit": 1})
    cursor = page.metadata.next_cursor

    answers = [
        await get_universe.invoke(ctx, {"universe_id": second, "limit": 1, "cursor": cursor}),
        await get_universe.invoke(
            ctx, {"universe_id": first, "limit": 1, "cursor": cursor, "version": 1}
        ),
        await list_universes.invoke(ctx, {"cursor": cursor}),
        await search_assets.invoke(ctx, {"query": "apple", "cursor": cursor}),
    ]

    assert cursor is not None
    assert [code_of(answer) for answer in answers] == ["invalid_input"] * 4


async def test_a_page_has_at_most_two_hundred_rows(ctx: Context) -> None:
    symbols = await some_symbols(ctx, 210)
    universe_id = await make_universe(ctx, symbols=symbols)

    most = await get_universe.invoke(ctx, {"universe_id": universe_id, "limit": 200})
    more = await get_universe.invoke(ctx, {"universe_id": universe_id, "limit": 1001})

    assert most.data is not None
    assert (len(most.data.assets), most.metadata.total) == (200, 210)
    assert code_of(more) == "invalid_input"
