"""What both bulk changes share: recording the change, and the shape of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from core.domain.errors import InvalidInputError
from core.domain.jobs import JobItem
from core.domain.membership import BulkPlan, ItemOutcome, Status
from core.domain.result import NextCall
from core.domain.universe import SAMPLE, Change, Universe
from core.domain.validation import Suggestion
from core.operations.jobs import result_shape
from core.operations.operation import Context
from core.operations.shapes import BulkShape, Outcome, suggestion_shapes
from core.ports import UnitOfWork

INLINE_INPUTS = 100
"""Up to this many inputs every outcome is listed; beyond, the exceptions, as many at most."""

EXCEPTIONS = frozenset({Status.PENDING, Status.REJECTED, Status.NOT_MEMBER})


def effective_day(ctx: Context, given: date | None) -> date:
    """The day a change holds from.

    Raises:
        InvalidInputError: It lies in the future.
    """
    today = ctx.services.now().date()
    if given is not None and given > today:
        raise InvalidInputError(
            f"effective_date {given} lies in the future; today is {today} (UTC). Plan future"
            " changes where you keep your calendar and make them on their day.",
            field="effective_date",
        )
    return given or today


def change_of(
    ctx: Context, operation: str, effective: date, plan: BulkPlan, *, key: str | None = None
) -> Change:
    """The record of a bulk change."""
    return ctx.change(
        operation,
        effective=effective,
        idempotency_key=key,
        added=plan.count(Status.ADDED),
        removed=plan.count(Status.REMOVED),
        sample=[asset.symbol for asset in plan.assets[:SAMPLE]],
    )


async def write_additions(
    ctx: Context,
    uow: UnitOfWork,
    universe_id: UUID,
    plan: BulkPlan,
    *,
    version: int,
    change: Change,
) -> None:
    """Write one change set with its members and waiting inputs, set by set."""
    now = ctx.services.now()
    change_set = await uow.changes.add(universe_id, version=version, change=change, now=now)
    if plan.assets:
        await uow.members.add(
            universe_id,
            [asset.id for asset in plan.assets],
            change_set=change_set,
            version=version,
            effective=change.effective,
        )
    if plan.pending:
        await uow.pending.add(universe_id, plan.pending, effective=change.effective, now=now)


def settled_plan(plan: BulkPlan, items: Mapping[str, JobItem]) -> BulkPlan:
    """The plan with what a job decided meanwhile in place of what was pending."""
    return replace(
        plan,
        outcomes=[
            _settled(outcome, items.get(outcome.input))
            if outcome.status is Status.PENDING
            else outcome
            for outcome in plan.outcomes
        ],
    )


def _settled(outcome: ItemOutcome, item: JobItem | None) -> ItemOutcome:
    found = result_shape(item) if item else None
    if found is None or found.outcome not in list(Status):
        return outcome
    return ItemOutcome(
        input=outcome.input,
        status=Status(found.outcome),
        symbol=found.symbol,
        name=found.asset.name if found.asset else None,
        reason=found.outcome_reason or "",
        suggestions=tuple(
            Suggestion(symbol=s.symbol, name=s.name, exchange=s.exchange, reason=s.reason)
            for s in found.suggestions
        ),
    )


def bulk_shape(
    plan: BulkPlan, *, version: int, dry_run: bool, job_id: UUID | None = None
) -> BulkShape:
    shown: Sequence[ItemOutcome] = plan.outcomes
    if len(shown) > INLINE_INPUTS:
        shown = [o for o in shown if o.status in EXCEPTIONS][:INLINE_INPUTS]
    return BulkShape(
        added=plan.count(Status.ADDED),
        already_member=plan.count(Status.ALREADY_MEMBER),
        removed=plan.count(Status.REMOVED),
        not_member=plan.count(Status.NOT_MEMBER),
        pending=plan.count(Status.PENDING),
        rejected=plan.count(Status.REJECTED),
        outcomes=[
            Outcome(
                input=outcome.input,
                symbol=outcome.symbol,
                name=outcome.name,
                status=outcome.status,
                reason=outcome.reason,
                suggestions=suggestion_shapes(outcome.suggestions),
            )
            for outcome in shown
        ],
        job_id=job_id,
        version=version,
        dry_run=dry_run,
    )


def bulk_message(plan: BulkPlan, *, dry_run: bool) -> str:
    """The counts in words, zeros left out."""
    words = {
        Status.ADDED: "added",
        Status.REMOVED: "removed",
        Status.ALREADY_MEMBER: "already there",
        Status.NOT_MEMBER: "not in it",
        Status.PENDING: "waiting to be verified",
        Status.REJECTED: "rejected",
    }
    said = [f"{plan.count(s)} {word}" for s, word in words.items() if plan.count(s)]
    return ("Nothing was changed (dry run): would be " if dry_run else "") + ", ".join(said) + "."


def next_calls(
    plan: BulkPlan, universe: Universe, *, job_id: UUID | None = None
) -> tuple[NextCall, ...]:
    """What to do about the exceptions, then a look at the list."""
    calls: list[NextCall] = []
    if job_id and plan.count(Status.PENDING):
        calls.append(NextCall(tool="get_job", arguments={"job_id": str(job_id)}))
    meant = [
        outcome.suggestions[0].symbol
        for outcome in plan.outcomes
        if outcome.status is Status.REJECTED and len(outcome.suggestions) == 1
    ]
    if meant:
        calls.append(NextCall(tool="validate_symbols", arguments={"symbols": meant[:25]}))
    calls.append(NextCall(tool="get_universe", arguments={"universe_id": str(universe.id)}))
    return tuple(calls)
