"""The ten verdicts, online, offline and under silence."""

from datetime import timedelta

import pytest

from core.domain.asset import AssetClass, AssetStatus
from core.domain.resolving.aging import confirmed
from core.domain.validation import Verdict
from tests.unit.resolving.world import NOW, World, asset, catalog_of, quote, quotes_of

APPLE = asset("AAPL", "Apple Inc.", exchange="NASDAQ", isin="US0378331005")
BERKSHIRE = asset("BRK-B", "Berkshire Hathaway Inc.", exchange="NYSE")
TOYOTA = asset("7203.T", "Toyota Motor Corporation", exchange="Tokyo")
KUALA = asset("7203.KL", "Wang-Zheng Berhad", exchange="Kuala Lumpur")
RELIANCE_NS = asset("RELIANCE.NS", "Reliance Industries Limited", exchange="NSE India")
RELIANCE_BO = asset("RELIANCE.BO", "Reliance Industries Limited", exchange="BSE India")
CATALOG = catalog_of(APPLE, BERKSHIRE, TOYOTA, KUALA, RELIANCE_NS, RELIANCE_BO)
ONLINE = World(catalog=CATALOG, live=quotes_of(*CATALOG.values()))
OFFLINE = World(catalog=CATALOG, is_offline=True)
SILENT = World(catalog=CATALOG, is_silent=True)


def test_a_confirmed_symbol_is_valid_with_both_sources_as_evidence() -> None:
    result = ONLINE.resolve("AAPL")

    assert (result.verdict, result.symbol) == (Verdict.VALID, "AAPL")
    assert result.asset == confirmed(APPLE, ONLINE.live["AAPL"])
    assert [evidence.source for evidence in result.evidence] == ["yahoo", "catalog"]
    assert result.is_addable


def test_confidence_falls_with_the_evidence() -> None:
    discovered = World(live={"NEWCO": quote("NEWCO", "New Company Inc.")})
    fresh = World(catalog=CATALOG, fresh=frozenset({"AAPL"}), is_silent=True)
    scale = [
        ONLINE.resolve("AAPL").confidence,
        discovered.resolve("NEWCO").confidence,
        fresh.resolve("AAPL").confidence,
        OFFLINE.resolve("AAPL").confidence,
        SILENT.resolve("AAPL").confidence,
        OFFLINE.resolve("NEWCO").confidence,
    ]

    assert scale == sorted(scale, reverse=True)
    assert len(set(scale)) == len(scale)


@pytest.mark.parametrize("text", ["BRK.B", "BRK/B", "BRK B", "brk-b", "BRKB", "NYSE:BRK.B"])
@pytest.mark.parametrize("world", [ONLINE, OFFLINE, SILENT])
def test_another_notation_is_valid_normalized_in_every_mode(text: str, world: World) -> None:
    result = world.resolve(text)

    assert (result.verdict, result.symbol) == (Verdict.VALID_NORMALIZED, "BRK-B")


def test_a_suffix_of_one_exchange_finds_nothing_of_another() -> None:
    imperial = asset("IMO", "Imperial Oil Limited", mic="XASE")
    alphabet = asset("GOOG", "Alphabet Inc.", mic="XNAS")
    world = World(catalog=catalog_of(imperial, alphabet), live=quotes_of(imperial, alphabet))

    found, missed = world.resolve("IMO.A"), world.resolve("GOOG.A")

    assert (found.verdict, found.symbol) == (Verdict.VALID_NORMALIZED, "IMO")
    assert (missed.verdict, missed.symbol) == (Verdict.NOT_FOUND, None)


def test_an_index_that_bears_the_name_of_a_dead_ticker_is_ambiguous() -> None:
    dead = asset("IBEX", "IBEX Limited")
    index = asset("^IBEX", "IBEX 35", asset_class=AssetClass.INDEX)
    world = World(catalog=catalog_of(dead, index), live=quotes_of(index))

    result = world.resolve("IBEX")

    assert result.verdict is Verdict.AMBIGUOUS
    assert [suggestion.symbol for suggestion in result.suggestions] == ["^IBEX"]


@pytest.mark.parametrize(
    ("text", "dead", "alive"),
    [("US.MX", "US.MX", "MX"), ("DCOM.P", "DCOM-P", "DCOM"), ("SAC UN", "SAC-UN", "SAC")],
)
def test_a_dead_symbol_is_not_taken_for_another_that_its_text_may_mean(
    text: str, dead: str, alive: str
) -> None:
    ended, living = asset(dead, "Once and no more"), asset(alive, "Here to stay")
    world = World(catalog=catalog_of(ended, living), live=quotes_of(living))

    result = world.resolve(text)

    assert (result.verdict, result.symbol) == (Verdict.AMBIGUOUS, None)
    assert [suggestion.symbol for suggestion in result.suggestions] == [alive]


def test_a_symbol_only_a_provider_knows_is_valid_and_carries_its_quote() -> None:
    found = quote("NEWCO", "New Company Inc.")
    result = World(live={"NEWCO": found}).resolve("NEWCO")

    assert (result.verdict, result.symbol, result.asset) == (Verdict.VALID, "NEWCO", None)
    assert result.discovered == found
    assert not result.is_addable


def test_a_catalogue_row_a_provider_denies_is_delisted() -> None:
    result = World(catalog=CATALOG).resolve("AAPL")

    assert (result.verdict, result.asset) == (Verdict.DELISTED, APPLE)
    assert {evidence.source for evidence in result.evidence} == {"catalog", "yahoo"}


def test_a_dead_quote_is_delisted_in_or_out_of_the_catalogue() -> None:
    world = World(
        catalog=CATALOG,
        live={
            "AAPL": quote("AAPL", "Apple Inc.", alive=False),
            "ADH": quote("ADH", None, alive=False),
        },
    )

    assert world.resolve("AAPL").verdict is Verdict.DELISTED
    dead = world.resolve("ADH")
    assert dead.verdict is Verdict.DELISTED
    assert dead.symbol is None


def test_a_catalogue_row_marked_delisted_stands_offline_and_waits_in_an_outage() -> None:
    catalog = catalog_of(asset("TWTR", "Twitter, Inc.", status=AssetStatus.DELISTED))

    assert World(catalog=catalog, is_offline=True).resolve("TWTR").verdict is Verdict.DELISTED
    assert World(catalog=catalog, is_silent=True).resolve("TWTR").verdict is Verdict.UNVERIFIED


def test_a_suspended_asset_is_suspended_unless_it_trades_again() -> None:
    halted = asset("HALT.L", "Halted plc", status=AssetStatus.SUSPENDED)
    old = quote("HALT.L", "Halted plc", traded_at=NOW - timedelta(days=90))
    catalog = catalog_of(halted)

    assert World(catalog=catalog, is_offline=True).resolve("HALT.L").verdict is Verdict.SUSPENDED
    assert World(catalog=catalog, live={"HALT.L": old}).resolve("HALT.L").verdict is (
        Verdict.SUSPENDED
    )
    assert World(catalog=catalog, live=quotes_of(halted)).resolve("HALT.L").verdict is (
        Verdict.VALID
    )


def test_a_symbol_nobody_holds_is_not_found_only_by_a_providers_word() -> None:
    assert ONLINE.resolve("ZZZQ").verdict is Verdict.NOT_FOUND
    assert SILENT.resolve("ZZZQ").verdict is Verdict.UNVERIFIED
    assert OFFLINE.resolve("ZZZQ").verdict is Verdict.UNVERIFIED


def test_offline_the_reason_says_that_no_provider_is_configured() -> None:
    assert "no provider is configured" in OFFLINE.resolve("ZZZQ").reason


@pytest.mark.parametrize("world", [ONLINE, OFFLINE])
def test_a_code_of_several_living_venues_is_ambiguous(world: World) -> None:
    result = world.resolve("7203")

    assert (result.verdict, result.asset, result.symbol) == (Verdict.AMBIGUOUS, None, None)
    assert [s.symbol for s in result.suggestions] == ["7203.T", "7203.KL"]


def test_a_bare_root_of_several_homes_is_ambiguous_unless_an_outage_hides_an_american_one() -> None:
    assert ONLINE.resolve("RELIANCE").verdict is Verdict.AMBIGUOUS
    assert OFFLINE.resolve("RELIANCE").verdict is Verdict.AMBIGUOUS
    assert SILENT.resolve("RELIANCE").verdict is Verdict.UNVERIFIED


def test_a_bare_root_of_one_home_elsewhere_is_suggested_and_not_taken() -> None:
    torex = asset("TXG.TO", "Torex Gold Resources Inc.", exchange="Toronto")
    result = World(catalog=catalog_of(torex)).resolve("TXG")

    assert result.verdict is Verdict.NOT_FOUND
    assert [s.symbol for s in result.suggestions] == ["TXG.TO"]


@pytest.mark.parametrize("world", [ONLINE, OFFLINE, SILENT])
def test_malformed_and_unsupported_need_nobody(world: World) -> None:
    assert world.resolve("AAPL,MSFT").verdict is Verdict.MALFORMED
    assert world.resolve("BBG000B9XRY4").verdict is Verdict.UNSUPPORTED


def test_a_sign_at_the_end_that_no_dialect_knows_is_malformed() -> None:
    assert ONLINE.resolve("AAPL=").verdict is Verdict.MALFORMED


@pytest.mark.parametrize("text", ["Berkshire Hathaway", "Nestl\u00e9", "Alphabet, Inc."])
def test_a_company_name_is_not_found_and_offline_unverified(text: str) -> None:
    assert ONLINE.resolve(text).verdict is Verdict.NOT_FOUND
    assert OFFLINE.resolve(text).verdict is Verdict.UNVERIFIED


def test_what_was_typed_exactly_beats_any_reading() -> None:
    etf = asset("DAX", "Global X DAX Germany ETF", asset_class=AssetClass.ETF)
    index = asset("^GDAXI", "DAX P", asset_class=AssetClass.INDEX)
    catalog = catalog_of(etf, index)
    result = World(catalog=catalog, live=quotes_of(etf, index)).resolve("DAX")

    assert (result.verdict, result.symbol) == (Verdict.VALID, "DAX")
    assert [s.symbol for s in result.suggestions] == ["^GDAXI"]


def test_paris_is_not_taken_for_a_preferred_share() -> None:
    preferred = asset("RWT-PA", "Redwood Trust Series A Preferred")
    world = World(catalog=catalog_of(preferred), live=quotes_of(preferred))
    result = world.resolve("RWT.PA")

    assert (result.verdict, result.asset) == (Verdict.NOT_FOUND, None)
    assert [s.symbol for s in result.suggestions] == ["RWT-PA"]


def test_a_guess_counts_only_where_the_catalogue_holds_it() -> None:
    live = {"BRK-B": quote("BRK-B", "Berkshire Hathaway Inc.")}

    assert World(live=live).resolve("BRKB").verdict is Verdict.NOT_FOUND
    assert ONLINE.resolve("BRKB").confidence < ONLINE.resolve("BRK.B").confidence


def test_a_notation_the_catalogue_holds_leads_to_its_symbol() -> None:
    world = World(catalog=CATALOG, live=ONLINE.live, aliases={"APPLE-XY": "AAPL"})
    result = world.resolve("APPLE-XY")

    assert (result.verdict, result.symbol) == (Verdict.VALID_NORMALIZED, "AAPL")


@pytest.mark.parametrize("world", [ONLINE, OFFLINE, SILENT])
@pytest.mark.parametrize("text", ["AAPL", "ZZZQ", "7203", "BRK.B", "Berkshire Hathaway", "A,B"])
def test_every_verdict_has_a_reason_in_a_sentence(world: World, text: str) -> None:
    reason = world.resolve(text).reason

    assert reason.endswith(".")
    assert reason[0].isupper()


def test_silence_about_a_later_reading_proves_no_death_of_an_earlier_one() -> None:
    stale = catalog_of(asset("BAC-L", "Stale row"))
    told = World(catalog=stale)
    untold = World(catalog=stale, silent_about=frozenset({"BAC-PL"}))

    assert told.resolve("BAC-L").verdict is Verdict.DELISTED
    assert untold.resolve("BAC-L").verdict is Verdict.UNVERIFIED
