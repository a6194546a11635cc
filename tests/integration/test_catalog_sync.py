"""Published lists: only news is written, nothing broken gets in, and identities survive renames."""

import bz2

import pytest

from core.adapters.catalog import fetching
from core.adapters.catalog.published import lists_of
from core.config import Settings
from core.domain.catalog import SyncOutcome
from core.domain.errors import InvalidInputError
from core.operations import get_asset
from core.operations.operation import Context
from core.ports import Services
from db import catalog_store
from tests.factories import call, rows
from tests.integration.sync_support import MANY, loaded, sync
from tests.list_server import EQUITIES, ListServer, equities, equity

pytestmark = [pytest.mark.anyio, pytest.mark.lists("financedatabase/equities")]


async def written(ctx: Context) -> list[tuple[object, ...]]:
    """What a write would change: versions of the rows, and the record of imports."""
    assets = "select symbol, xmin::text from assets where symbol like 'QQ%' order by 1"
    return [*await rows(ctx, assets), *await rows(ctx, "select count(*) from catalog_imports")]


async def test_the_first_load_brings_every_row_in_our_words(
    services: Services, ctx: Context
) -> None:
    report = loaded(await sync(services))

    found = await call(ctx, get_asset, symbol="QQ07.DE")
    assert (report.added, report.rejected) == (len(MANY), 0)
    assert (found["name"], found["exchange"]) == ("QQ07.DE Works", "Xetra")
    assert (found["sector"], found["country"]) == ("Industrials", "Germany")


async def test_an_unchanged_list_is_not_sent_and_nothing_is_written(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    before = await written(ctx)

    report = await sync(services)

    assert report.outcome is SyncOutcome.UNCHANGED
    assert lists.statuses(EQUITIES) == [200, 304]
    assert await written(ctx) == before


async def test_of_a_changed_list_only_the_difference_is_written(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(
        *MANY[1:], equity("QQ00.DE", "Other Works"), equity("QQNEW.DE")
    )

    report = loaded(await sync(services))

    after = await written(ctx)
    assert (report.added, report.changed, report.unchanged) == (1, 1, len(MANY) - 1)
    assert {row[0] for row in set(after) ^ set(before) if len(row) == 2} == {"QQ00.DE", "QQNEW.DE"}


async def test_a_list_that_breaks_off_leaves_the_old_rows(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(*MANY, equity("QQNEW.DE"))
    lists.broken.add(EQUITIES)

    report = await sync(services)

    assert report.outcome is SyncOutcome.UNAVAILABLE
    assert "try again later" in report.reason
    assert await written(ctx) == before


@pytest.mark.parametrize(
    "content",
    [
        equities(*MANY)[:-20],
        b"not packed",
        equities(*MANY)[:60] + bytes(8) + equities(*MANY)[68:],
        b"",
    ],
    ids=["cut off", "no bzip2", "damaged", "empty"],
)
async def test_a_damaged_file_is_refused_with_the_old_rows_intact(
    services: Services, ctx: Context, lists: ListServer, content: bytes
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = content

    report = await sync(services)

    assert report.outcome is SyncOutcome.REFUSED
    assert await written(ctx) == before


async def test_a_list_whose_columns_changed_is_refused_by_their_names(
    services: Services, lists: ListServer
) -> None:
    lists.files[EQUITIES] = bz2.compress(b"ticker,name\nQQA,Apples\n")

    report = await sync(services)

    assert report.outcome is SyncOutcome.REFUSED
    assert "symbol, exchange, currency" in report.reason


async def test_a_list_that_lost_a_tenth_is_refused_until_somebody_says_so(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(*MANY[4:])

    refused = await sync(services)
    kept = await written(ctx)
    taken = await sync(services, allow_loss=True)

    assert refused.outcome is SyncOutcome.REFUSED
    assert "--allow-loss" in refused.reason
    assert kept == before
    assert taken.outcome is SyncOutcome.LOADED


async def test_a_list_that_has_nothing_in_common_with_the_last_is_refused(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(*(equity(f"QZ{n:02}.DE") for n in range(30)))

    report = await sync(services)

    assert report.outcome is SyncOutcome.REFUSED
    assert f"0 of the {len(MANY)}" in report.reason
    assert await written(ctx) == before


async def test_whatever_a_list_lost_with_leave_was_not_seen(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await sync(services)
    lists.files[EQUITIES] = equities(*MANY[20:])

    await sync(services, allow_loss=True)

    unseen = "select count(*) from assets where symbol like 'QQ%' and metadata ? 'not_seen_since'"
    assert await rows(ctx, unseen) == [(20,)]


async def test_killed_in_the_middle_the_old_rows_stand_and_the_next_sync_does_it(
    services: Services, ctx: Context, lists: ListServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(*MANY, equity("QQNEW.DE"))

    async def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalog_store, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            await sync(services)
    kept = await written(ctx)
    report = loaded(await sync(services))

    assert kept == before
    assert report.added == 1


async def test_the_schedule_leaves_out_what_nobody_ever_loaded(
    services: Services, lists: ListServer
) -> None:
    never = await services.sync(only_known=True)
    await sync(services)
    known = await services.sync(only_known=True)

    assert never == []
    assert [report.outcome for report in known] == [SyncOutcome.UNCHANGED]
    assert lists.statuses(EQUITIES) == [200, 304]


async def test_a_file_that_is_too_large_is_not_read(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 100)

    report = await sync(services)

    assert report.outcome is SyncOutcome.UNAVAILABLE
    assert "larger" in report.reason


async def test_a_list_that_does_not_come_to_an_end_is_given_up_and_the_old_rows_stand(
    services: Services, ctx: Context, lists: ListServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync(services)
    before = await written(ctx)
    lists.files[EQUITIES] = equities(*MANY, equity("QQNEW.DE"))
    lists.stuck.add(EQUITIES)
    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.5)

    report = await sync(services)

    assert report.outcome is SyncOutcome.UNAVAILABLE
    assert "did not arrive within" in report.reason
    assert await written(ctx) == before


async def test_a_list_nobody_publishes_is_an_error_that_names_them_all(
    services: Services, settings: Settings
) -> None:
    with pytest.raises(InvalidInputError, match="financedatabase/etfs"):
        lists_of(settings.model_copy(update={"catalog_lists": "nyse"}))
