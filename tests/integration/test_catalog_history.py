"""What the catalogue remembers: other names, former symbols, index spans, and who was not seen."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.domain.asset import AssetClass, FormerSymbol, Quote
from core.domain.catalog import AltName, CatalogRow, IndexMembership
from core.operations import get_asset, validate_symbols
from core.operations.operation import Context
from tests.factories import call, rows

pytestmark = pytest.mark.anyio

LIST = "list.csv"


def row(symbol: str, name: str = "") -> CatalogRow:
    return CatalogRow(symbol=symbol, name=name or f"{symbol} Works", asset_class=AssetClass.EQUITY)


async def load(ctx: Context, *symbols: str, source: str = LIST) -> None:
    await ctx.services.catalog.load(
        [row(symbol) for symbol in symbols], source=source, checksum=str(symbols)
    )


async def unseen(ctx: Context) -> set[str]:
    found = await rows(ctx, "select symbol from assets where metadata ? 'not_seen_since'")
    return {symbol for (symbol,) in found}


async def verdicts(ctx: Context, *symbols: str, **names: str) -> list[dict[str, Any]]:
    data = await call(ctx, validate_symbols, symbols=list(symbols), expected_names=names)
    return data["results"]


async def test_what_a_newer_list_of_the_same_name_lacks_was_not_seen(ctx: Context) -> None:
    await load(ctx, "QAAA", "QBBB", "QCCC")
    await load(ctx, "QAAA", "QBBB")

    (result,) = await verdicts(ctx, "QCCC")

    assert await unseen(ctx) == {"QCCC"}
    assert result["verdict"] == "valid"
    assert result["warnings"][0]["code"] == "stale_verdict"


async def test_seen_again_is_seen(ctx: Context) -> None:
    await load(ctx, "QAAA", "QBBB", "QCCC")
    await load(ctx, "QAAA", "QBBB")

    await load(ctx, "QCCC", source="another.csv")

    assert await unseen(ctx) == set()


async def test_another_list_of_the_same_name_says_nothing_of_the_first(ctx: Context) -> None:
    await load(ctx, "QAAA", "QBBB", "QCCC")
    await load(ctx, "QAAA")
    await load(ctx, "QDDD", "QEEE", source="another.csv")

    assert await unseen(ctx) == set()


async def test_a_provider_that_confirms_takes_the_mark_away(ctx: Context) -> None:
    await load(ctx, "QAAA", "QBBB", "QCCC")
    await load(ctx, "QAAA", "QBBB")
    now = datetime.now(UTC)
    quote = Quote(
        symbol="QCCC",
        name="QCCC Works",
        asset_class=AssetClass.EQUITY,
        exchange="NMS",
        currency="USD",
        alive=True,
        source="yahoo",
        fetched_at=now,
    )

    stored = await ctx.services.catalog.save_quotes([quote])

    assert stored["QCCC"].not_seen_since is None
    assert await unseen(ctx) == set()


async def test_a_second_import_of_a_list_changes_nothing(ctx: Context) -> None:
    await load(ctx, "QAAA", "QBBB")

    report = await ctx.services.catalog.load(
        [row("QAAA"), row("QBBB")], source=LIST, checksum="again"
    )

    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        *(("google", "GOOGL"), ("Facebook", "META"), ("siemens", "SIE.DE"), ("toyota", "7203.T")),
        *(("vodafone", "VOD.L"), ("mcdonalds", "MCD"), ("coca cola", "KO"), ("nvidia", "NVDA")),
    ],
)
async def test_a_name_typed_as_a_symbol_has_the_company_first(
    ctx: Context, name: str, symbol: str
) -> None:
    (result,) = await verdicts(ctx, name)

    assert result["verdict"] == "unverified"
    assert result["suggestions"][0]["symbol"] == symbol


async def test_whom_an_expected_name_means_is_suggested(ctx: Context) -> None:
    (result,) = await verdicts(ctx, "AAPL", AAPL="Facebook")

    assert result["symbol"] == "AAPL"
    assert result["warnings"][0]["code"] == "identity_mismatch"
    assert result["suggestions"][0]["symbol"] == "META"


async def test_what_a_source_says_of_the_past_replaces_what_it_said(ctx: Context) -> None:
    catalog = ctx.services.catalog
    day = datetime(2020, 1, 2, tzinfo=UTC).date()
    await load(ctx, "QAAA")
    why = "Quaint Works took its old name again."
    old = FormerSymbol(symbol="QOLD", kind="renamed", successor="QAAA", until=day, reason=why)
    name = AltName(symbol="QAAA", name="Quaint Works Inc.", kind="former_name")
    spans = [
        IndexMembership(index_code="test", symbol="QAAA", start=day, end=day.replace(year=2021)),
        IndexMembership(index_code="test", symbol="QAAA", start=day.replace(year=2022)),
    ]

    await catalog.load_reference(spans, [old], names=[name], source="test")
    (renamed,) = await verdicts(ctx, "QOLD")
    (called,) = await verdicts(ctx, "quaint works")
    detail = await get_asset.invoke(ctx, {"symbol": "QAAA"})
    held = await rows(
        ctx,
        "select cast(during as text) from index_memberships where index_code = 'test' order by 1",
    )
    await catalog.load_reference([], [], source="test")
    (forgotten,) = await verdicts(ctx, "QOLD")

    assert (renamed["verdict"], renamed["symbol"]) == ("renamed", "QAAA")
    assert called["suggestions"][0]["symbol"] == "QAAA"
    assert detail.data
    assert [f.reason for f in detail.data.symbol_history] == [why]
    assert why not in detail.message
    assert held == [("[2020-01-02,2021-01-02)",), ("[2022-01-02,)",)]
    assert forgotten["verdict"] == "unverified"


async def test_the_built_in_indices_have_their_past(ctx: Context) -> None:
    found = await rows(
        ctx,
        "select lower(during) from index_memberships m join assets a on a.id = m.asset_id"
        " where index_code = 'sp500' and symbol = 'META'",
    )
    counts = await rows(
        ctx,
        "select index_code, count(*) from index_memberships"
        " where index_code in ('sp400', 'sp500', 'sp600') and upper_inf(during) group by 1",
    )

    assert [str(day) for (day,) in found] == ["2013-12-23"]
    assert {code: n >= 395 for code, n in counts} == {"sp400": True, "sp500": True, "sp600": True}
