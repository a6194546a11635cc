"""What a bulk change does, decided before anything is written. Pure: values in, values out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.domain.asset import Asset
from core.domain.validation import Suggestion, ValidationResult, Verdict


class Status(StrEnum):
    """What became of one input; also the names of the counts."""

    ADDED = "added"
    ALREADY_MEMBER = "already_member"
    REMOVED = "removed"
    NOT_MEMBER = "not_member"
    PENDING = "pending"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcome:
    input: str
    status: Status
    symbol: str | None = None
    name: str | None = None
    reason: str = ""
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPlan:
    """One outcome an input, in the order asked, and what is to be written for them."""

    outcomes: Sequence[ItemOutcome]
    assets: Sequence[Asset] = ()
    pending: Sequence[str] = ()

    def count(self, status: Status) -> int:
        return sum(outcome.status is status for outcome in self.outcomes)


@dataclass(slots=True)
class _Seen:
    """What earlier inputs of the same call already took."""

    assets: dict[UUID, str] = field(default_factory=dict[UUID, str])
    pending: dict[str, None] = field(default_factory=dict[str, None])
    """A set that keeps the order asked."""


def plan_additions(
    results: Sequence[ValidationResult],
    members: Collection[UUID],
    *,
    later: Collection[UUID] = (),
    day: date | None = None,
) -> BulkPlan:
    """Add what is verified, hold what nobody could verify, reject the rest with its reason.

    `members` are those of the universe now; those of them that came in `later` than the `day` are
    in from that day on. An asset named twice is added once; the later spelling is told so.
    """
    seen = _Seen()
    outcomes: list[ItemOutcome] = []
    added: list[Asset] = []
    known = set(members) - set(later)
    for result in results:
        outcome = _addition(result, known, seen)
        if outcome.status is Status.ADDED and result.asset and result.asset.id in later:
            told = f"It is a member already, now since {day}."
            outcome = replace(outcome, reason=f"{told} {outcome.reason}".strip())
        outcomes.append(outcome)
        if outcome.status is Status.ADDED and result.asset:
            added.append(result.asset)
    return BulkPlan(outcomes=outcomes, assets=added, pending=tuple(seen.pending))


def _addition(result: ValidationResult, members: Collection[UUID], seen: _Seen) -> ItemOutcome:
    if result.asset is not None and result.is_addable:
        return _member(result, result.asset, members, seen)
    if result.verdict is Verdict.UNVERIFIED:
        seen.pending[result.input] = None
        status = Status.PENDING
    else:
        status = Status.REJECTED
    return ItemOutcome(
        input=result.input,
        status=status,
        symbol=result.symbol,
        name=result.asset.name if result.asset else None,
        reason=f"{result.verdict}: {result.reason}",
        suggestions=result.suggestions,
    )


def _member(
    result: ValidationResult, asset: Asset, members: Collection[UUID], seen: _Seen
) -> ItemOutcome:
    earlier = seen.assets.get(asset.id)
    if asset.id in members:
        status, reason = Status.ALREADY_MEMBER, "It is in the universe already."
    elif earlier is not None:
        status, reason = Status.ALREADY_MEMBER, "An earlier input of this call names it too."
    else:
        seen.assets[asset.id] = result.input
        status, reason = Status.ADDED, " ".join(w.message for w in result.warnings)
    return ItemOutcome(
        input=result.input,
        status=status,
        symbol=asset.symbol,
        name=asset.name,
        reason=reason,
        suggestions=result.suggestions,
    )


def plan_removals(
    inputs: Sequence[tuple[str, Asset | None]],
    members: Collection[UUID],
    pending: Collection[str],
) -> BulkPlan:
    """Remove members and waiting inputs; what is neither is told so.

    Each input comes with the asset it means, or None where it means nothing we know.
    """
    seen = _Seen()
    outcomes: list[ItemOutcome] = []
    removed: list[Asset] = []
    for text, asset in inputs:
        if asset is not None and asset.id in members and asset.id not in seen.assets:
            seen.assets[asset.id] = text
            removed.append(asset)
            status, reason = Status.REMOVED, ""
        elif text in pending and text not in seen.pending:
            seen.pending[text] = None
            status, reason = Status.REMOVED, "It was waiting to be verified."
        elif asset is not None and asset.id in seen.assets:
            status, reason = Status.NOT_MEMBER, "An earlier input of this call names it too."
        else:
            status, reason = Status.NOT_MEMBER, "It is not in the universe."
        outcomes.append(
            ItemOutcome(
                input=text,
                status=status,
                reason=reason,
                symbol=asset.symbol if asset else None,
                name=asset.name if asset else None,
            )
        )
    return BulkPlan(outcomes=outcomes, assets=removed, pending=tuple(seen.pending))
