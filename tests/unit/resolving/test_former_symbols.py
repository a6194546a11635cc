"""Symbols with a past: renamed, taken over, reused."""

from datetime import date

import pytest

from core.domain.validation import Verdict, WarningCode
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

META = asset("META", "Meta Platforms, Inc.", exchange="NASDAQ")
PSKY = asset("PSKY", "Paramount Skydance Corporation", exchange="NASDAQ")
RECORDS = records_of(
    former("FB", "renamed", successor="META", name="Meta Platforms, Inc."),
    former("CBS", "renamed", successor="VIAC", until=date(2019, 12, 5)),
    former("VIAC", "renamed", successor="PARA", until=date(2022, 2, 17)),
    former("PARA", "renamed", successor="PSKY", until=date(2025, 8, 7)),
    former("TWTR", "acquired", until=date(2022, 10, 28), name="Twitter, Inc."),
    former("RTN", "merged", successor="PSKY", until=date(2020, 4, 3)),
    former("GONE", "left_index", until=date(2019, 1, 1)),
)
CATALOG = catalog_of(META, PSKY)
ONLINE = World(catalog=CATALOG, records=RECORDS, live=quotes_of(META, PSKY))
OFFLINE = World(catalog=CATALOG, records=RECORDS, is_offline=True)
SILENT = World(catalog=CATALOG, records=RECORDS, is_silent=True)


@pytest.mark.parametrize("world", [ONLINE, OFFLINE, SILENT])
def test_a_renamed_symbol_gives_its_successor_and_the_date(world: World) -> None:
    result = world.resolve("FB")

    assert (result.verdict, result.asset) == (Verdict.RENAMED, META)
    assert "2022-06-09" in result.reason
    assert not result.is_addable


def test_a_rename_nobody_confirmed_warns_that_the_ticker_may_live_again() -> None:
    codes = [warning.code for warning in SILENT.resolve("FB").warnings]

    assert codes == [WarningCode.TICKER_MAY_BE_REUSED]
    assert SILENT.resolve("FB").confidence < ONLINE.resolve("FB").confidence


def test_renames_are_followed_to_the_living_end() -> None:
    result = ONLINE.resolve("CBS")

    assert (result.verdict, result.symbol) == (Verdict.RENAMED, "PSKY")
    assert "now VIAC" in result.reason
    assert "now PSKY" in result.reason


def test_a_living_link_ends_the_chain() -> None:
    viacom = asset("VIAC", "Another Owner Inc.")
    catalog = catalog_of(META, PSKY, viacom)
    world = World(catalog=catalog, records=RECORDS, live=quotes_of(PSKY, viacom))

    assert world.resolve("CBS").symbol == "VIAC"


def test_records_that_go_in_a_circle_end() -> None:
    circle = records_of(
        former("AAA", "renamed", successor="BBB"), former("BBB", "renamed", successor="AAA")
    )

    assert World(records=circle).resolve("AAA").verdict is Verdict.DELISTED


@pytest.mark.parametrize("text", ["RDS.B", "RDS/B", "NYSE:RDS.B", "rds-b"])
def test_a_former_symbol_is_known_in_every_notation(text: str) -> None:
    shell = asset("SHEL", "Shell plc")
    records = records_of(former("RDS-B", "renamed", successor="SHEL", until=date(2022, 1, 31)))
    world = World(catalog=catalog_of(shell), records=records, live=quotes_of(shell))

    assert world.resolve(text).symbol == "SHEL"


def test_a_takeover_is_delisted_where_the_provider_agrees_or_none_is_configured() -> None:
    assert ONLINE.resolve("TWTR").verdict is Verdict.DELISTED
    assert OFFLINE.resolve("TWTR").verdict is Verdict.DELISTED
    assert OFFLINE.resolve("TWTR").confidence < ONLINE.resolve("TWTR").confidence


def test_an_outage_moves_no_recorded_death_to_delisted() -> None:
    assert SILENT.resolve("TWTR").verdict is Verdict.UNVERIFIED


def test_a_merger_is_delisted_and_suggests_the_other_company() -> None:
    result = ONLINE.resolve("RTN")

    assert result.verdict is Verdict.DELISTED
    assert [s.symbol for s in result.suggestions] == ["PSKY"]


def test_a_rename_whose_successor_nobody_knows_is_unverified() -> None:
    nobody = World(records=RECORDS, is_offline=True)
    silent_about_it = World(records=RECORDS, silent_about=frozenset({"META"}))

    assert nobody.resolve("FB").verdict is Verdict.UNVERIFIED
    assert silent_about_it.resolve("FB").verdict is Verdict.UNVERIFIED


def test_a_successor_only_a_provider_knows_is_told_with_its_quote() -> None:
    found = quote("META", "Meta Platforms, Inc.")
    result = World(records=RECORDS, live={"META": found}).resolve("FB")

    assert (result.verdict, result.asset, result.discovered) == (Verdict.RENAMED, None, found)


def test_a_reused_ticker_is_valid_and_says_whose_it_was() -> None:
    etf = asset("FB", "ProShares S&P 500 Dynamic Buffer ETF", exchange="Cboe US")
    catalog = catalog_of(META, etf)
    world = World(catalog=catalog, records=RECORDS, live=quotes_of(META, etf))
    result = world.resolve("FB")

    assert (result.verdict, result.symbol) == (Verdict.VALID, etf.symbol)
    assert [warning.code for warning in result.warnings] == [WarningCode.TICKER_REUSED]
    assert [s.symbol for s in result.suggestions] == ["META"]


def test_a_stale_row_of_the_very_company_that_ended_is_not_taken_for_alive() -> None:
    stale = asset("TWTR", "Twitter Inc")
    world = World(catalog=catalog_of(stale), records=RECORDS, is_offline=True)

    assert world.resolve("TWTR").verdict is Verdict.DELISTED


def test_a_row_confirmed_after_the_recorded_end_is_alive() -> None:
    back = asset("TWTR", "Twitter Inc", confirmed=NOW)
    world = World(catalog=catalog_of(back), records=RECORDS, is_offline=True)

    assert world.resolve("TWTR").verdict is Verdict.VALID


def test_leaving_an_index_is_death_only_where_a_provider_denies_the_symbol() -> None:
    assert ONLINE.resolve("GONE").verdict is Verdict.DELISTED
    assert OFFLINE.resolve("GONE").verdict is Verdict.UNVERIFIED
    assert SILENT.resolve("GONE").verdict is Verdict.UNVERIFIED


def test_a_former_member_beside_an_index_of_that_name_is_ambiguous() -> None:
    index = asset("^OMX", "OMX Stockholm 30")
    records = records_of(former("OMX", "left_index"))
    result = World(catalog=catalog_of(index), records=records, live=quotes_of(index)).resolve("OMX")

    assert (result.verdict, result.asset) == (Verdict.AMBIGUOUS, None)


def test_silence_about_an_earlier_reading_proves_no_death_of_a_later_one() -> None:
    records = records_of(former("AAA-B", "acquired"))
    told = World(records=records)
    untold = World(records=records, silent_about=frozenset({"AAA.B"}))

    assert told.resolve("AAA.B").verdict is Verdict.DELISTED
    assert untold.resolve("AAA.B").verdict is Verdict.UNVERIFIED
