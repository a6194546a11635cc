"""One walk through the tiers of a reading: the first that lives, or what was met on the way."""

from dataclasses import dataclass, replace

from core.domain.resolving.needs import with_aliases
from core.domain.resolving.question import Question, Standing
from core.domain.symbology import Candidate, Reading, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the tiers hold, down to the one that settles the matter.

    `live` fit equally well; `gone` has a record of its end; `left` once was in an index, which is
    weak; `stale` is dead by the catalogue or a provider; `in_doubt` nobody could decide.
    """

    live: Tier = ()
    gone: Candidate | None = None
    left: Candidate | None = None
    stale: Candidate | None = None
    in_doubt: Candidate | None = None


def survey(question: Question, reading: Reading) -> Survey:
    """Walk until a tier has a living candidate or a recorded end for that very symbol."""
    found = Survey()
    for tier in with_aliases(reading, question.knowledge):
        live = _living(question, tier, found)
        if live:
            rivals = found if len(tier) == 1 else _noted(question, tier, found)
            return Survey(live=live, left=found.left, stale=rivals.stale)
        gone = _recorded_end(question, tier)
        if gone:
            return replace(found, gone=gone)
        found = _noted(question, tier, found)
    return found


def _living(question: Question, tier: Tier, found: Survey) -> Tier:
    """Living candidates; a guess does not outweigh a former member of an index."""
    return tuple(
        candidate
        for candidate in tier
        if question.standing(candidate) is Standing.LIVE
        and (candidate.certain or found.left is None)
    )


def _recorded_end(question: Question, tier: Tier) -> Candidate | None:
    for candidate in tier:
        if candidate.certain and question.knowledge.is_strong_former(candidate.symbol):
            return candidate
    return None


def _noted(question: Question, tier: Tier, found: Survey) -> Survey:
    for candidate in tier:
        standing = question.standing(candidate)
        if found.left is None and _left_an_index(question, candidate):
            found = replace(found, left=candidate)
        if found.stale is None and standing is Standing.DEAD:
            found = replace(found, stale=candidate)
        if found.in_doubt is None and standing is Standing.UNKNOWN:
            found = replace(found, in_doubt=candidate)
    return found


def _left_an_index(question: Question, candidate: Candidate) -> bool:
    return candidate.certain and candidate.symbol in question.knowledge.former
