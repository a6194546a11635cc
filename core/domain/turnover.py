"""Turnover of a list: how much of it changed between two days, by three published formulas.

With A and B the members at the start and the end, n = |A|, m = |B|, k = |A and B|,
adds = m - k and drops = n - k:

- `membership_one_way`: max(adds, drops) / ((n + m) / 2), the wording of EDHECinfra's index
  documentation ("max(# added, # removed) / average number of companies").
- `equal_weight_one_way`: half the sum of |w1 - w0| with weights 1/n and 1/m, which is
  1 - k / max(n, m).
- `weighted_one_way`: half the sum of |w1 - w0| with the members' own weights. No prices are used,
  so weights do not drift between the two days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from uuid import UUID


class Method(StrEnum):
    MEMBERSHIP = "membership_one_way"
    EQUAL_WEIGHT = "equal_weight_one_way"
    WEIGHTED = "weighted_one_way"


class Basis(StrEnum):
    """`net` compares the two ends; `gross` adds up every change between them."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of the list in a window: how many came and went."""

    effective: date
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """A fraction, or None with the reason why there is none."""

    value: float | None
    reason: str | None = None


NO_PRIOR = Turnover(value=None, reason="no_prior_members")
NO_LATER = Turnover(value=None, reason="no_later_members")
NO_GROSS = Turnover(value=None, reason="weights_are_compared_net_only")


def net_turnover(before: set[UUID], after: set[UUID], *, method: Method) -> Turnover:
    """Between the members of two days."""
    if not before:
        return NO_PRIOR
    if not after:
        return NO_LATER
    kept = len(before & after)
    adds, drops = len(after) - kept, len(before) - kept
    return Turnover(value=_one_step(method, len(before), adds, drops))


def gross_turnover(start: int, end: int, steps: Sequence[Step], *, method: Method) -> Turnover:
    """Over every step: what was added and dropped again counts.

    `start` and `end` are the numbers of members at the two ends of the window.
    """
    if not start:
        return NO_PRIOR
    if not end:
        return NO_LATER
    adds = sum(step.added for step in steps)
    drops = sum(step.removed for step in steps)
    if method is Method.MEMBERSHIP:
        return Turnover(value=max(adds, drops) / ((start + end) / 2))
    total, size = 0.0, start
    for step in steps:
        total += _one_step(method, size, step.added, step.removed) if size else 0.0
        size += step.added - step.removed
    return Turnover(value=total)


def weighted_turnover(
    before: Mapping[UUID, Decimal | None], after: Mapping[UUID, Decimal | None]
) -> Turnover:
    """Half the sum of the absolute differences of the weights; every member must have one."""
    if not before:
        return NO_PRIOR
    if not after:
        return NO_LATER
    weights = [*before.values(), *after.values()]
    if any(weight is None for weight in weights):
        return Turnover(value=None, reason="members_without_weight")
    zero = Decimal(0)
    total = sum(
        abs((after.get(asset) or zero) - (before.get(asset) or zero))
        for asset in before.keys() | after.keys()
    )
    return Turnover(value=float(total / 2))


def _one_step(method: Method, size: int, adds: int, drops: int) -> float:
    later = size + adds - drops
    if method is Method.MEMBERSHIP:
        return max(adds, drops) / ((size + later) / 2) if size + later else 0.0
    return 1 - (size - drops) / max(size, later)


def months_between(start: date, end: date) -> list[tuple[date, date]]:
    """The window cut at the first of each month; the first and last part may be short."""
    cuts = [start]
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        cut = date(year, month, 1)
        if cut >= end:
            break
        cuts.append(cut)
    return list(pairwise([*cuts, end]))
