"""What people type, and the symbols it may mean, in order of precedence."""

import pytest

from core.domain.symbology import Reading, read


def candidates(text: str) -> list[str]:
    reading = read(text)
    assert isinstance(reading, Reading), f"{text!r} was refused: {reading}"
    return [candidate.symbol for candidate in reading.candidates]


def certain_candidates(text: str) -> list[str]:
    reading = read(text)
    assert isinstance(reading, Reading)
    return [candidate.symbol for candidate in reading.candidates if candidate.certain]


@pytest.mark.parametrize(
    "symbol",
    [
        *("AAPL", "BRK-B", "BAC-PL", "VOD.L", "7203.T", "202A.T", "0700.HK", "80700.HK"),
        *("600519.SS", "^GSPC", "EURUSD=X", "CAD=X", "BTC-USD", "GC=F", "ALA-PA.TO"),
        *("AD-UN.TO", "ACRI-A.ST", "M&M.NS", "BAJAJ-AUTO.NS", "AHCS@S.QA", "AF.P.V"),
        *("TRUE", "NA", "NAN", "ON", "SEPT", "A", "F", "COMMODQF+.MX", "^SPY-IV"),
    ],
)
def test_a_yahoo_symbol_is_its_own_first_candidate(symbol: str) -> None:
    assert candidates(symbol)[0] == symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        # case, blanks, decoration, full-width letters
        *(("brk-b", "BRK-B"), (" AAPL ", "AAPL"), ("$AAPL", "AAPL"), ("'AAPL'", "AAPL")),
        *(("\uff21\uff21\uff30\uff2c", "AAPL"), ("\u201cAAPL\u201d", "AAPL"), ("$BRK.B", "BRK-B")),
        # share classes in every separator
        *(("BRK.B", "BRK-B"), ("BRK/B", "BRK-B"), ("BRK B", "BRK-B"), ("BF.B", "BF-B")),
        *(("MKC.V", "MKC-V"), ("BRK\u2013B", "BRK-B")),
        # ACT, CQS, CMS and Nasdaq suffixes
        *(("BAC$L", "BAC-PL"), ("BACpL", "BAC-PL"), ("BAC PRL", "BAC-PL"), ("BAC-L", "BAC-PL")),
        *(("DCOM$", "DCOM-P"), ("DCOMp", "DCOM-P"), ("DCOM PR", "DCOM-P"), ("DCOM-", "DCOM-P")),
        *(("ACHR.W", "ACHR-WT"), ("ACHR.WS", "ACHR-WT"), ("ACHR WS", "ACHR-WT")),
        *(("ACHR+", "ACHR-WT"), ("AAC.U", "AAC-UN"), ("AAC U", "AAC-UN"), ("AAC=", "AAC-UN")),
        *(("AIIA.R", "AIIA-RT"), ("AIIAr", "AIIA-RT"), ("AIIA RT", "AIIA-RT")),
        *(("AIIA^", "AIIA-RT"), ("UMH PR-A", "UMH-PA"), ("GRH PR C", "GRH-PC")),
        # Bloomberg
        *(("VOD LN", "VOD.L"), ("VOD LN Equity", "VOD.L"), ("BRK/B US", "BRK-B")),
        *(("700 HK", "0700.HK"), ("5930 KS", "005930.KS"), ("BHP AU", "BHP.AX")),
        *(("NOVOB DC", "NOVO-B.CO"), ("ERICB SS", "ERIC-B.ST"), ("RCI/B CN", "RCI-B.TO")),
        *(("EURUSD Curncy", "EURUSD=X"), ("SPX Index", "^GSPC"), ("CL1 Comdty", "CL=F")),
        *(("AD-U CN", "AD-UN.TO"), ("VOW3 GY", "VOW3.DE")),
        # RIC
        *(("AAPL.OQ", "AAPL"), ("BRKb.N", "BRK-B"), ("ERICb.ST", "ERIC-B.ST")),
        *(("BAC_pl.N", "BAC-PL"), (".DJI", "^DJI"), ("CLc1", "CL=F"), ("NESN.S", "NESN.SW")),
        # exchange prefixes of Google, TradingView, the FT, Futu; MICs
        *(("LON:VOD", "VOD.L"), ("VOD:LSE", "VOD.L"), ("XLON:VOD", "VOD.L")),
        *(("NASDAQ:AAPL", "AAPL"), ("AAPL:US", "AAPL"), ("AAPL.US", "AAPL")),
        *(("AAPL.XNAS", "AAPL"), ("600519.XSHG", "600519.SS"), ("OMXSTO:ERIC_B", "ERIC-B.ST")),
        *(("NSE:M_M", "M&M.NS"), ("NYSE:RDS.B", "RDS-B"), ("HK.00700", "0700.HK")),
        *(("TSE:7203", "7203.T"), ("TSE:RY", "RY.TO"), ("INDEXDJX:.DJI", "^DJI")),
        *(("BINANCE:BTCUSDT", "BTC-USD"), ("NYMEX:CL1!", "CL=F"), ("NASDAQ:NDX", "^NDX")),
        *(("SPX:IND", "^GSPC"), ("EURUSD:CUR", "EURUSD=X"), ("CL1:COM", "CL=F")),
        # national codes
        *(("700.HK", "0700.HK"), ("00700", "0700.HK"), ("HK00700", "0700.HK")),
        *(("600519.SH", "600519.SS"), ("SH600519", "600519.SS"), ("202A", "202A.T")),
        *(("7203", "7203.T"), ("005930", "005930.KS"), ("PETR4", "PETR4.SA")),
        # indices, pairs, futures
        *(("SPX", "^GSPC"), ("US500", "^GSPC"), ("S&P 500", "^GSPC"), ("CAC 40", "^FCHI")),
        *(("$SPX.X", "^GSPC"), ("EUR/USD", "EURUSD=X"), ("EURUSD", "EURUSD=X")),
        *(("USDCAD", "CAD=X"), ("USD/CAD", "CAD=X"), ("BTC/USD", "BTC-USD")),
        *(("BTCUSD", "BTC-USD"), ("BTCUSDT", "BTC-USD"), ("$BTC.X", "BTC-USD")),
        *(("XAUUSD", "GC=F"), ("ES1!", "ES=F"), ("/ES", "ES=F"), ("@ES", "ES=F")),
        *(("EUR/AOA", "EURAOA=X"), ("CHFLRD", "CHFLRD=X"), ("CAD-MVR", "CADMVR=X")),
        # with a blank after the colon, a suffix beside the prefix, the same sign twice
        *(("NASDAQ: AAPL", "AAPL"), ("LON:VOD.L", "VOD.L"), ("BAC/PR/L", "BAC-PL")),
        *(("JPM.PFD", "JPM-PD"), ("KIM.PFL", "KIM-PL"), ("BAC L US Pfd", "BAC-PL")),
        *(("PSA.PR.K", "PSA-PK"), ("TEL2B SS", "TEL2-B.ST"), ("BMFBOVESPA: PLAS3", "PLAS3.SA")),
        *(("GS PC", "GS-PC"), ("BP..L", "BP.L"), ("B3: BEES4", "BEES4.SA")),
        # venues by other vendors' words, markers behind them, classes of any letter
        *(("JKT:BBCA", "BBCA.JK"), ("KLS:1155", "1155.KL"), ("APG1L:VSE", "APG1L.VS")),
        *(("PINX:NSRGY", "NSRGY"), ("KOE:112040", "112040.KQ"), ("0QKI.LI", "0QKI.IL")),
        *(("NYSE:BACpL", "BAC-PL"), ("TEL2b.ST", "TEL2-B.ST"), ("ODICOT DC", "ODICO-T.CO")),
        *(("NIKKEI225 Index", "^N225"), ("COINBASE:BHD-GBP", "BHD-GBP"), ("IMO.A", "IMO")),
        # run together
        *(("BRKB", "BRK-B"), ("BACPRL", "BAC-PL")),
    ],
)
def test_a_notation_leads_to_the_yahoo_symbol(text: str, symbol: str) -> None:
    assert symbol in candidates(text)


@pytest.mark.parametrize("text", ["BRK.B", "MKC.V", "DAX", "BAC-L", "SPX", "EURUSD", "RWT.PA"])
def test_what_was_typed_is_tried_before_any_reading_of_it(text: str) -> None:
    assert candidates(text)[0] == text


def test_an_index_and_a_coin_of_one_name_fit_alike() -> None:
    reading = read("COMP.X")

    assert isinstance(reading, Reading)
    assert ["^IXIC", "COMP-USD"] in [[c.symbol for c in tier] for tier in reading.tiers]


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("USB PQ", ["USB", "USB-PQ"]),  # over the counter, or the preferred share Q
        ("WIR-U CN", ["WIR-U.TO", "WIR-UN.TO"]),
        ("BHD/EUR", ["BHDEUR=X", "BHD-EUR"]),
        ("MUN:VAN", ["VAN.MU", "MUN.V"]),
    ],
)
def test_two_readings_that_fit_alike_stand_in_one_tier(text: str, alike: list[str]) -> None:
    reading = read(text)

    assert isinstance(reading, Reading)
    assert alike in [[c.symbol for c in tier] for tier in reading.tiers]


def test_a_yellow_key_says_that_the_word_before_it_is_a_venue() -> None:
    assert candidates("IBM UN Equity") == ["IBM"]


def test_one_letter_behind_a_blank_is_no_venue() -> None:
    assert "DCOM" not in candidates("DCOM P")
    assert "GDV" not in candidates("GDV PK")


@pytest.mark.parametrize("text", [".SPX", "SP:SPX"])
def test_the_index_of_a_name_comes_before_another_feed_of_it(text: str) -> None:
    found = candidates(text)

    assert found.index("^GSPC") < found.index("^SPX")


@pytest.mark.parametrize(("text", "first"), [("TpC", "T-PC"), ("TPC", "TPC"), ("BCpC", "BC-PC")])
def test_lower_case_markers_are_read_before_upper_casing(text: str, first: str) -> None:
    assert candidates(text)[0] == first


@pytest.mark.parametrize(
    ("text", "guess"), [("BRKB", "BRK-B"), ("ERICB SS", "ERIC-B.ST"), ("PETR4", "PETR4.SA")]
)
def test_a_class_without_a_sign_is_only_a_guess(text: str, guess: str) -> None:
    assert guess in candidates(text)
    assert guess not in certain_candidates(text)


def test_a_yahoo_suffix_is_never_split_into_a_class() -> None:
    assert candidates("VOD.L") == ["VOD.L", "VOD-L"]


def test_all_venues_of_a_bare_code_stand_in_one_tier() -> None:
    reading = read("000001")

    assert isinstance(reading, Reading)
    tier = {candidate.symbol for candidate in reading.tiers[1]}
    assert {"000001.SS", "000001.SZ"} <= tier


def test_a_shanghai_share_is_not_looked_for_in_shenzhen() -> None:
    assert "600519.SZ" not in candidates("600519")


def test_an_approximation_says_so() -> None:
    reading = read("BTCUSDT")

    assert isinstance(reading, Reading)
    notes = {candidate.symbol: candidate.note for candidate in reading.candidates}
    assert notes["BTC-USDT"] == ""
    assert "USDT" in notes["BTC-USD"]


@pytest.mark.parametrize("isin", ["US0378331005", "gb00bh4hks39", "DE0007164600"])
def test_an_isin_is_recognised_by_its_check_digit(isin: str) -> None:
    reading = read(isin)

    assert isinstance(reading, Reading)
    assert reading.isin == isin.upper()


@pytest.mark.parametrize("text", ["700 HK", "VIE:VIE"])
def test_the_same_symbol_is_proposed_once(text: str) -> None:
    symbols = candidates(text)

    assert len(symbols) == len(set(symbols))
