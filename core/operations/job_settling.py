"""What a decided symbol does to the universe it waits for, in the transaction that ends it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from core.domain.jobs import Claim, ClaimedItem, FinishedItem
from core.domain.membership import BulkPlan, ItemOutcome, Status, plan_additions
from core.domain.universe import SAMPLE, Universe
from core.domain.validation import ValidationResult
from core.operations.operation import Context
from core.operations.shapes import validation_shape
from core.ports import UnitOfWork

Decided = Sequence[tuple[ClaimedItem, ValidationResult]]
DROPPED = "dropped"
"""The outcome of a symbol that nobody waits for any more."""


async def settle_pending(
    ctx: Context, uow: UnitOfWork, universe: Universe | None, *, claim: Claim, decided: Decided
) -> list[FinishedItem]:
    """Turn decided symbols into members or rejections: one change set for all of them.

    `universe` is locked, or None where it was deleted meanwhile: then nothing is written.
    """
    ids = [item.id for item, _ in decided]
    if universe is None:
        if claim.job.universe_id:  # whoever restores it gets another job
            await uow.pending.unlink(claim.job.universe_id, ids)
        return [_dropped(item, result, "The universe was deleted.") for item, result in decided]
    dates = await uow.pending.linked(universe.id, ids)
    waiting = [(item, result) for item, result in decided if item.id in dates]
    gone = [(item, result) for item, result in decided if item.id not in dates]
    plan = await _plan(uow, universe, waiting)
    if waiting:
        await _write(ctx, uow, universe, plan=plan, waiting=waiting, dates=dates)
    return [
        *(
            finished(item, result, status=outcome.status, reason=outcome.reason)
            for (item, result), outcome in zip(waiting, plan.outcomes, strict=True)
        ),
        *(_dropped(item, result, "It is no longer pending there.") for item, result in gone),
    ]


async def _plan(uow: UnitOfWork, universe: Universe, waiting: Decided) -> BulkPlan:
    results = [result for _, result in waiting]
    assets = [result.asset.id for result in results if result.asset]
    return plan_additions(results, await uow.members.among(universe.id, assets))


async def _write(
    ctx: Context,
    uow: UnitOfWork,
    universe: Universe,
    *,
    plan: BulkPlan,
    waiting: Decided,
    dates: Mapping[UUID, date],
) -> None:
    now = ctx.services.now()
    version = universe.version + 1
    change = ctx.change(
        "settle_pending",
        effective=min(dates.values()),
        reason=_reason(plan),
        added=plan.count(Status.ADDED),
        sample=[asset.symbol for asset in plan.assets[:SAMPLE]],
    )
    change_set = await uow.changes.add(universe.id, version=version, change=change, now=now)
    for effective, assets in _by_date(plan.outcomes, waiting, dates).items():
        await uow.members.add(
            universe.id, assets, change_set=change_set, version=version, effective=effective
        )
    await uow.pending.remove(universe.id, [item.input for item, _ in waiting])


def _by_date(
    outcomes: Sequence[ItemOutcome], waiting: Decided, dates: Mapping[UUID, date]
) -> Mapping[date, list[UUID]]:
    """The new members by the day each was asked for, in the order they were asked."""
    found: defaultdict[date, list[UUID]] = defaultdict(list)
    for outcome, (item, result) in zip(outcomes, waiting, strict=True):
        if outcome.status is Status.ADDED and result.asset:
            found[dates[item.id]].append(result.asset.id)
    return found


def _reason(plan: BulkPlan) -> str:
    words = {
        Status.ADDED: "verified and added",
        Status.ALREADY_MEMBER: "a member already",
        Status.REJECTED: "rejected",
    }
    said = [f"{plan.count(status)} {word}" for status, word in words.items() if plan.count(status)]
    return f"Pending symbols settled: {', '.join(said)}."


def finished(
    item: ClaimedItem, result: ValidationResult, *, status: str | None = None, reason: str = ""
) -> FinishedItem:
    """An item's end, with the result as get_job shows it."""
    shown: dict[str, Any] = validation_shape(result).model_dump(mode="json")
    if status is not None:
        shown |= {"outcome": status, "outcome_reason": reason}
    return FinishedItem(item=item, verdict=result.verdict, result=shown)


def _dropped(item: ClaimedItem, result: ValidationResult, reason: str) -> FinishedItem:
    return finished(item, result, status=DROPPED, reason=reason)
