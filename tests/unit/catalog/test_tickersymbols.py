"""Each repair of the index source, told by a company it is needed for."""

import pytest

from core.adapters.catalog import tickersymbols
from core.adapters.catalog.repairs import Fix, fixes_for, repairs
from core.adapters.catalog.source_company import (
    SourceCompany,
    SourceLine,
    american_exchange,
    country_of,
    industry_of,
    is_usable_line,
    isin_for,
)
from core.adapters.catalog.tickersymbols import TickerSymbols

NO_LINES = (
    "AIR.PA.DE BRK.B DRW3 ELIS RBSFY.PA UN TOT SI RTKM.ME 7912.L NL0013654783.F 0P0000KQL0 "
    "6841 GS-PK BOAPL RACE.AS HDD"
)


@pytest.fixture(scope="module")
def source() -> TickerSymbols:
    return tickersymbols.load()


def _members(source: TickerSymbols, index: str) -> set[str]:
    return {member.symbol for member in source.memberships if member.index_code == index}


def test_the_source_gives_primaries_and_secondary_lines(source: TickerSymbols) -> None:
    assert len(source.rows) >= 3_600
    assert len(source.primary) >= 1_800
    assert source.primary <= source.rows.keys()


@pytest.mark.parametrize(
    ("index", "symbol"),
    [
        ("sdax", "DRW3.DE"),
        ("sdax", "ADN1.DE"),
        ("cacmid60", "ELIS.PA"),
        ("cacmid60", "BB.PA"),
        ("cacmid60", "RUI.PA"),
        ("cacmid60", "DEC.PA"),
        ("cacmid60", "AF.PA"),
        ("dax", "AIR.DE"),
        ("sp500", "BRK-B"),
        ("sp500", "BF-B"),
        ("sp600", "MOG-A"),
        ("nikkei225", "7203.T"),
        ("omxh25", "NOKIA.HE"),
    ],
)
def test_members_have_the_symbol_of_their_home_listing(
    source: TickerSymbols, index: str, symbol: str
) -> None:
    assert symbol in _members(source, index)


@pytest.mark.parametrize("symbol", NO_LINES.split())
def test_what_is_no_line_of_the_company_is_left_out(source: TickerSymbols, symbol: str) -> None:
    assert symbol not in source.rows


@pytest.mark.parametrize(
    ("symbol", "name", "isin"),
    [
        ("9434.T", "SoftBank Corp.", "JP3732000009"),
        ("9984.T", "SoftBank Group Corp.", "JP3436100006"),
        ("ELISA.HE", "Elisa", "FI0009007884"),
        ("SK.PA", "Groupe SEB", "FR0000121709"),
        ("ABBN.SW", "ABB", "CH0012221716"),
        ("SMIN.L", "Smiths Group plc", "GB00B1WY2338"),
        ("SESG.PA", "SES S.A.", "LU0088087324"),
        ("STMPA.PA", "STMicroelectronics", "NL0000226223"),
        ("STM.DE", "Stabilus SE", None),
        ("AIZ", "Assurant, Inc.", None),
        ("AJG", "Arthur J. Gallagher & Co.", "US3635761097"),
        ("MHK", "Mohawk Industries, Inc.", "US6081901042"),
        ("GL", "Globe Life", None),
        ("APO", "Apollo Global Management, Inc.", None),
        ("GOOGL", "Alphabet Inc.", "US02079K3059"),
        ("GOOG", "Alphabet Inc.", "US02079K1079"),
        ("GE", "GE Aerospace", "US3696043013"),
    ],
)
def test_mixed_up_companies_are_told_apart(
    source: TickerSymbols, symbol: str, name: str, isin: str | None
) -> None:
    row = source.rows[symbol]

    assert (row.name, row.isin) == (name, isin)


def test_a_company_stands_in_an_index_once(source: TickerSymbols) -> None:
    assert "7186.T" in _members(source, "nikkei225")
    assert source.rows["7186.T"].name == "Yokohama Financial Group"


def test_fresenius_is_in_the_dax_alone(source: TickerSymbols) -> None:
    assert {"FRE.DE", "FME.DE"} <= _members(source, "dax")
    assert not _members(source, "dax") & _members(source, "mdax")


def test_a_member_without_any_symbol_is_unresolved(source: TickerSymbols) -> None:
    assert "sdax: Verve Group" in source.unresolved


def test_secondary_lines_share_the_company_but_not_the_isin(source: TickerSymbols) -> None:
    line = source.rows["1N8.F"]

    assert (line.name, line.country, line.isin) == ("Adyen", "Netherlands", None)
    assert (line.exchange, line.currency) == ("Frankfurt", "EUR")


def test_japanese_members_are_japanese_whatever_their_foreign_lines_say(
    source: TickerSymbols,
) -> None:
    assert {source.rows[s].country for s in _members(source, "nikkei225")} == {"Japan"}


@pytest.mark.parametrize(
    ("symbol", "country"),
    [
        ("AGN.AS", "Netherlands"),
        ("DTE.DE", "Germany"),
        ("XOM", "United States"),
        ("GPC", "United States"),
        ("ACN", "Ireland"),
        ("ROVI.MC", "Spain"),
    ],
)
def test_a_city_or_a_wrong_country_is_repaired(
    source: TickerSymbols, symbol: str, country: str
) -> None:
    assert source.rows[symbol].country == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Houston, Texas", "United States"),
        ("Atlanta, Georgia", "United States"),
        ("Chicago, Illinois;Pittsburgh, Pennsylvania", "United States"),
        ("Leiden , Netherlands (legal headquarters", "Netherlands"),
        ("London , England", "United Kingdom"),
        ("Russian Federation", "Russia"),
        ("none", None),
        ("", None),
    ],
)
def test_a_country_is_read_off_the_end_of_a_place(text: str, country: str | None) -> None:
    assert country_of(text) == country


@pytest.mark.parametrize(
    ("symbol", "isins", "kept"),
    [
        ("ADYEN.AS", ["NL0012969182", "US00783V1044"], "NL0012969182"),
        ("MKS.L", ["US57069PAD42"], None),
        ("SOON.SW", ["CH1012549785"], None),
        ("GOOGL", ["US02079K1079", "US02079K3059"], None),
        ("ACN", ["IE00B4BNMY34"], "IE00B4BNMY34"),
        ("AAPL", [], None),
    ],
)
def test_an_isin_is_kept_only_where_it_can_be_one(
    symbol: str, isins: list[str], kept: str | None
) -> None:
    assert isin_for(symbol, isins) == kept


@pytest.mark.parametrize(
    ("yahoo", "google"),
    [
        ("ADYEY", "OTCMKTS:ADYEY"),
        ("AOS", "AOS"),
        ("BF.B", "BF.B"),
        ("0YP5.L", "LON:0YP5"),
        ("1N8.F", "FRA:1N8"),
    ],
)
def test_a_line_that_can_trade_where_it_is_said_to_is_used(yahoo: str, google: str) -> None:
    assert is_usable_line(SourceLine(yahoo=yahoo, google=google, currency="USD"))


@pytest.mark.parametrize(
    ("yahoo", "google"),
    [
        ("BOAPL", "OTCMKTS:BOAPL"),
        ("WHF4", "FRA:WHF4"),
        ("BSU", "FRA:BSU"),
        ("6841", "NASDAQ:6841"),
        ("6963.L", "LON:6963"),
        ("NL0013654783.F", "FRA:NL0013654783"),
    ],
)
def test_a_line_that_cannot_trade_where_it_is_said_to_is_not_used(yahoo: str, google: str) -> None:
    assert not is_usable_line(SourceLine(yahoo=yahoo, google=google, currency="USD"))


def test_the_exchange_of_an_american_share_comes_from_the_first_source_that_tells() -> None:
    traded: SourceCompany = {"name": "X", "metadata": {"traded_as": "Nasdaq : ACMR SSE : 688082"}}
    line = SourceLine(yahoo="KO", google="NYSE:KO", currency="USD")

    assert american_exchange("ACMR", traded) == ("NASDAQ", "XNAS")
    assert american_exchange("KO", {"name": "X", "symbols": [line]}) == ("NYSE", "XNYS")
    assert american_exchange("UAL", {"name": "X"}) == ("NASDAQ", "XNAS")
    assert american_exchange("ZZZZ", {"name": "X"}) is None


def test_the_industry_is_the_rarest_word_several_companies_share() -> None:
    uses = {"Technology": 90, "Software": 40, "Phones": 4, "Phones made in Cupertino": 1}

    assert industry_of(list(uses), uses) == "Phones"
    assert industry_of(["Gadgets , toys"], {"Gadgets , toys": 1}) == "Gadgets, toys"
    assert industry_of(["Financials"], {"Financials": 9}) is None


def test_every_repair_gives_a_reason_and_meets_a_company_of_the_source() -> None:
    names = tickersymbols.company_names()

    assert [repair for repair in repairs() if not repair.reason] == []
    assert {repair.company for repair in repairs()} - names == set()


def test_the_narrower_repair_wins() -> None:
    everywhere = fixes_for("smi", "ABB", symbol="ABBN.SW")
    mid_caps = fixes_for("cacmid60", "ABB", symbol="ABB")

    assert everywhere[Fix.ISIN] == "CH0012221716"
    assert mid_caps[Fix.ISIN] == "FR0000121709"
