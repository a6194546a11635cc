"""Symbols written in other notations, and catalogue symbols brought into ours."""

import pytest

from core.domain.asset import AssetClass
from core.domain.symbology import Reading, canonical, display_notations, is_yahoo, read

EQUITY = AssetClass.EQUITY

CASES = [
    (
        "AAPL",
        "XNAS",
        {
            "mic": "AAPL.XNAS",
            "bloomberg": "AAPL US",
            "ric": "AAPL.O",
            "google": "NASDAQ:AAPL",
            "tradingview": "NASDAQ:AAPL",
        },
    ),
    (
        "BRK-B",
        "XNYS",
        {
            "mic": "BRK-B.XNYS",
            "bloomberg": "BRK/B US",
            "ric": "BRKb.N",
            "google": "NYSE:BRK.B",
            "tradingview": "NYSE:BRK.B",
        },
    ),
    (
        "BAC-PL",
        "XNYS",
        {
            "mic": "BAC-PL.XNYS",
            "ric": "BAC_pl.N",
            "google": "NYSE:BAC-L",
            "tradingview": "NYSE:BAC/PL",
        },
    ),
    (
        "0700.HK",
        "XHKG",
        {
            "mic": "0700.XHKG",
            "bloomberg": "700 HK",
            "ric": "0700.HK",
            "google": "HKG:0700",
            "tradingview": "HKEX:700",
        },
    ),
    (
        "ERIC-B.ST",
        "XSTO",
        {
            "mic": "ERIC-B.XSTO",
            "bloomberg": "ERICB SS",
            "ric": "ERICb.ST",
            "google": "STO:ERIC-B",
            "tradingview": "OMXSTO:ERIC_B",
        },
    ),
    (
        "M&M.NS",
        "XNSE",
        {"mic": "M&M.XNSE", "google": "NSE:M&M", "tradingview": "NSE:M_M"},
    ),
    ("AAPL", None, {"bloomberg": "AAPL US"}),
]


@pytest.mark.parametrize(("symbol", "mic", "expected"), CASES)
def test_a_share_is_written_as_each_vendor_does(
    symbol: str, mic: str | None, expected: dict[str, str]
) -> None:
    assert display_notations(symbol, mic=mic, asset_class=EQUITY) == expected


@pytest.mark.parametrize(("symbol", "mic", "expected"), CASES)
def test_what_we_write_we_can_read_back(
    symbol: str, mic: str | None, expected: dict[str, str]
) -> None:
    for text in expected.values():
        reading = read(text.replace("&", "_") if text.startswith("NSE:") else text)
        assert isinstance(reading, Reading)
        assert symbol in {candidate.symbol for candidate in reading.candidates}, (mic, text)


@pytest.mark.parametrize(
    ("symbol", "asset_class", "expected"),
    [
        ("^GSPC", AssetClass.INDEX, {"bloomberg": "SPX Index", "tradingview": "SP:SPX"}),
        ("GC=F", AssetClass.FUTURE, {"bloomberg": "GC1 Comdty", "tradingview": "COMEX:GC1!"}),
        (
            "CAD=X",
            AssetClass.CURRENCY,
            {
                "bloomberg": "USDCAD Curncy",
                "google": "CURRENCY:USDCAD",
                "tradingview": "FX:USDCAD",
            },
        ),
        (
            "BTC-USD",
            AssetClass.CRYPTO,
            {"google": "CURRENCY:BTCUSD", "tradingview": "CRYPTO:BTCUSD"},
        ),
        ("^UNHEARD", AssetClass.INDEX, {}),
    ],
)
def test_other_kinds_are_written_where_the_name_is_certain(
    symbol: str, asset_class: AssetClass, expected: dict[str, str]
) -> None:
    assert display_notations(symbol, mic=None, asset_class=asset_class) == expected


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        *(("BRK/A", "BRK-A"), ("BRK.B", "BRK-B"), ("AHT^D", "AHT-PD"), ("AXIA^", "AXIA-P")),
        *(("GRH PR C", "GRH-PC"), ("UMH PR-A", "UMH-PA"), ("TTTM WS-W", "TTTM-WTW")),
        *(("BAC$L", "BAC-PL"), ("ACHR.WS", "ACHR-WT"), ("AAC.U", "AAC-UN"), ("AAC=", "AAC-UN")),
    ],
)
def test_a_catalogue_symbol_in_another_notation_is_brought_into_ours(
    typed: str, symbol: str
) -> None:
    assert canonical(typed) == symbol


@pytest.mark.parametrize("symbol", ["AAPL", "MKC.V", "M&M.NS", "^SPY-IV", "EURUSD=X", "AF.P.V"])
def test_a_symbol_in_our_notation_stays_as_it_is(symbol: str) -> None:
    assert is_yahoo(symbol)
    assert canonical(symbol) == symbol


@pytest.mark.parametrize("text", ["", "two words here", "AUS B.ST", "aapl", "A" * 33, "<AAPL>"])
def test_what_no_notation_has_is_not_brought_into_ours(text: str) -> None:
    assert not is_yahoo(text)
    assert canonical(text) is None
