"""What a row of Yahoo's batch quotes says."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.adapters.providers.errors import GarbledAnswerError, MalformedAnswerError
from core.adapters.providers.yahoo_rows import RowReader, dead_shape, read_rows, read_validation
from core.domain.asset import AssetClass, Quote
from tests.provider_fake import ghost_none, ghost_yhd, living_row

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def quote_of(row: dict[str, object]) -> Quote:
    text = json.dumps({"quoteResponse": {"result": [row], "error": None}})
    symbol, read = next(iter(read_rows(text).items()))
    return RowReader(fetched_at=NOW).quote(symbol, read)


def test_a_living_row_becomes_a_quote_with_exact_decimals() -> None:
    quote = quote_of(living_row("ACME"))

    assert quote.alive
    assert (quote.symbol, quote.name) == ("ACME", "ACME Industries")
    assert (quote.exchange, quote.mic, quote.currency) == ("NYSE", "XNYS", "USD")
    assert quote.asset_class is AssetClass.EQUITY
    assert (quote.price, quote.pe_ratio) == (Decimal("12.5"), Decimal("17.25"))
    assert quote.market_cap == Decimal(5_000_000_000)
    assert quote.dividend_yield == Decimal("0.0125")
    assert quote.traded_at == datetime.fromtimestamp(1_760_000_000, UTC)
    assert (quote.source, quote.fetched_at) == ("yahoo", NOW)


def test_prices_in_pence_become_pounds_and_the_market_cap_stays() -> None:
    quote = quote_of(living_row("ACME.L", currency="GBp", regularMarketPrice=250))

    assert (quote.currency, quote.price) == ("GBP", Decimal("2.5"))
    assert quote.market_cap == Decimal(5_000_000_000)
    assert quote.extra["quoted_in"] == "GBp"


def test_the_yield_of_a_price_in_pence_is_taken_from_the_percentage() -> None:
    quote = quote_of(living_row("ACME.L", currency="GBp", trailingAnnualDividendYield=0.000125))

    assert quote.dividend_yield == Decimal("0.013")


@pytest.mark.parametrize("value", ["Infinity", True, {"raw": 3}, [], None, float("nan")])
def test_a_number_that_is_none_is_left_out(value: object) -> None:
    quote = quote_of(living_row("ACME", trailingPE=value))

    assert quote.pe_ratio is None


@pytest.mark.parametrize("seconds", [-(10**30), 10**30, "yesterday", float("inf")])
def test_a_moment_that_cannot_be_is_left_out(seconds: object) -> None:
    assert quote_of(living_row("ACME", regularMarketTime=seconds)).traded_at is None


def test_the_two_ghosts_are_dead() -> None:
    none, yhd = quote_of(ghost_none("GONE")), quote_of(ghost_yhd("GRAVE"))

    assert (none.alive, none.extra["dead_shape"]) == (False, "ghost_none")
    assert (yhd.alive, yhd.extra["dead_shape"]) == (False, "ghost_yhd")
    assert yhd.name is None


def test_a_foreign_fund_on_the_graveyard_exchange_with_a_price_is_alive() -> None:
    row = ghost_yhd("0P0000.TO") | {"regularMarketPrice": 10.1}

    assert dead_shape(row) is None or quote_of(row).alive


def test_an_old_price_is_alive_with_its_date() -> None:
    quote = quote_of(living_row("SLEEPY.JK", regularMarketTime=1_600_000_000))

    assert quote.alive
    assert quote.traded_at is not None
    assert quote.traded_at.date() == date(2020, 9, 13)


def test_a_share_without_a_price_is_not_taken_for_dead() -> None:
    row = living_row("NEW")
    del row["regularMarketPrice"]

    assert quote_of(row).alive


def test_an_option_exists_but_has_no_asset_class() -> None:
    quote = quote_of(living_row("ACME270115C00010000", quoteType="OPTION"))

    assert quote.alive
    assert quote.asset_class is None
    assert quote.extra["quote_type"] == "OPTION"


def test_an_unknown_exchange_keeps_the_name_yahoo_gives_it() -> None:
    quote = quote_of(living_row("ACME", exchange="QQQQ", fullExchangeName="Moon Exchange"))

    assert (quote.exchange, quote.mic) == ("Moon Exchange", None)


def test_the_first_trading_day_is_kept_because_tickers_are_used_again() -> None:
    quote = quote_of(living_row("ACME", firstTradeDateMilliseconds=1_700_000_000_000))

    assert quote.extra["first_traded_on"] == "2023-11-14"


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"quoteResponse": null}',
        '{"quoteResponse": {"result": null, "error": {"code": "argument-error"}}}',
        '{"quoteResponse": {"result": [], "error": "internal"}}',
        '{"quoteResponse": {"result": {}, "error": null}}',
        '{"quoteResponse": {"result": [null], "error": null}}',
        '{"quoteResponse": {"result": [{"quoteType": "NONE"}], "error": null}}',
        '{"finance": {"result": null, "error": {"code": "Unauthorized"}}}',
    ],
)
def test_an_answer_of_another_shape_decides_nothing(text: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read_rows(text)


@pytest.mark.parametrize("text", ["", "<html></html>", '{"quoteResponse": {"res', "[" * 100_000])
def test_what_is_no_json_is_worth_a_retry(text: str) -> None:
    with pytest.raises(GarbledAnswerError):
        read_rows(text)


def test_validation_is_read_by_symbol() -> None:
    text = '{"symbolsValidation": {"result": [{"ACME": true, "NOPE": false}], "error": null}}'

    assert read_validation(text) == {"ACME": True, "NOPE": False}
    with pytest.raises(MalformedAnswerError):
        read_validation('{"finance": {"error": "gone"}}')
