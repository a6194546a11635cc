"""A symbol with a record of its end: renamed where the company lives on, delisted where not."""

from dataclasses import dataclass

from core.domain.asset import FormerSymbol
from core.domain.resolving import confidence
from core.domain.resolving.question import Question
from core.domain.resolving.suggesting import first_five, tell
from core.domain.symbology import Candidate
from core.domain.validation import (
    Evidence,
    Suggestion,
    ValidationResult,
    ValidationWarning,
    Verdict,
    WarningCode,
)

_ENDS = {
    "merged": "merged into another company",
    "acquired": "was taken over",
    "bankrupt": "went bankrupt",
    "renamed": "was renamed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Records from a former symbol on; `end` is the living symbol it leads to, if any.

    `is_open` where nobody could say of a successor on the way whether it lives.
    """

    links: tuple[FormerSymbol, ...]
    end: str | None = None
    is_open: bool = False

    @property
    def is_same_company(self) -> bool:
        """Whether every link is a rename: an acquirer is another asset."""
        return all(link.kind == "renamed" for link in self.links)


def follow(question: Question, symbol: str) -> Chain:
    """Follow successors; a living link ends the chain, its later record is of another owner."""
    links: list[FormerSymbol] = []
    seen = {symbol}
    is_open = False
    record = question.knowledge.former.get(symbol)
    while record is not None:
        links.append(record)
        successor = record.successor
        if not successor or successor in seen:
            break
        if question.is_live(successor):
            return Chain(links=tuple(links), end=successor, is_open=is_open)
        is_open = is_open or question.is_unknown(successor)
        seen.add(successor)
        record = question.knowledge.former.get(successor)
    return Chain(links=tuple(links), is_open=is_open)


def ended(question: Question, candidate: Candidate, *, is_in_doubt: bool) -> ValidationResult:
    """The result for a symbol whose end is on record and that is not alive now.

    Silence of a provider is no agreement: a death then stays unverified.
    """
    symbol = candidate.symbol
    chain = follow(question, symbol)
    agrees = question.is_denied(symbol) and not is_in_doubt and not chain.is_open
    if chain.end and chain.is_same_company:
        return _renamed(question, symbol, chain, is_agreed=agrees)
    suggestions = _successor(question, chain)
    is_record_enough = question.is_offline and not (chain.is_open and chain.is_same_company)
    if not agrees and not is_record_enough:
        return ValidationResult(
            input=question.text,
            verdict=Verdict.UNVERIFIED,
            confidence=confidence.NOTHING,
            reason=f"{_story(symbol, chain)} Nobody could confirm that now.",
            evidence=_evidence(question, symbol),
            suggestions=suggestions,
        )
    asset = question.asset(symbol)
    return ValidationResult(
        input=question.text,
        verdict=Verdict.DELISTED,
        symbol=symbol if asset else None,
        asset=asset,
        confidence=confidence.RECORD_CONFIRMED if agrees else confidence.RECORD_ALONE,
        reason=_story(symbol, chain),
        evidence=_evidence(question, symbol),
        suggestions=suggestions,
    )


def _renamed(question: Question, symbol: str, chain: Chain, *, is_agreed: bool) -> ValidationResult:
    end = chain.end or ""
    asset = question.asset(end)
    doubt = f"Nobody could say now whether {symbol} is in use again."
    unsure = ValidationWarning(code=WarningCode.TICKER_MAY_BE_REUSED, message=doubt)
    return ValidationResult(
        input=question.text,
        verdict=Verdict.RENAMED,
        symbol=end,
        asset=asset,
        discovered=question.quote(end) if asset is None else None,
        confidence=confidence.RECORD_CONFIRMED if is_agreed else confidence.RECORD_ALONE,
        reason=_story(symbol, chain),
        evidence=_evidence(question, symbol),
        warnings=() if is_agreed else (unsure,),
        suggestions=_successor(question, chain),
    )


def _successor(question: Question, chain: Chain) -> tuple[Suggestion, ...]:
    asset = question.asset(chain.end or "")
    if asset is None:
        return ()
    reason = "its symbol now" if chain.is_same_company else "the company it went to"
    return first_five([tell(asset, reason)])


def _story(symbol: str, chain: Chain) -> str:
    """One sentence a link: what happened, when, and under which symbol it went on."""
    sentences: list[str] = []
    for link in chain.links:
        when = f" on {link.until.isoformat()}" if link.until else ""
        then = f", now {link.successor}" if link.successor else ""
        what = _ENDS.get(link.kind, "left the market")
        sentences.append(f"{link.symbol or symbol} {what}{when}{then}.")
    return " ".join(sentences)


def _evidence(question: Question, symbol: str) -> tuple[Evidence, ...]:
    record = question.catalog_evidence(f"has {symbol} as a former symbol")
    return (record, *question.denial(symbol))
