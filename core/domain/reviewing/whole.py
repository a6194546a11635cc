"""What is wrong with a list as a whole: its rule, its balance, its gaps, its past."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from core.domain.asset import Asset, AssetClass
from core.domain.mix import shares
from core.domain.rebalancing import RefreshOutcome
from core.domain.reviewing.facts import Facts, Finding, Kind, ask
from core.domain.universe import UniverseSource

YEAR = timedelta(days=365)
MOST_OF_ONE = 0.6
MOST_WEIGHT = 0.25
MOST_MISSING = 0.2
ENOUGH = 5
"""Members from which on it says something that most are alike."""


def held_back(facts: Facts) -> Iterable[Finding]:
    last = facts.rule.last if facts.rule.is_followed else None
    if last is not None and last.outcome is RefreshOutcome.HELD_BACK:
        yield Finding(
            kind=Kind.HELD_BACK,
            symbols=[],
            advice="The last refresh was held back, so it no longer is what its rule selects. Try"
            " again: the answer says why it cannot; then change the screen's guards.",
            call=facts.call("refresh_universe"),
        )


def concentration(facts: Facts) -> Iterable[Finding]:
    if len(facts.members) < ENOUGH:
        return
    held, by_weight = shares(facts.members)
    pairs = list(zip(facts.assets, held, strict=True))
    sides: dict[str, Callable[[Asset], str | None]] = {
        "sector": lambda asset: asset.sector,
        "country": lambda asset: asset.country,
    }
    for side, of in sides.items():
        sums: dict[str | None, float] = {}
        for asset, share in pairs:
            sums[of(asset)] = sums.get(of(asset), 0.0) + share
        for value, share in sums.items():
            # rounded: three fifths summed up from floats are a little more
            if value is not None and round(share, 6) > MOST_OF_ONE:
                yield Finding(
                    kind=Kind.CONCENTRATION,
                    symbols=[asset.symbol for asset in facts.assets if of(asset) == value],
                    advice=f"One {side} holds {share:.0%} of it; the mix says which. Add others, or"
                    " know that it moves as one.",
                )
    heavy = [asset.symbol for asset, share in pairs if by_weight and share > MOST_WEIGHT]
    if heavy:
        yield Finding(
            kind=Kind.CONCENTRATION,
            symbols=heavy,
            advice=f"Each weighs more than {MOST_WEIGHT:.0%} of the whole. Lower their weights.",
        )


def coverage(facts: Facts, living: Sequence[Asset]) -> Iterable[Finding]:
    """Fields that too many lack, of those that should have them; providers give some of them."""
    shares_of = [asset for asset in living if asset.asset_class is AssetClass.EQUITY]
    lacks: tuple[tuple[str, bool, Sequence[Asset], list[str]], ...] = (
        ("sector", False, shares_of, [a.symbol for a in shares_of if a.sector is None]),
        ("country", False, shares_of, [a.symbol for a in shares_of if a.country is None]),
        ("currency", True, living, [a.symbol for a in living if a.currency is None]),
        ("market_cap", True, shares_of, [a.symbol for a in shares_of if a.market_cap is None]),
    )
    for name, is_asked, of, symbols in lacks:
        if len(symbols) <= MOST_MISSING * len(of):
            continue
        can_ask = is_asked and not facts.is_offline
        yield Finding(
            kind=Kind.COVERAGE,
            symbols=symbols,
            advice=f"{name} is unknown for {len(symbols)} of {len(of)}: screens on it miss them."
            + (" Ask providers." if can_ask else " A fuller catalogue may know it."),
            call=ask(facts, symbols) if can_ask else None,
        )


def survivorship(facts: Facts) -> Iterable[Finding]:
    """A list that nobody ever left tells of survivors alone."""
    if not facts.members or facts.since is None or facts.anybody_left:
        return
    is_index = facts.universe.source is UniverseSource.INDEX
    if is_index or facts.now.date() - facts.since > YEAR:
        yield Finding(
            kind=Kind.SURVIVORSHIP,
            symbols=[],
            advice="Nobody who left is known of, so its past holds survivors alone: a test on it"
            " looks better than it was. Enter who left, with effective_date, before testing.",
        )
