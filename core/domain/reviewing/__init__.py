"""What is wrong with a universe and the calls that mend it. Pure: values in, findings out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.domain.mix import Mix, mix_of
from core.domain.reviewing.facts import A_CALL, Facts, Finding, Kind, Past
from core.domain.reviewing.members import (
    delisted,
    duplicates,
    is_dead,
    renamed,
    successor,
    unconfirmed,
    unresolved,
)
from core.domain.reviewing.whole import concentration, coverage, held_back, survivorship

__all__ = ["A_CALL", "FORMULA", "Facts", "Finding", "Kind", "Past", "Review", "review"]

FORMULA = (
    "100 x the share of members and pending symbols without a fault (delisted, renamed and"
    " unresolved count whole; duplicates, stale and unnamed half; each symbol by its worst), minus"
    " 5 for each of held_back, concentration, coverage and survivorship that was found; at least 0"
)
DEDUCTION = 5
ORDER = list(Kind)
WHOLE = frozenset({Kind.DELISTED, Kind.RENAMED, Kind.UNRESOLVED})
HALF = frozenset({Kind.DUPLICATE_LISTING, Kind.DUPLICATE_SHARE_CLASS, Kind.STALE, Kind.UNNAMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`score` is None where there is nothing to review; the worst findings come first."""

    score: float | None
    findings: Sequence[Finding]
    mix: Mix | None


def review(facts: Facts) -> Review:
    """What is wrong with a universe, from facts alone."""
    past, assets = facts.past, facts.assets
    moved = {asset.symbol: new for asset in assets if (new := successor(past, asset))}
    dead = [asset for asset in assets if asset.symbol not in moved and is_dead(past, asset)]
    gone = moved.keys() | {asset.symbol for asset in dead}
    living = [asset for asset in assets if asset.symbol not in gone]
    findings = [
        *delisted(facts, dead),
        *renamed(facts, moved),
        *unresolved(facts),
        *held_back(facts),
        *duplicates(facts, living),
        *unconfirmed(facts, living),
        *concentration(facts),
        *coverage(facts, living),
        *survivorship(facts),
    ]
    findings.sort(key=lambda finding: ORDER.index(finding.kind))
    return Review(
        score=_score(facts, findings),
        findings=findings,
        mix=mix_of(facts.members) if facts.members else None,
    )


def _score(facts: Facts, findings: Iterable[Finding]) -> float | None:
    total = len(facts.members) + len(facts.pending)
    if not total:
        return None
    worst: dict[tuple[bool, str], float] = {}  # what is pending may bear a member's symbol
    kinds: set[Kind] = set()
    for finding in findings:
        if finding.kind not in WHOLE | HALF:
            kinds.add(finding.kind)
            continue
        cost = 1.0 if finding.kind in WHOLE else 0.5
        for symbol in finding.symbols:
            key = (finding.kind is Kind.UNRESOLVED, symbol)
            worst[key] = max(cost, worst.get(key, 0.0))
    score = 100 * (1 - sum(worst.values()) / total) - DEDUCTION * len(kinds)
    return round(max(score, 0.0), 1)
