"""What is looked up and asked, and that it is little and comes to an end."""

from uuid import UUID

from core.domain.asset import AssetClass, AssetStatus
from core.domain.resolving import (
    Knowledge,
    asset_of,
    follow_up,
    live_needs,
    needs,
    suggestion_needs,
    with_asset,
)
from core.domain.symbology import read
from core.domain.validation import ValidationResult, Verdict
from tests.unit.resolving.world import (
    NOW,
    World,
    asset,
    catalog_of,
    former,
    quote,
    records_of,
    said,
)

BERKSHIRE = asset("BRK-B", "Berkshire Hathaway Inc.")


def test_one_batch_covers_all_inputs() -> None:
    wanted = needs([read("BRK.B"), read("US0378331005"), read("TXG"), read("AAPL,MSFT")])

    assert {"BRK.B", "BRK-B", "TXG", "AAPL", "MSFT"} <= wanted.symbols
    assert wanted.isins == {"US0378331005"}
    assert wanted.roots == {"TXG"}


def test_a_round_asks_up_to_the_first_tier_the_catalogue_holds() -> None:
    known = Knowledge(assets=catalog_of(BERKSHIRE))

    assert live_needs(read("BRK.B"), known) == {"BRK.B", "BRK-B"}
    assert live_needs(read("BRK-B"), known) == {"BRK-B"}


def test_nothing_is_asked_twice() -> None:
    known = Knowledge(assets=catalog_of(BERKSHIRE), undecided=frozenset({"BRK-B"}))

    assert live_needs(read("BRK-B"), known) == frozenset()


def test_a_fresh_catalogue_row_needs_no_provider() -> None:
    known = Knowledge(assets=catalog_of(BERKSHIRE), fresh=frozenset({"BRK-B"}))

    assert live_needs(read("BRK-B"), known) == frozenset()


def test_no_provider_is_asked_about_a_guess() -> None:
    assert live_needs(read("BRKB"), Knowledge()) == {"BRKB"}


def test_a_refused_text_asks_nothing() -> None:
    assert live_needs(read("AAPL,MSFT"), Knowledge()) == frozenset()


def test_a_denied_row_opens_the_next_tiers() -> None:
    stale = catalog_of(asset("BAC-L", "Stale"), asset("BAC-PL", "Bank of America Preferred L"))
    denied = Knowledge(assets=stale).with_answers({"BAC-L"}, said({"BAC-L": None}))

    assert live_needs(read("BAC-L"), Knowledge(assets=stale)) == {"BAC-L"}
    assert live_needs(read("BAC-L"), denied) == {"BAC-PL"}


def test_a_former_symbol_is_asked_with_all_its_successors() -> None:
    records = records_of(
        former("CBS", "renamed", successor="VIAC"), former("VIAC", "renamed", successor="PARA")
    )

    assert live_needs(read("CBS"), Knowledge(former=records)) == {"CBS", "VIAC", "PARA"}


def test_the_home_listing_of_an_isin_is_asked_before_the_others() -> None:
    apple = asset("AAPL", "Apple Inc.", isin="US0378331005")
    frankfurt = asset("APC.F", "Apple Inc.", isin="US0378331005")
    known = Knowledge(listings={"US0378331005": (frankfurt, apple)})

    assert live_needs(read("US0378331005"), known) == {"AAPL"}
    denied = known.with_answers({"AAPL"}, said({"AAPL": None}))
    assert live_needs(read("US0378331005"), denied) == {"APC.F"}


def test_successors_and_aliases_are_followed_until_nothing_is_new() -> None:
    first = Knowledge(
        former=records_of(former("FB", "renamed", successor="META")), aliases={"X": "Y"}
    )

    assert follow_up(first) == {"META", "Y"}
    assert follow_up(first.merged(Knowledge(searched=frozenset({"META", "Y"})))) == frozenset()


def test_an_answer_ends_what_was_undecided() -> None:
    asked = Knowledge().with_answers({"AAPL"}, said({}))
    answered = asked.with_answers({"AAPL"}, said({"AAPL": None}, provider="alpha_vantage"))

    assert asked.undecided == {"AAPL"}
    assert answered.undecided == frozenset()
    assert answered.denied_by == {"AAPL": "alpha_vantage"}


def test_the_denial_names_the_provider_that_gave_it() -> None:
    knowledge = Knowledge().with_answers({"ZZZQ"}, said({"ZZZQ": None}, provider="alpha_vantage"))
    result = World().decided("ZZZQ", read("ZZZQ"), knowledge, None)

    assert [evidence.source for evidence in result.evidence] == ["alpha_vantage"]


def test_suggestions_are_searched_only_where_there_is_no_answer() -> None:
    missing = ValidationResult(input="APPL", verdict=Verdict.NOT_FOUND)
    found = ValidationResult(input="AAPL", verdict=Verdict.VALID)

    wanted = suggestion_needs(read("APPL"), missing)
    assert wanted is not None
    assert "AAPL" in wanted.spellings
    assert wanted.name == "APPL"
    assert suggestion_needs(read("AAPL"), found) is None


def test_a_discovered_quote_becomes_an_asset_with_venue_and_class() -> None:
    identity = UUID(int=1)
    result = World(live={"SAP.DE": quote("SAP.DE", "SAP SE")}).resolve("SAP.DE")
    assert result.discovered is not None

    stored = with_asset(result, asset_of(result.discovered, asset_id=identity))

    assert stored.asset is not None
    assert stored.discovered is None
    assert stored.is_addable
    assert (stored.asset.id, stored.asset.name, stored.asset.country) == (identity, "SAP SE", "DE")
    assert stored.asset.status is AssetStatus.ACTIVE
    assert stored.asset.last_validated_at == NOW


def test_a_quote_without_a_class_is_classed_by_its_shape() -> None:
    bare = quote("^GSPC", None)
    index = asset_of(
        type(bare)(
            symbol="^GSPC",
            name=None,
            asset_class=None,
            exchange="SNP",
            currency="USD",
            alive=True,
            source="yahoo",
            fetched_at=NOW,
        ),
        asset_id=UUID(int=2),
    )

    assert index.asset_class is AssetClass.INDEX
    assert (index.name, index.exchange, index.mic) == ("^GSPC", "S&P indices", None)
