"""Checking symbols without adding them anywhere."""

from collections import Counter
from time import monotonic
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from core.domain.rates import RateClass
from core.domain.result import Metadata, NextCall, Result
from core.domain.validation import Verdict
from core.operations.arguments import decoded
from core.operations.job_making import queue_validation
from core.operations.job_waiting import await_job, worth_waiting
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, ValidationShape, validation_shape
from core.operations.validating import validate_all

ADDABLE = (Verdict.VALID, Verdict.VALID_NORMALIZED)


class ValidateSymbols(Params):
    symbols: Annotated[
        list[str],
        Field(
            min_length=1,
            max_length=500,
            description="Symbols in any notation, up to 500.",
            examples=[["AAPL", "brk.b", "VOD LN", "700.HK", "US0378331005"]],
        ),
        BeforeValidator(decoded),
    ]
    expected_names: Annotated[
        dict[str, str],
        Field(max_length=500, description="The company you think a symbol is, by symbol as typed."),
    ] = {}  # noqa: RUF012 - a field default, copied by pydantic
    wait_seconds: Annotated[
        float, Field(ge=0, le=30, description="How long to wait for providers, at most.")
    ] = 2.0


class ValidationList(Shape):
    results: list[ValidationShape]
    job_id: UUID | None = None


@operation(
    title="Validate symbols",
    effect=Effect.READ,
    scope="assets:read",
    open_world=True,
    rate=RateClass.VALIDATION,
)
async def validate_symbols(ctx: Context, params: ValidateSymbols) -> Result[ValidationList]:
    """Check symbols in any notation: one verdict each, with identity, evidence and suggestions.

    Read `verdict`, then `name` and `exchange`: a valid symbol of another company than you meant is
    the commonest mistake, and `expected_names` catches it. Suggestions are never substituted: ask
    or choose. `unverified` means nobody could say now, not that it is wrong.
    """
    began = monotonic()
    results = await validate_all(
        ctx,
        params.symbols,
        expected_names=params.expected_names,
        seconds=params.wait_seconds,
    )
    shown = [validation_shape(result) for result in results]
    job = await queue_validation(ctx, results, expected_names=params.expected_names)
    if job and (patience := worth_waiting(results, seconds=params.wait_seconds)):
        shown = await _decided_in_time(ctx, shown, job_id=job.id, until=began + patience)
    open_job = job.id if job and any(r.verdict == Verdict.UNVERIFIED for r in shown) else None
    return Result[ValidationList](
        data=ValidationList(results=shown, job_id=open_job),
        message=_message(shown),
        next_actions=("create_universe", "bulk_add_assets", "search_assets")
        + (("get_job",) if open_job else ()),
        metadata=Metadata(total=len(shown), truncated=False, next_calls=_next(shown, open_job)),
    )


async def _decided_in_time(
    ctx: Context, shown: list[ValidationShape], *, job_id: UUID, until: float
) -> list[ValidationShape]:
    """The results with what the job decided while the caller still waited."""
    await await_job(ctx, job_id, seconds=until - monotonic())
    waiting = [result.input for result in shown if result.verdict == Verdict.UNVERIFIED]
    async with ctx.unit_of_work() as uow:
        items = await uow.jobs.done_items(job_id, waiting)
    decided = {text: ValidationShape.model_validate(item.result) for text, item in items.items()}
    return [decided.get(result.input, result) for result in shown]


def _message(results: list[ValidationShape]) -> str:
    counts = Counter(result.verdict for result in results)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{len(results)} checked: {said}."


def _next(results: list[ValidationShape], job_id: UUID | None) -> tuple[NextCall, ...]:
    good = list(dict.fromkeys(r.symbol for r in results if r.verdict in ADDABLE and r.symbol))
    calls: list[NextCall] = []
    if job_id:
        calls.append(NextCall(tool="get_job", arguments={"job_id": str(job_id)}))
    if good:
        arguments = {"name": "New universe", "symbols": good[:100]}
        calls.append(NextCall(tool="create_universe", arguments=arguments))
    return tuple(calls)
