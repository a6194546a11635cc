"""What an operation is, and the one place where a call becomes a result."""

import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from time import monotonic
from typing import Any, Generic, TypeVar, get_type_hints
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from core.domain.errors import CoreError, ForbiddenError, InvalidInputError
from core.domain.rates import Allowance, Door, Rate, RateClass
from core.domain.result import Result, failure
from core.domain.universe import Change
from core.operations.arguments import explain
from core.ports import Principal, Services, UnitOfWork

log = logging.getLogger(__name__)


class Params(BaseModel):
    """Arguments of an operation; also its published input schema."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=1_000_000)


Report = Callable[[int, int], Awaitable[None]]
"""Told how many are done, of how many."""

P = TypeVar("P", bound=Params)
T = TypeVar("T")


class Effect(StrEnum):
    """What a call does to stored state; the hints of a tool follow from it."""

    READ = "read"
    WRITE = "write"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything one call may use. Built by an entry point, never global."""

    principal: Principal
    services: Services
    door: Door | None = None
    """What the call came through; nothing is counted where it came through none."""
    tool: str | None = None
    request_id: str = field(default_factory=lambda: uuid4().hex)
    confirmed: bool = False
    """A person said yes at the door, so no name needs to be typed."""
    is_background: bool = False
    """Nobody waits: a job asks, at the pace of providers and outside its owner's budget."""
    takes_json: bool = False
    """JSON is all that is wanted, so an answer may be one that was written before."""
    is_typed: bool = False
    """Arguments are JSON with types of its own: `"25"` is no number there, and `false` is not 0."""
    page_limit: int = 200
    """Rows a page at most."""
    notes: list[str] = field(default_factory=list[str])
    """What the caller should know beside the answer; it ends up in the metadata."""
    allowances: list[Allowance] = field(default_factory=list[Allowance])
    """What is left of the caller's rates, for the door to tell."""
    tell: Report | None = None
    """Who wants to know how far the call is."""

    async def report(self, done: int, total: int) -> None:
        """Say that `done` of `total` are settled, if anybody wants to know."""
        if self.tell is not None:
            await self.tell(done, total)

    def change(self, operation: str, *, effective: date | None = None, **told: Any) -> Change:
        """The record of a change by this caller, today where nothing else is said.

        `told` are the other fields of a Change.
        """
        return Change(
            operation=operation,
            actor=self.principal.actor,
            client=self.principal.client,
            tool=self.tool,
            effective=effective or self.services.now().date(),
            **told,
        )

    def page_size(self, limit: int) -> int:
        """Rows of a page; more than allowed is an error, never silently less."""
        if limit > self.page_limit:
            raise InvalidInputError(
                f"limit is at most {self.page_limit} here. Page on with metadata.next_cursor.",
                field="limit",
            )
        return limit

    async def charge(self, kind: RateClass) -> None:
        """Count one request of the caller.

        Raises:
            RateLimitedError: The caller asked too often.
        """
        if self.door is None:
            return
        rate, key = self._counted(self.door, kind)
        left = await self.services.limiter.take(kind, rate, key=key)
        self.allowances.append(left)
        left.require()

    async def allowance(self, kind: RateClass) -> Allowance | None:
        """What is left of the caller's rate; nothing is counted where no door is."""
        if self.door is None:
            return None
        rate, key = self._counted(self.door, kind)
        return await self.services.limiter.look(kind, rate, key=key)

    def _counted(self, door: Door, kind: RateClass) -> tuple[Rate, str]:
        return self.services.rates[door, kind], f"{door}:{kind}:{self.principal.user_id}"

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.services.unit_of_work(self.principal.user_id)

    def snapshot(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work for several reads that must agree: a version with its own members."""
        return self.services.unit_of_work(self.principal.user_id, snapshot=True)

    @property
    def _keeps(self) -> bool:
        # notes are of this call alone
        return self.takes_json and not self.notes

    def kept(self, params: Params, stamp: str) -> Result[Any] | None:
        """What the same call was answered while the rows had this stamp, as JSON without data."""
        if not self._keeps:
            return None
        return self.services.kept.find((self.principal.user_id, params), stamp)

    def keep(self, params: Params, stamp: str, answer: Result[T]) -> Result[T]:
        """The answer, remembered where it may be asked for again."""
        if self._keeps:
            self.services.kept.keep((self.principal.user_id, params), stamp, answer)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[P, T]):
    """One thing users can do, whatever door they come through."""

    handler: Callable[[Context, P], Awaitable[Result[T]]]
    params: type[P]
    result: type[Result[T]]
    title: str
    effect: Effect
    scope: str
    idempotent: bool
    open_world: bool
    rate: RateClass

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def description(self) -> str:
        return inspect.getdoc(self.handler) or ""

    async def __call__(self, ctx: Context, params: P) -> Result[T]:
        """Run and let errors through; this is what other core code calls."""
        return await self.handler(ctx, params)

    async def invoke(self, ctx: Context, arguments: Mapping[str, Any]) -> Result[T]:
        """Check, run, count and never raise; this is what entry points call."""
        began = monotonic()
        result = await self._checked(ctx, arguments)
        if ctx.door:
            error, counters = result.metadata.error, ctx.services.counters
            outcome = error.code if error else "ok"
            counters.add("requests", operation=self.name, door=ctx.door, outcome=outcome)
            counters.took(
                "request_seconds", monotonic() - began, operation=self.name, door=ctx.door
            )
        return result

    async def _checked(self, ctx: Context, arguments: Mapping[str, Any]) -> Result[T]:
        try:
            if self.scope not in ctx.principal.scopes:
                raise ForbiddenError(
                    f"{self.name} needs the scope {self.scope!r}, which this caller lacks."
                )
            await ctx.charge(self.rate)
            result = await self(ctx, self.parse(arguments, is_typed=ctx.is_typed))
        except CoreError as error:
            result: Result[T] = failure(error)
        except Exception:
            log.exception("%s failed, request %s", self.name, ctx.request_id)
            result = failure(
                CoreError(
                    "Something unexpected went wrong here and was logged under the request id in"
                    " the metadata. Nothing half done was kept; try again, or report the id."
                )
            )
        notes = dict.fromkeys((*result.metadata.notes, *ctx.notes))
        metadata = result.metadata.model_copy(
            update={"request_id": ctx.request_id, "notes": tuple(notes)}
        )
        return result.model_copy(update={"metadata": metadata})

    def parse(self, arguments: Mapping[str, Any], *, is_typed: bool = False) -> P:
        """Arguments as the operation takes them, or an error that says how they should be."""
        try:
            given = self.params.model_validate(dict(arguments))
            if is_typed:  # second, for what is no JSON at all has been told by then
                self.params.model_validate_json(json.dumps(whole(dict(arguments))), strict=True)
        except ValidationError as error:
            message, name, details = explain(error, self.params)
            raise InvalidInputError(message, field=name, details=details) from error
        return given


def whole(node: Any) -> Any:
    """JSON where 3.0 is 3, as JSON Schema has it."""
    if isinstance(node, float):
        return int(node) if node.is_integer() else node
    if isinstance(node, list):
        return [whole(item) for item in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(node, dict):
        return {key: whole(value) for key, value in node.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
    return node


def operation(
    *,
    title: str,
    effect: Effect,
    scope: str,
    idempotent: bool = True,
    open_world: bool = False,
    rate: RateClass | None = None,
) -> Callable[[Callable[[Context, P], Awaitable[Result[T]]]], Operation[P, T]]:
    """Declare an operation: name, description and schemas are read off the function.

    Args:
        title: What a person reads on a button.
        effect: What it does to stored state.
        scope: What a caller must hold.
        idempotent: Whether the same call again changes nothing more.
        open_world: Whether it may ask a provider outside this service.
        rate: What its calls are counted with; by its effect where nothing is said.
    """
    counted = rate or (RateClass.READ if effect is Effect.READ else RateClass.WRITE)

    def declare(handler: Callable[[Context, P], Awaitable[Result[T]]]) -> Operation[P, T]:
        hints = get_type_hints(handler)
        return Operation(
            handler=handler,
            params=hints["params"],
            result=hints["return"],
            title=title,
            effect=effect,
            scope=scope,
            idempotent=idempotent,
            open_world=open_world,
            rate=counted,
        )

    return declare
