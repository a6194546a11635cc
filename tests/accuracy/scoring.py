"""Answers beside labels: right, abstained, wrong, and the two errors that must not happen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from core.domain.validation import Verdict
from tests.accuracy.cases import LIVING, Case, Label


class Outcome(StrEnum):
    RIGHT = "right"
    ABSTAINED = "abstained"
    WRONG_VERDICT = "wrong verdict"
    WRONG_IDENTITY = "wrong identity"
    SUBSTITUTED = "substituted"
    UNTOLD = "untold"


WRONG = frozenset(Outcome) - {Outcome.RIGHT, Outcome.ABSTAINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One answer, judged."""

    case: Case
    label: Label
    verdict: Verdict
    symbol: str | None
    outcome: Outcome


def scored(case: Case, answer: dict[str, Any], *, offline: bool) -> Scored | None:
    """The answer's outcome; None where the case has no label in this mode."""
    label = case.label(offline=offline)
    if label is None:
        return None
    verdict = Verdict(answer["verdict"])
    symbol: str | None = answer["symbol"] if verdict in LIVING else None
    return Scored(
        case=case,
        label=label,
        verdict=verdict,
        symbol=symbol,
        outcome=_outcome(case, label, answer, verdict=verdict, symbol=symbol),
    )


def _outcome(
    case: Case, label: Label, answer: dict[str, Any], *, verdict: Verdict, symbol: str | None
) -> Outcome:
    if symbol and label.symbol and symbol != label.symbol:
        return Outcome.WRONG_IDENTITY
    if symbol and not label.symbol and label.verdict is not Verdict.UNVERIFIED:
        return Outcome.SUBSTITUTED
    if verdict is not label.verdict:
        return Outcome.ABSTAINED if verdict is Verdict.UNVERIFIED else Outcome.WRONG_VERDICT
    return Outcome.RIGHT if _is_told(case, label, answer) else Outcome.UNTOLD


def _is_told(case: Case, label: Label, answer: dict[str, Any]) -> bool:
    """Whether the warning or the first suggestion that the case is about is there."""
    kind, _, symbol = case.expects.partition(":")
    if not kind:
        return True
    if kind == "first":
        return [s["symbol"] for s in answer["suggestions"]][:1] == [symbol]
    is_living = label.verdict in (Verdict.VALID, Verdict.VALID_NORMALIZED)
    return not is_living or kind in {warning["code"] for warning in answer["warnings"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What all answers of one mode come to."""

    answers: Sequence[Scored]

    @property
    def decided(self) -> Sequence[Scored]:
        return [a for a in self.answers if a.verdict is not Verdict.UNVERIFIED]

    @property
    def right(self) -> int:
        """Right among the decided."""
        return sum(a.outcome is Outcome.RIGHT for a in self.decided)

    @property
    def accuracy(self) -> float:
        """The share of the decided that is right."""
        return self.right / len(self.decided)

    @property
    def macro_accuracy(self) -> float:
        """The mean over the verdicts that should have been given."""
        shares = [
            sum(a.outcome is Outcome.RIGHT for a in group) / len(group)
            for verdict in Verdict
            if (group := [a for a in self.decided if a.label.verdict is verdict])
        ]
        return sum(shares) / len(shares)

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, at 95 %."""
        return wilson(self.right, len(self.decided))

    def count(self, outcome: Outcome) -> int:
        return sum(a.outcome is outcome for a in self.answers)

    def matrix(self) -> Counter[tuple[Verdict, Verdict]]:
        """How often a verdict was due and another, or the same, was given."""
        return Counter((a.label.verdict, a.verdict) for a in self.answers)

    def kinds(self) -> dict[str, Counter[Outcome]]:
        found: dict[str, Counter[Outcome]] = {}
        for answer in self.answers:
            found.setdefault(answer.case.kind, Counter())[answer.outcome] += 1
        return found

    def faults(self) -> list[str]:
        """One line a wrong answer."""
        return [
            f"{a.outcome}: {a.case.text!r} ({a.case.kind}): {a.verdict} {a.symbol or ''}, not"
            f" {a.label.verdict} {a.label.symbol or a.case.expects}"
            for a in self.answers
            if a.outcome in WRONG
        ]


def score(cases: Iterable[Case], answers: Iterable[dict[str, Any]], *, offline: bool) -> Score:
    """All cases of a mode, judged."""
    pairs = zip(cases, answers, strict=True)
    judged = (scored(case, answer, offline=offline) for case, answer in pairs)
    return Score(answers=[one for one in judged if one])


def wilson(hits: int, total: int, *, z: float = 1.96) -> tuple[float, float]:
    """The interval that holds the true share with 95 % certainty."""
    share, square = hits / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    half /= 1 + square / total
    return max(0.0, middle - half), min(1.0, middle + half)
