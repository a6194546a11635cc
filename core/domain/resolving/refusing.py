"""Texts that are no symbols: malformed, unsupported, or a company's name."""

import re

from core.domain.resolving import confidence
from core.domain.resolving.question import Question
from core.domain.resolving.suggesting import suggestions_inside
from core.domain.symbology import Refusal, RefusalKind
from core.domain.validation import ValidationResult, Verdict


def refused(question: Question, refusal: Refusal) -> ValidationResult:
    """The result for a refused text, with what may have been meant beside it."""
    verdict = _verdict(question, refusal)
    return ValidationResult(
        input=question.text,
        verdict=verdict,
        confidence=_CONFIDENCE.get(verdict, confidence.REFUSED),
        reason=_LIST if verdict is Verdict.MALFORMED and _is_name(refusal) else refusal.reason,
        suggestions=suggestions_inside(question, refusal),
    )


_LIST = "These are several symbols; give one an entry."
_CONFIDENCE = {Verdict.NOT_FOUND: confidence.WORDS, Verdict.UNVERIFIED: confidence.NOTHING}


def _verdict(question: Question, refusal: Refusal) -> Verdict:
    """A name is no symbol, whatever providers say; offline we leave it open."""
    if refusal.kind is RefusalKind.UNSUPPORTED:
        return Verdict.UNSUPPORTED
    if not _is_name(refusal) or _is_list_of_symbols(question, refusal):
        return Verdict.MALFORMED
    return Verdict.UNVERIFIED if question.is_offline else Verdict.NOT_FOUND


def _is_name(refusal: Refusal) -> bool:
    return refusal.kind is RefusalKind.WORDS


def _is_list_of_symbols(question: Question, refusal: Refusal) -> bool:
    """`AAPL MSFT`, `AAPL&MSFT`: every word is a symbol, and no company has that name."""
    words = re.split(r"[ &]+", refusal.text)
    if len(words) < 2 or question.knowledge.name_matches.get(refusal.text):
        return False
    return all(question.asset(word) for word in words)
