"""Questions to the person: a yes before a universe is deleted, and which of several was meant.

A client that cannot ask, and an answer that is not a clear yes, leave everything as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import anyio
from mcp import MCPError
from mcp.server.mcpserver import AcceptedElicitation, Elicit, Resolve
from mcp.server.mcpserver import Context as McpContext
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import build_resolver_plans, resolve_arguments
from mcp.types import InputRequiredResult
from mcp_types.version import is_version_at_least
from pydantic import BaseModel, Field, create_model

from core.domain.errors import ConfirmationRequiredError, InvalidInputError
from core.domain.validation import ValidationResult, Verdict
from core.operations.constituents import bulk_add_assets
from core.operations.deleting import delete_universe
from core.operations.operation import Context, Operation
from core.operations.universes import create_universe
from core.operations.validating import validate_all
from mcp_server.text import one_line

ANSWER_SECONDS = 300.0
"""How long a call waits for a person, in the era where it does; some hosts never show the form."""

MOST_ASKED = 8
"""Symbols in one form; who lists more of them has a list to clean up first."""

MOST_SYMBOLS = 200
"""In longer lists nobody is asked: the answer lists what is ambiguous."""

NEITHER = "none of these"

Arguments = Mapping[str, Any]
Form = TypeVar("Form", bound=BaseModel)


class Confirm(BaseModel):
    """A yes or a no."""

    confirm: bool = Field(title="Delete it", description="It can be restored for 30 days.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How a call goes on after its questions."""

    caller: Context
    arguments: Arguments


Outcome = Agreed | InputRequiredResult
AnyOperation = Operation[Any, Any]


async def agreed(
    ctx: McpContext[Any, Any], operation: AnyOperation, caller: Context, arguments: Arguments
) -> Outcome:
    """The call as it is to be made, or the question that comes first.

    Raises:
        ConfirmationRequiredError: The person was asked and did not say yes.
    """
    as_it_is = Agreed(caller=caller, arguments=arguments)
    if operation.scope not in caller.principal.scopes or not can_ask(ctx):
        return as_it_is
    if operation is delete_universe and arguments.get("confirm_name") is None:
        return await _confirmed(ctx, as_it_is)
    if operation in (bulk_add_assets, create_universe):
        return await _chosen(ctx, operation, as_it_is)
    return as_it_is


def can_ask(ctx: McpContext[Any, Any]) -> bool:
    """Whether the client says it can show a form, and a question could reach it."""
    capabilities = ctx.client_capabilities
    asked = capabilities.elicitation if capabilities else None
    if asked is None or (asked.form is None and asked.url is not None):
        return False
    if is_version_at_least(ctx.protocol_version or "", "2026-07-28"):
        return True
    return ctx.request_context.session.can_send_request


async def _confirmed(ctx: McpContext[Any, Any], call: Agreed) -> Outcome:
    try:
        params = delete_universe.parse(call.arguments)
    except InvalidInputError:  # the operation says it in full
        return call
    async with call.caller.unit_of_work() as uow:
        universe = await uow.universes.find(params.universe_id)
    if universe is None:
        return call
    count = f"{universe.asset_count} asset{'' if universe.asset_count == 1 else 's'}"
    question = f"Delete the universe {one_line(universe.name)!r} with {count}?"
    answer = await _ask(ctx, question, Confirm)
    if isinstance(answer, InputRequiredResult):
        return answer
    if answer is None or not answer.confirm:
        raise ConfirmationRequiredError(
            "The person was asked and did not say yes, so nothing was deleted. Ask again only if"
            " they want it.",
            field="confirm_name",
        )
    return replace(call, caller=replace(call.caller, confirmed=True))


async def _chosen(ctx: McpContext[Any, Any], operation: AnyOperation, call: Agreed) -> Outcome:
    try:
        symbols: list[str] = operation.parse(call.arguments).symbols
    except InvalidInputError:
        return call
    if not 0 < len(symbols) <= MOST_SYMBOLS:
        return call
    # what is known already decides what is ambiguous; nobody else is asked for it
    found = await validate_all(replace(call.caller, notes=[]), symbols, seconds=0)
    unclear = {r.input: r for r in found if r.verdict is Verdict.AMBIGUOUS and r.suggestions}
    asked = list(unclear.values())[:MOST_ASKED]
    if not asked:
        return call
    answer = await _ask(ctx, "Which of these did you mean?", _form(asked))
    if isinstance(answer, InputRequiredResult):
        return answer
    return _with_choices(call, symbols, asked, answer.model_dump() if answer else {})


def _form(asked: Sequence[ValidationResult]) -> type[BaseModel]:
    """One choice for each text that fits several assets."""
    fields: dict[str, Any] = {}
    for number, result in enumerate(asked):
        allowed = Literal[(*_choices(result), NEITHER)]
        fields[f"choice_{number}"] = (
            allowed,
            Field(title=one_line(result.input)[:40], description="Which of them is it?"),
        )
    return create_model("Choices", **fields)


def _choices(result: ValidationResult) -> dict[str, str]:
    """The symbol by how it is shown."""
    return {
        one_line(f"{s.symbol} ({s.name}, {s.exchange or 'no exchange'})"): s.symbol
        for s in result.suggestions
    }


def _with_choices(
    call: Agreed,
    symbols: Sequence[str],
    asked: Sequence[ValidationResult],
    answers: Mapping[str, str],
) -> Agreed:
    chosen: dict[str, str] = {}
    for number, result in enumerate(asked):
        symbol = _choices(result).get(answers.get(f"choice_{number}", NEITHER))
        if symbol is not None:
            chosen[result.input] = symbol
            call.caller.notes.append(f"For {one_line(result.input)!r} the person chose {symbol}.")
    given = [chosen.get(symbol, symbol) for symbol in symbols]
    return replace(call, arguments={**call.arguments, "symbols": given})


async def _ask(
    ctx: McpContext[Any, Any], question: str, form: type[Form]
) -> Form | InputRequiredResult | None:
    """The form as the person filled it in; None where there is no clear answer."""

    async def resolver(ctx: McpContext[Any, Any]) -> Elicit[Any]:
        return Elicit(question, form)

    asked = {"answer": (Resolve(resolver), True)}
    with anyio.move_on_after(ANSWER_SECONDS):
        try:
            found = await resolve_arguments(asked, build_resolver_plans(asked, set()), {}, ctx)
        except (ToolError, MCPError):  # a client that answered nonsense, or could not be reached
            return None
        if isinstance(found, InputRequiredResult):
            return found
        answer = found["answer"]
        if isinstance(answer, AcceptedElicitation):
            return form.model_validate(answer.data)  # pyright: ignore[reportUnknownMemberType] - untyped there
        return None
    return None
