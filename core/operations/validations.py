"""Checking symbols without adding them anywhere."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from core.domain.result import Metadata, NextCall, Result
from core.domain.validation import ValidationResult, Verdict
from core.operations.arguments import decoded
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Shape, ValidationShape, validation_shape
from core.operations.validating import validate_all


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


@operation(title="Validate symbols", effect=Effect.READ, scope="assets:read", open_world=True)
async def validate_symbols(ctx: Context, params: ValidateSymbols) -> Result[ValidationList]:
    """Check symbols in any notation: one verdict each, with identity, evidence and suggestions.

    Read `verdict`, then `name` and `exchange`: a valid symbol of another company than you meant is
    the commonest mistake, and `expected_names` catches it. Suggestions are never substituted: ask
    or choose. `unverified` means nobody could say now, not that it is wrong.
    """
    results = await validate_all(
        ctx,
        params.symbols,
        expected_names=params.expected_names,
        seconds=params.wait_seconds,
    )
    return Result[ValidationList](
        data=ValidationList(results=[validation_shape(result) for result in results]),
        message=_message(results),
        next_actions=("create_universe", "bulk_add_assets", "search_assets"),
        metadata=Metadata(total=len(results), truncated=False, next_calls=_next(results)),
    )


def _message(results: list[ValidationResult]) -> str:
    counts = Counter(result.verdict for result in results)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{len(results)} checked: {said}."


def _next(results: list[ValidationResult]) -> tuple[NextCall, ...]:
    good = list(dict.fromkeys(r.symbol for r in results if r.is_addable and r.symbol))
    if not good:
        return ()
    return (
        NextCall(tool="create_universe", arguments={"name": "New universe", "symbols": good[:100]}),
    )
