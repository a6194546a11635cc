"""An ISIN stands for its home listing, or for none."""

from core.domain.validation import Verdict, WarningCode
from tests.unit.resolving.world import World, asset, catalog_of, quotes_of

APPLE_ISIN = "US0378331005"
APPLE = asset("AAPL", "Apple Inc.", exchange="NASDAQ", isin=APPLE_ISIN)
APPLE_DE = asset("APC.DE", "Apple Inc.", exchange="Xetra", isin=APPLE_ISIN)
APPLE_F = asset("APC.F", "Apple Inc.", exchange="Frankfurt", isin=APPLE_ISIN)
ALL = catalog_of(APPLE_DE, APPLE_F, APPLE)
ONLINE = World(catalog=ALL, live=quotes_of(*ALL.values()))


def test_an_isin_gives_the_home_listing_and_names_the_others() -> None:
    result = ONLINE.resolve(APPLE_ISIN)

    assert (result.verdict, result.symbol) == (Verdict.VALID_NORMALIZED, APPLE.symbol)
    (warning,) = result.warnings
    assert warning.code is WarningCode.OTHER_LISTINGS
    assert "APC.DE (Apple Inc., Xetra)" in warning.message


def test_without_a_home_listing_the_only_primary_one_is_taken() -> None:
    world = World(catalog=catalog_of(APPLE_DE, APPLE_F), is_offline=True)

    assert world.resolve(APPLE_ISIN).asset == APPLE_DE


def test_of_two_venues_of_the_home_country_the_main_one_is_taken() -> None:
    isin = "INE002A01018"
    nse = asset("RELIANCE.NS", "Reliance Industries Limited", isin=isin)
    bse = asset("RELIANCE.BO", "Reliance Industries Limited", isin=isin)
    world = World(catalog=catalog_of(bse, nse), is_offline=True)

    assert world.resolve(isin).asset == nse


def test_several_primary_listings_abroad_are_ambiguous_and_told() -> None:
    isin = "IE00B4L5Y983"
    london = asset("SWDA.L", "iShares Core MSCI World", exchange="London", isin=isin)
    milan = asset("SWDA.MI", "iShares Core MSCI World", exchange="Milan", isin=isin)
    result = World(catalog=catalog_of(london, milan), is_offline=True).resolve(isin)

    assert (result.verdict, result.asset) == (Verdict.AMBIGUOUS, None)
    assert [s.symbol for s in result.suggestions] == ["SWDA.L", "SWDA.MI"]


def test_a_denied_home_listing_gives_way_to_a_living_one() -> None:
    world = World(catalog=ALL, live=quotes_of(APPLE_DE, APPLE_F))

    assert world.resolve(APPLE_ISIN).symbol == APPLE_DE.symbol


def test_an_isin_whose_listings_are_all_denied_is_delisted() -> None:
    result = World(catalog=ALL).resolve(APPLE_ISIN)

    assert (result.verdict, result.asset) == (Verdict.DELISTED, APPLE)


def test_an_isin_in_no_catalogue_is_unverified_whatever_a_provider_says() -> None:
    assert World().resolve(APPLE_ISIN).verdict is Verdict.UNVERIFIED


def test_in_an_outage_the_catalogue_answers_for_an_isin() -> None:
    result = World(catalog=ALL, is_silent=True).resolve(APPLE_ISIN)

    assert result.asset == APPLE
    assert result.confidence < ONLINE.resolve(APPLE_ISIN).confidence


def test_a_foreign_line_in_london_is_no_home_of_a_british_isin() -> None:
    isin = "GB0007188757"
    line = asset("0KWZ.L", "Rio Tinto plc", isin=isin)
    rio = asset("RIO.L", "Rio Tinto plc", isin=isin)
    world = World(catalog=catalog_of(line, rio), is_offline=True)

    assert world.resolve(isin).asset == rio


def test_an_ordinary_share_wins_over_a_preferred_one_filed_under_its_isin() -> None:
    isin = "CA56501R1064"
    preferred = asset("MFC-PC.TO", "Manulife Preferred", isin=isin)
    common = asset("MFC.TO", "Manulife Financial Corporation", isin=isin)
    world = World(catalog=catalog_of(preferred, common), is_offline=True)

    assert world.resolve(isin).asset == common
