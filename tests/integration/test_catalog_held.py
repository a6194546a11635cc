"""A list that contradicts who an asset is, is not believed over those who know it."""

from dataclasses import replace

import pytest

from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow
from core.operations.operation import Context
from core.ports import Services
from tests.factories import rows
from tests.integration.sync_support import MANY, loaded, sync
from tests.list_server import EQUITIES, ListServer, equities, equity

pytestmark = [pytest.mark.anyio, pytest.mark.lists("financedatabase/equities")]

OURS = CatalogRow(
    symbol="QQKNOWN",
    name="Known Works",
    asset_class=AssetClass.EQUITY,
    exchange="NASDAQ",
    mic="XNAS",
    currency="USD",
    isin="US0378331005",
)
AS_WE_KNOW_IT = ("Known Works", "XNAS", "USD", "US0378331005", None)


async def stored(ctx: Context) -> tuple[object, ...]:
    (found,) = await rows(
        ctx, "select name, mic, currency, isin, sector from assets where symbol = 'QQKNOWN'"
    )
    return found


async def test_another_venue_and_currency_at_once_are_held_back_and_told(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await services.catalog.load([OURS], source="list.csv", checksum="one")
    lists.files[EQUITIES] = equities(*MANY, equity("QQKNOWN", "Known Works"))

    found = await sync(services)

    assert loaded(found).held == ["QQKNOWN"]
    assert "1 held back (QQKNOWN)" in found.told()
    assert "universe catalog import" in found.told()
    assert found.is_doubted
    assert await stored(ctx) == AS_WE_KNOW_IT


async def test_an_isin_of_another_country_under_another_name_is_held_back(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    ours = replace(OURS, exchange="Xetra", mic="XETR", currency="EUR")
    await services.catalog.load([ours], source="list.csv", checksum="one")
    lists.files[EQUITIES] = equities(*MANY, equity("QQKNOWN", "Alien Mines", isin="DE0007164600"))

    report = loaded(await sync(services))

    assert report.held == ["QQKNOWN"]
    assert await stored(ctx) == ("Known Works", "XETR", "EUR", "US0378331005", None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (replace(OURS, currency="EUR"), equity("QQKNOWN", "Known Works")),
        (OURS, equity("QQKNOWN", "Known Works", isin="US0378331005")),
        (
            replace(OURS, exchange="Xetra", mic="XETR", currency="EUR"),
            equity("QQKNOWN", "Known Works", isin="DE0007164600"),
        ),
    ],
    ids=["moved to another venue", "the same share elsewhere", "moved its seat"],
)
async def test_what_can_be_news_is_taken(
    services: Services, ctx: Context, lists: ListServer, ours: CatalogRow, theirs: str
) -> None:
    await services.catalog.load([ours], source="list.csv", checksum="one")
    lists.files[EQUITIES] = equities(*MANY, theirs)

    report = loaded(await sync(services))

    assert list(report.held) == []
    assert (await stored(ctx))[1:3] == ("XETR", "EUR")


async def test_a_list_may_correct_its_own_word(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    theirs = equity("QQKNOWN", "Known Works")
    lists.files[EQUITIES] = equities(
        *MANY, theirs.replace(",EUR,", ",USD,").replace(",GER,", ",NMS,")
    )
    await sync(services)
    before = await stored(ctx)
    lists.files[EQUITIES] = equities(*MANY, theirs)

    report = loaded(await sync(services))

    assert list(report.held) == []
    assert (before[1:3], (await stored(ctx))[1:3]) == (("XNAS", "USD"), ("XETR", "EUR"))


async def test_what_was_held_is_held_again_until_somebody_imports_it(
    services: Services, ctx: Context, lists: ListServer
) -> None:
    await services.catalog.load([OURS], source="list.csv", checksum="one")
    held: list[list[str]] = []
    for name in ("Known Works", "Known Works SE"):
        lists.files[EQUITIES] = equities(*MANY, equity("QQKNOWN", name))
        held.append(list(loaded(await sync(services)).held))
    accepted = replace(OURS, exchange="Xetra", mic="XETR", currency="EUR")
    await services.catalog.load([accepted], source="mine.csv", checksum="two")
    lists.files[EQUITIES] = equities(*MANY, equity("QQKNOWN", "Known Works AG"))

    report = loaded(await sync(services))

    assert held == [["QQKNOWN"], ["QQKNOWN"]]
    assert list(report.held) == []
    assert (await stored(ctx))[:3] == ("Known Works AG", "XETR", "EUR")
