"""Reviewing a universe: what is wrong with it, and the calls that mend it."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

from core.domain.asset import Asset, AssetStatus, FormerSymbol
from core.domain.jobs import Job
from core.domain.rebalancing import Rule
from core.domain.resolving import deciding_records
from core.domain.result import NextCall, Result
from core.domain.reviewing import A_CALL, FORMULA, Facts, Past, review
from core.domain.universe import Universe
from core.operations.arguments import UniverseId
from core.operations.lookup import the_universe
from core.operations.operation import Context, Effect, Params, operation
from core.operations.shapes import Echo, Shape, universe_metadata
from core.ports import UnitOfWork

SHOWN = 200
"""Symbols a finding lists."""

PARTS = 50
"""Values a side of the mix lists."""

NEVER = datetime.min.replace(tzinfo=UTC)
RENAMES = 5
"""Renames in a row that are followed."""


class ReviewUniverse(Params):
    universe_id: UniverseId


class FindingShape(Shape):
    """`symbols` are the first 200 of `count`; `call` mends it, null where no call can."""

    kind: str
    count: int
    symbols: list[Echo]
    advice: str
    call: NextCall | None = None


class PartShape(Shape):
    value: str | None = None
    count: int
    share: float


Parts = Annotated[list[PartShape], AfterValidator(lambda parts: parts[:PARTS])]


class MixShape(Shape):
    """The largest 50 of each side; shares are by weight where every member has one."""

    by_weight: bool
    sector: Parts
    country: Parts
    currency: Parts
    asset_class: Parts


class ReviewShape(Shape):
    """`score` is 0 to 100, or null with `reason`."""

    score: float | None = None
    reason: str | None = None
    formula: str
    findings: list[FindingShape]
    mix: MixShape | None = None


@operation(title="Review universe", effect=Effect.READ, scope="universes:read")
async def review_universe(ctx: Context, params: ReviewUniverse) -> Result[ReviewShape]:
    """Say what is wrong with a universe, worst first, with a score and the call that mends each.

    Renamed, delisted, pending, stale or unnamed members, duplicates, concentration, missing data,
    survivorship. Run a finding's `call` as it is, then review again: a call
    covers up to 500 symbols.
    """
    async with ctx.snapshot() as uow:
        universe = await the_universe(ctx, uow, params.universe_id)
        facts = await _facts(ctx, uow, universe)
    found = review(facts)
    calls = [finding.call for finding in found.findings if finding.call]
    return Result[ReviewShape](
        data=ReviewShape(
            score=found.score,
            reason=None if found.score is not None else "It is empty: there is nothing to review.",
            formula=FORMULA,
            findings=[
                FindingShape(
                    kind=finding.kind,
                    count=len(finding.symbols),
                    symbols=list(finding.symbols[:SHOWN]),
                    advice=finding.advice,
                    call=finding.call,
                )
                for finding in found.findings
            ],
            mix=MixShape.model_validate(found.mix) if found.mix else None,
        ),
        message=_message(found.score, len(found.findings), len(calls)),
        next_actions=tuple(dict.fromkeys(call.tool for call in calls)),
        metadata=universe_metadata(universe, next_calls=tuple(calls)),
    )


def _message(score: float | None, findings: int, calls: int) -> str:
    if score is None:
        return "The universe is empty; add members with bulk_add_assets, then review it."
    said = f"{findings} finding{'' if findings == 1 else 's'}, {calls} with a call that mends it"
    return f"Score {score:g} of 100: {said if findings else 'nothing to mend'}."


async def _facts(ctx: Context, uow: UnitOfWork, universe: Universe) -> Facts:
    intervals = await uow.members.intervals(universe.id)
    members = [member for member in intervals if member.valid_to is None]
    starts = [member.valid_from for member in intervals if member.valid_from]
    pending = await uow.pending.list(universe.id, limit=max(universe.pending_count, 1))
    inputs = [waiting.input for waiting in pending]
    return Facts(
        universe=universe,
        members=members,
        anybody_left=len(members) < len(intervals),
        since=min(starts, default=None),
        past=await _past(ctx, uow, [member.asset for member in members]),
        places=await uow.assets.places([member.asset.id for member in members]),
        pending=inputs,
        job=await _job(uow, universe, inputs[:A_CALL]),
        rule=await uow.rules.get(universe.id) if universe.may_follow else Rule(),
        now=ctx.services.now(),
        is_offline=ctx.services.live.is_offline,
    )


async def _job(uow: UnitOfWork, universe: Universe, inputs: Collection[str]) -> Job | None:
    job_id = await uow.jobs.of_pending(universe.id, inputs) if inputs else None
    return await uow.jobs.find(job_id) if job_id else None


async def _past(ctx: Context, uow: UnitOfWork, assets: Collection[Asset]) -> Past:
    former = deciding_records(await uow.assets.former([asset.symbol for asset in assets]))
    former = {symbol: r for symbol, r in former.items() if r.kind != "left_index"}
    doubted = {asset.symbol: asset for asset in assets if _may_be_gone(asset, former)}
    words = await ctx.services.answers.latest(doubted)
    return Past(
        former=former,
        successors=await _successors(uow, former),
        denied=frozenset(
            symbol
            for symbol, word in words.items()
            if not word.is_alive and word.observed_at > (doubted[symbol].last_validated_at or NEVER)
        ),
    )


def _may_be_gone(asset: Asset, former: Mapping[str, FormerSymbol]) -> bool:
    return asset.not_seen_since is not None or asset.symbol in former


async def _successors(uow: UnitOfWork, former: Mapping[str, FormerSymbol]) -> dict[str, Asset]:
    """The living assets that renames lead to, one after the other."""
    leads: dict[str, str] = {
        s: r.successor for s, r in former.items() if r.kind == "renamed" and r.successor
    }
    found: dict[str, Asset] = {}
    for _ in range(RENAMES):
        ends = await uow.assets.by_symbols(set(leads.values()))
        for symbol, end in leads.items():
            if (asset := ends.get(end)) and _lives(asset):
                found[symbol] = asset
        open_ends = {symbol: end for symbol, end in leads.items() if symbol not in found}
        further = deciding_records(await uow.assets.former(set(open_ends.values())))
        leads = {
            symbol: record.successor
            for symbol, end in open_ends.items()
            if (record := further.get(end)) and record.kind == "renamed" and record.successor
        }
        if not leads:
            break
    return found


def _lives(asset: Asset) -> bool:
    return asset.status is AssetStatus.ACTIVE and asset.not_seen_since is None
