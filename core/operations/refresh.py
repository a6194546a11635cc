"""Refreshing a universe by its rule: never past its guards, never on data nobody could renew."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from core.domain.asset import Asset
from core.domain.rebalancing import LastRefresh, Refresh, RefreshOutcome, plan_refresh
from core.domain.result import NextCall, Result
from core.domain.screen import ScreenField
from core.domain.universe import SAMPLE, ChangeSet, Universe
from core.operations.arguments import DryRun, UniverseId
from core.operations.history import ChangeShape
from core.operations.lookup import locked_universe, the_universe
from core.operations.member_changes import Writing, swap_members
from core.operations.operation import Context, Effect, Params, operation
from core.operations.rules import Wanted, wanted_by
from core.operations.shapes import Shape, universe_metadata
from core.ports import Principal, Services, UnitOfWork
from core.screening.reading import read_screen

MARKET_DATA = frozenset({ScreenField.MARKET_CAP, ScreenField.PE, ScreenField.YIELD})
FRESH = timedelta(days=3)
"""Older market data is asked for again before a refresh goes by it: a weekend is no outage."""

MOST_ASKED = 1000
ASK_SECONDS = 10.0
MOST_STALE = 0.1
"""The share of members that may be left without fresh data."""

SHOWN = 50
"""Symbols an answer lists of each kind."""

SAID = {
    RefreshOutcome.CHANGED: "Refreshed.",
    RefreshOutcome.UNCHANGED: "Nothing to change.",
    RefreshOutcome.HELD_BACK: "Held back, nothing was changed.",
}
EVERY = timedelta(days=1)
A_RUN = 500


class RefreshUniverse(Params):
    universe_id: UniverseId
    dry_run: DryRun = False


class Refreshed(Shape):
    """`change` is null where nothing was written; `kept` are members a guard holds in."""

    outcome: Literal["changed", "unchanged", "held_back"]
    reason: str
    change: ChangeShape | None = None
    added: list[str]
    removed: list[str]
    kept: list[str]


@operation(title="Refresh universe", effect=Effect.WRITE, scope="universes:write", open_world=True)
async def refresh_universe(ctx: Context, params: RefreshUniverse) -> Result[Refreshed]:
    """Bring a universe to what its rule selects now: a screen, a tracked index, or live sets.

    It happens each day by itself. Guards of the screen (sizes, turnover, days, ranks) hold a
    refresh back as a whole, and so do old market data that no provider would renew: then nothing
    changes and `reason` says why. Use dry_run to see who would come and go.
    """
    stale = await _renewed(ctx, params)
    async with ctx.unit_of_work() as uow:
        universe = await locked_universe(ctx, uow, params.universe_id, expected_version=None)
        wanted = await wanted_by(ctx, uow, await uow.rules.get(universe.id))
        now = ctx.services.now()
        plan = plan_refresh(
            await uow.rules.entered(universe.id),
            wanted.asset_ids,
            limit=wanted.limit,
            guards=wanted.guards,
            today=now.date(),
        )
        if stale and plan.changes:
            plan = Refresh(kept=plan.kept, held_back=stale)
        change = None
        if plan.changes and not params.dry_run:
            change = await _write(ctx, uow, universe, plan=plan, reason=wanted.says)
        outcome, reason = _outcome(plan, wanted)
        if not params.dry_run:
            noted = LastRefresh(outcome=outcome, reason=reason, at=now)
            await uow.rules.note_refresh(universe.id, noted)
        after = await uow.universes.find(universe.id) or universe
        named = await uow.assets.by_ids([*plan.added, *plan.removed, *plan.kept])
    return _answer(
        after, (outcome, reason), plan=plan, change=change, named=named, dry_run=params.dry_run
    )


def _outcome(plan: Refresh, wanted: Wanted) -> tuple[RefreshOutcome, str]:
    if plan.held_back:
        return RefreshOutcome.HELD_BACK, plan.held_back
    if plan.changes:
        return RefreshOutcome.CHANGED, wanted.says
    return RefreshOutcome.UNCHANGED, "The rule selects whom it has."


async def _renewed(ctx: Context, params: RefreshUniverse) -> str:
    """Ask for market data that a screen goes by and that is old; why not, or nothing."""
    async with ctx.unit_of_work() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        rule = await uow.rules.get(universe.id)
        if rule.screen is None or rule.is_paused:
            return ""
        if MARKET_DATA.isdisjoint(read_screen(rule.screen).query.fields):
            return ""
        members = await uow.assets.by_ids(list(await uow.rules.entered(universe.id)))
    if ctx.services.live.is_offline:
        ctx.notes.append("There is no provider: market data are those of the catalogue.")
        return ""
    before = ctx.services.now() - FRESH
    old = [asset for asset in members.values() if _is_older(asset, before)]
    symbols = [asset.symbol for asset in old[:MOST_ASKED]]
    if not ctx.is_background:
        symbols = symbols[: await ctx.services.live.allowance(ctx.principal.user_id, len(symbols))]
    answers = await ctx.services.live.ask(symbols, seconds=ASK_SECONDS)
    left = len(old) - len(answers)
    if left <= MOST_STALE * len(members):
        return ""
    return (
        f"The market data of {left} of {len(members)} members are older than {FRESH.days} days, and"
        " no provider could renew them now. Nothing was changed; try again later."
    )


def _is_older(asset: Asset, before: datetime) -> bool:
    return asset.last_validated_at is None or asset.last_validated_at < before


async def _write(
    ctx: Context, uow: UnitOfWork, universe: Universe, *, plan: Refresh, reason: str
) -> ChangeSet:
    now, version = ctx.services.now(), universe.version + 1
    touched = [*plan.added, *plan.removed][:SAMPLE]
    shown = await uow.assets.by_ids(touched)
    change = ctx.change(
        "refresh_universe",
        reason=reason,
        added=len(plan.added),
        removed=len(plan.removed),
        sample=[shown[asset].symbol for asset in touched],
    )
    change_set = await uow.changes.add(universe.id, version=version, change=change, now=now)
    write = Writing(change_set=change_set, version=version, today=now.date())
    await swap_members(uow, universe.id, removed=plan.removed, added=plan.added, writing=write)
    (written,) = await uow.changes.list(universe.id, before=None, limit=1)
    return written


def _answer(
    universe: Universe,
    outcome: tuple[RefreshOutcome, str],
    *,
    plan: Refresh,
    change: ChangeSet | None,
    named: Mapping[UUID, Asset],
    dry_run: bool,
) -> Result[Refreshed]:
    what, reason = outcome

    def symbols(ids: Iterable[UUID]) -> list[str]:
        return [named[asset].symbol for asset in ids][:SHOWN]

    tool = "get_universe_history" if change else "get_universe"
    call = NextCall(tool=tool, arguments={"universe_id": str(universe.id)})
    tried = "Tried only: " if dry_run else ""
    return Result[Refreshed](
        data=Refreshed(
            outcome=what.value,
            reason=reason,
            change=ChangeShape.model_validate(change) if change else None,
            added=symbols(plan.added),
            removed=symbols(plan.removed),
            kept=symbols(plan.kept),
        ),
        message=f"{tried}{SAID[what]} {reason} {len(plan.added)} come, {len(plan.removed)} go.",
        next_actions=("get_universe", "get_universe_history", "preview_screen"),
        metadata=universe_metadata(universe, next_calls=(call,)),
    )


async def refresh_due(services: Services) -> int:
    """Refresh every universe whose day it is, each as its owner; how many were looked at."""
    due = await services.due_refreshes.list(before=services.now() - EVERY, limit=A_RUN)
    for owner_id, universe_id in due:
        principal = Principal(
            user_id=owner_id, actor="schedule", scopes=frozenset({"universes:write"}), client=None
        )
        ctx = Context(principal=principal, services=services, tool="refresh", is_background=True)
        result = await refresh_universe.invoke(ctx, {"universe_id": str(universe_id)})
        if not result.success:
            await _note_failure(ctx, universe_id, reason=result.message)
    return len(due)


async def _note_failure(ctx: Context, universe_id: UUID, *, reason: str) -> None:
    """What failed left the universe as it was; its turn comes again tomorrow."""
    noted = LastRefresh(outcome=RefreshOutcome.HELD_BACK, reason=reason, at=ctx.services.now())
    async with ctx.unit_of_work() as uow:
        await uow.rules.note_refresh(universe_id, noted)
