"""Venues and exchanges by the words of different vendors."""

import pytest

from core.domain.symbology import exchange_name, is_home_listing, split_suffix, venue_of
from core.domain.symbology.venues import BY_MIC, SUFFIXES, VENUES


@pytest.mark.parametrize(
    ("symbol", "mic", "exchange", "country"),
    [
        ("VOD.L", "XLON", "London", "GB"),
        ("7203.T", "XTKS", "Tokyo", "JP"),
        ("SAP.DE", "XETR", "Xetra", "DE"),
        ("ABC.SG", "XSTU", "Stuttgart", "DE"),
        ("D05.SI", "XSES", "Singapore", "SG"),
        ("6488.TWO", "ROCO", "Taipei Exchange", "TW"),
    ],
)
def test_a_suffix_names_its_venue(symbol: str, mic: str, exchange: str, country: str) -> None:
    venue = venue_of(symbol)

    assert venue is not None
    assert (venue.mic, venue.exchange, venue.country) == (mic, exchange, country)


@pytest.mark.parametrize("symbol", ["AAPL", "BRK-B", "^GSPC", "BTC-USD", "EURUSD=X", "BRK.B"])
def test_a_symbol_without_a_known_suffix_names_no_venue(symbol: str) -> None:
    assert venue_of(symbol) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *(("NMS", ("NASDAQ", "XNAS")), ("NYQ", ("NYSE", "XNYS")), ("PCX", ("NYSE Arca", "ARCX"))),
        *(("ASE", ("NYSE American", "XASE")), ("BTS", ("Cboe US", "BATS"))),
        *(
            ("PNK", ("OTC Markets", "OTCM")),
            ("LSE", ("London", "XLON")),
            ("GER", ("Xetra", "XETR")),
        ),
        *(
            ("JPX", ("Tokyo", "XTKS")),
            ("SHH", ("Shanghai", "XSHG")),
            ("VAN", ("TSX Venture", "XTSX")),
        ),
        *(("CCC", ("Cryptocurrency", None)), ("SNP", ("S&P indices", None))),
        *(
            ("CMX", ("COMEX", "XCEC")),
            ("NIM", ("Nasdaq indices", None)),
            ("XLON", ("London", "XLON")),
        ),
        *(("NasdaqGS", ("NASDAQ", "XNAS")), ("CSE", ("Colombo", "XCOL"))),
    ],
)
def test_an_exchange_code_has_a_name_and_a_mic(code: str, expected: tuple[str, str | None]) -> None:
    assert exchange_name(code) == expected


def test_an_unknown_exchange_code_has_no_name() -> None:
    assert exchange_name("QQQQ") is None


def test_a_dot_of_an_unknown_suffix_belongs_to_the_root() -> None:
    assert split_suffix("BRK.B") == ("BRK.B", "")


@pytest.mark.parametrize(
    ("symbol", "is_home"),
    [("AAPL", True), ("VOD.L", True), ("AAPL.MX", False), ("APC.F", False), ("RELIANCE.BO", True)],
)
def test_venues_of_foreign_lines_are_no_home(symbol: str, *, is_home: bool) -> None:
    assert is_home_listing(symbol) is is_home


def test_every_mic_has_four_characters_and_every_suffix_at_most_three() -> None:
    assert all(len(mic) == 4 for mic in BY_MIC)
    assert all(len(suffix) <= 3 for suffix in SUFFIXES)


def test_every_country_with_venues_has_one_main_suffix() -> None:
    mains: dict[str, set[str]] = {}
    for venue in VENUES:
        if venue.role == "main" and venue.country:
            mains.setdefault(venue.country, set()).add(venue.suffix)

    assert all(len(suffixes) == 1 or country == "CN" for country, suffixes in mains.items())
