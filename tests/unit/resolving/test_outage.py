"""Properties: silence proves nothing, and no symbol goes without its name."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.asset import AssetStatus
from core.domain.validation import Verdict
from tests.unit.resolving.world import World, asset, catalog_of, former, quote, records_of

DEATHS = (Verdict.NOT_FOUND, Verdict.DELISTED)
SYMBOLS = ("AAA", "BBB", "CCC", "AAA-B", "AAA-PB", "BBB.L", "AAA.L", "AAA.TO", "7203.T", "7203.KL")
TEXTS = (
    *SYMBOLS,
    *("AAA.B", "AAA B", "AAA/B", "AAAB", "BBB LN", "LON:BBB", "7203", "US0378331005"),
    *("Alpha Company", "AAA,BBB", "AAA=", "AAA.PB", "ccc"),
)
KINDS = ("renamed", "merged", "acquired", "left_index")
NAMES = ("Alpha Inc.", "Beta plc", "Gamma SE")

assets = st.builds(
    asset,
    st.sampled_from(SYMBOLS),
    st.sampled_from(NAMES),
    status=st.sampled_from([AssetStatus.ACTIVE, AssetStatus.DELISTED, AssetStatus.SUSPENDED]),
    isin=st.sampled_from([None, "US0378331005"]),
)
records = st.builds(
    former,
    st.sampled_from(SYMBOLS),
    st.sampled_from(KINDS),
    successor=st.sampled_from([None, *SYMBOLS]),
    name=st.sampled_from([None, *NAMES]),
)
quotes = st.builds(
    quote, st.sampled_from(SYMBOLS), st.sampled_from([None, *NAMES]), alive=st.booleans()
)
worlds = st.builds(
    World,
    catalog=st.lists(assets, max_size=6).map(lambda found: catalog_of(*found)),
    records=st.lists(records, max_size=4).map(lambda found: records_of(*found)),
    live=st.lists(quotes, max_size=6).map(lambda found: {each.symbol: each for each in found}),
)


@settings(deadline=None, max_examples=300)
@given(worlds, st.sampled_from(TEXTS), st.frozensets(st.sampled_from(SYMBOLS)))
def test_silence_about_any_symbols_moves_no_verdict_to_a_death(
    world: World, text: str, silent_about: frozenset[str]
) -> None:
    told = world.resolve(text)
    untold = replace(world, silent_about=silent_about).resolve(text)

    assert untold.verdict not in DEATHS or told.verdict in DEATHS


@settings(deadline=None)
@given(worlds, st.sampled_from(TEXTS))
def test_a_provider_that_says_nothing_at_all_proves_no_death(world: World, text: str) -> None:
    result = replace(world, is_silent=True).resolve(text)

    assert result.verdict is not Verdict.DELISTED
    assert result.verdict is not Verdict.NOT_FOUND or " " in text


@settings(deadline=None)
@given(worlds, st.sampled_from(TEXTS), st.sampled_from(["is_silent", "is_offline", ""]))
def test_no_symbol_goes_without_the_identity_it_names(world: World, text: str, mode: str) -> None:
    result = replace(world, **{mode: True} if mode else {}).resolve(text)

    if result.symbol is not None:
        identity = result.asset or result.discovered
        assert identity is not None
        assert identity.symbol == result.symbol
    assert len(result.suggestions) <= 5
    assert all(suggestion.name for suggestion in result.suggestions)
    assert 0 <= result.confidence <= 1
