"""Warnings beside an answer, and suggestions where there is none."""

from datetime import timedelta

import pytest

from core.domain.asset import AssetStatus
from core.domain.resolving import names_agree
from core.domain.validation import ValidationResult, Verdict, WarningCode
from tests.unit.resolving.world import (
    NOW,
    World,
    asset,
    catalog_of,
    former,
    quote,
    quotes_of,
    records_of,
)

APPLE = asset("AAPL", "Apple Inc.", exchange="NASDAQ")
NVIDIA = asset("NVDA", "NVIDIA Corporation", exchange="NASDAQ")
APPLIED = asset("AMAT", "Applied Materials, Inc.", exchange="NASDAQ")
CATALOG = catalog_of(APPLIED, NVIDIA, APPLE)
ONLINE = World(catalog=CATALOG, live=quotes_of(*CATALOG.values()))


def codes(result: ValidationResult) -> list[WarningCode]:
    return [warning.code for warning in result.warnings]


@pytest.mark.parametrize("text", ["nvidia", "NVIDIA", "NVIDIA Corp", "Nvidia Corporation"])
def test_a_company_name_is_answered_with_its_symbol_first(text: str) -> None:
    result = ONLINE.resolve(text)

    assert result.verdict is Verdict.NOT_FOUND
    assert result.suggestions[0].symbol == "NVDA"


def test_a_slip_is_suggested_and_never_substituted() -> None:
    result = ONLINE.resolve("APPL")

    assert (result.verdict, result.asset) == (Verdict.NOT_FOUND, None)
    first = result.suggestions[0]
    assert (first.symbol, first.name, first.exchange) == ("AAPL", "Apple Inc.", "NASDAQ")


def test_symbols_inside_a_refused_text_are_suggested_where_they_exist() -> None:
    result = ONLINE.resolve("AAPL,ZZZQ")

    assert [s.symbol for s in result.suggestions] == ["AAPL"]


def test_two_symbols_with_a_blank_are_malformed_and_not_a_name() -> None:
    result = ONLINE.resolve("AAPL NVDA")

    assert result.verdict is Verdict.MALFORMED
    assert [s.symbol for s in result.suggestions] == ["AAPL", "NVDA"]


def test_at_most_five_suggestions_are_given() -> None:
    many = [asset(f"BANK{n}", f"Bank Number {n}") for n in range(9)]

    assert len(World(catalog=catalog_of(*many)).resolve("Bank Number").suggestions) == 5


def test_another_name_than_expected_is_an_identity_mismatch() -> None:
    result = ONLINE.resolve("NVDA", expected_name="Apple")

    assert result.verdict is Verdict.VALID
    assert codes(result) == [WarningCode.IDENTITY_MISMATCH]
    assert [s.symbol for s in result.suggestions] == ["AAPL"]


@pytest.mark.parametrize("name", ["Apple", "APPLE INC", "apple computer company", "Apple, Inc."])
def test_legal_forms_and_case_are_no_mismatch(name: str) -> None:
    assert codes(ONLINE.resolve("AAPL", expected_name=name)) == []


def test_an_old_last_trade_is_a_stale_price() -> None:
    old = quote("AAPL", "Apple Inc.", traded_at=NOW - timedelta(days=15))
    new = quote("AAPL", "Apple Inc.", traded_at=NOW - timedelta(days=13))

    assert codes(World(catalog=CATALOG, live={"AAPL": old}).resolve("AAPL")) == [
        WarningCode.STALE_PRICE
    ]
    assert codes(World(catalog=CATALOG, live={"AAPL": new}).resolve("AAPL")) == []


def test_a_bare_ticker_tells_its_other_homes_by_name() -> None:
    genomics = asset("TXG", "10x Genomics, Inc.", exchange="NASDAQ")
    torex = asset("TXG.TO", "Torex Gold Resources Inc.", exchange="Toronto")
    line = asset("TXG.F", "10x Genomics, Inc.", exchange="Frankfurt")
    catalog = catalog_of(genomics, torex, line)
    result = World(catalog=catalog, live=quotes_of(genomics)).resolve("TXG")

    assert (result.verdict, result.symbol) == (Verdict.VALID, genomics.symbol)
    (warning,) = result.warnings
    assert warning.code is WarningCode.OTHER_LISTINGS
    assert "TXG.TO (Torex Gold Resources Inc., Toronto)" in warning.message
    assert "TXG.F" not in warning.message


@pytest.mark.parametrize("status", [AssetStatus.ACTIVE, AssetStatus.DELISTED])
def test_another_name_at_the_provider_may_be_a_reused_ticker(status: AssetStatus) -> None:
    old = asset("LUNG", "Pulmonx Corporation", status=status)
    world = World(catalog=catalog_of(old), live={"LUNG": quote("LUNG", "Other Biotech Inc.")})

    assert codes(world.resolve("LUNG")) == [WarningCode.TICKER_MAY_BE_REUSED]


def test_a_former_index_member_of_another_name_may_be_a_reused_ticker() -> None:
    records = records_of(former("AAPL", "left_index", name="Appalachian Power"))
    world = World(catalog=CATALOG, live=ONLINE.live, records=records)

    assert codes(world.resolve("AAPL")) == [WarningCode.TICKER_MAY_BE_REUSED]


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("Meta Platforms, Inc.", "META PLATFORMS INC CLASS A COMMON STOCK", True),
        ("IBM", "International Business Machines Corporation", True),
        ("JP Morgan", "JPMorgan Chase & Co.", True),
        ("Nestl\u00e9 S.A.", "Nestle SA", True),
        ("Intl Paper", "International Paper Company", True),
        ("\u30c8\u30e8\u30bf", "Toyota Motor Corporation", True),
        ("Facebook, Inc.", "ProShares S&P 500 Dynamic Buffer ETF", False),
        ("First Solar", "First Republic Bank", False),
        ("10x Genomics", "Torex Gold Resources", False),
    ],
)
def test_names_agree_by_what_is_left_without_legal_forms(
    first: str, second: str, *, agree: bool
) -> None:
    assert names_agree(first, second) is agree
    assert names_agree(second, first) is agree
