"""A refresh: who comes and who goes, and what holds it back. Pure: values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.domain.screen import Guards


class RefreshOutcome(StrEnum):
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRefresh:
    """What a refresh came to, and when."""

    outcome: RefreshOutcome
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a universe follows: a screen, other universes, an index, or nothing.

    `derived` holds the set operation and the ids of the universes it is of. A rule that
    `is_paused` is kept, and changes nothing.
    """

    screen: Mapping[str, Any] | None = None
    derived: Mapping[str, Any] | None = None
    index_code: str | None = None
    is_paused: bool = False
    last: LastRefresh | None = None

    @property
    def is_there(self) -> bool:
        return bool(self.screen is not None or self.derived or self.index_code)

    @property
    def is_followed(self) -> bool:
        return self.is_there and not self.is_paused


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """What a refresh would make of a universe; `held_back` is why it must not, or empty.

    `kept` are members the rule no longer selects and a guard keeps.
    """

    added: Sequence[UUID] = ()
    removed: Sequence[UUID] = ()
    kept: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    held_back: str = ""

    @property
    def changes(self) -> bool:
        return bool(self.added or self.removed)


def plan_refresh(
    members: Mapping[UUID, date],
    ranked: Sequence[UUID],
    *,
    limit: int,
    guards: Guards,
    today: date,
) -> Refresh:
    """Bring members to what a rule selects, as far as its guards allow.

    Args:
        members: Present members with the day they came in.
        ranked: Whom the rule selects, best first, beyond `limit` where `exit_rank` is.
        limit: How many the rule wants.
        guards: What must hold.
        today: For how long somebody has been in.
    """
    kept: dict[UUID, str] = {}
    wanted = _with_buffer(members, ranked, limit=limit, guards=guards, kept=kept)
    for asset, since in members.items():
        if asset not in wanted and guards.min_days and _is_new(since, today, guards.min_days):
            kept[asset] = f"in for fewer than {guards.min_days} days"
    staying = wanted | kept.keys()
    added = [asset for asset in ranked if asset in wanted and asset not in members]
    removed = [asset for asset in members if asset not in staying]
    plan = Refresh(added=added, removed=removed, kept=kept)
    reason = _fault(plan, before=len(members), guards=guards) if plan.changes else ""
    return Refresh(kept=kept, held_back=reason) if reason else plan


def _with_buffer(
    members: Mapping[UUID, date],
    ranked: Sequence[UUID],
    *,
    limit: int,
    guards: Guards,
    kept: dict[UUID, str],
) -> set[UUID]:
    if guards.exit_rank is None or guards.enter_rank is None:
        return set(ranked[:limit])
    staying = [asset for asset in ranked[: guards.exit_rank] if asset in members]
    kept |= {
        asset: f"ranks within {guards.exit_rank}"
        for place, asset in enumerate(ranked[: guards.exit_rank], 1)
        if asset in members and place > guards.enter_rank
    }
    coming = [asset for asset in ranked[: guards.enter_rank] if asset not in members]
    return {*staying, *coming[: max(0, limit - len(staying))]}


def _is_new(since: date, today: date, days: int) -> bool:
    return today - since < timedelta(days=days)


def _fault(plan: Refresh, *, before: int, guards: Guards) -> str:
    after = before + len(plan.added) - len(plan.removed)
    if guards.min_size is not None and after < guards.min_size:
        return f"It would leave {after} assets, fewer than min_size {guards.min_size}."
    if guards.max_size is not None and after > guards.max_size:
        return f"It would make {after} assets, more than max_size {guards.max_size}."
    if guards.max_turnover is None or not before:
        return ""  # the first members are no turnover
    turnover = turnover_of(plan, before=before, after=after)
    if turnover <= guards.max_turnover:
        return ""
    return (
        f"{len(plan.added)} would come and {len(plan.removed)} go: {turnover:.0%} of the larger"
        f" side, more than max_turnover {guards.max_turnover:.0%}."
    )


def turnover_of(plan: Refresh, *, before: int, after: int) -> float:
    """The larger of the share that goes and the share that is new."""
    gone = len(plan.removed) / before if before else 0.0
    new = len(plan.added) / after if after else 0.0
    return max(gone, new)
