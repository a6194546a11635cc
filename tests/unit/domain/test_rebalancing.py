"""Refreshes under guards: whatever the rule selects, every guard keeps its promise."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.rebalancing import Refresh, plan_refresh, turnover_of
from core.domain.screen import Guards

TODAY = date(2026, 11, 24)
ASSETS = [UUID(int=n) for n in range(1, 21)]
LONG_AGO = TODAY - timedelta(days=1000)


@st.composite
def guards_of(draw: st.DrawFn) -> Guards:
    """Guards of any kind; ranks go together."""
    enter = draw(st.none() | st.integers(1, 12))
    return Guards(
        min_size=draw(st.none() | st.integers(0, 12)),
        max_size=draw(st.none() | st.integers(1, 20)),
        max_turnover=draw(st.none() | st.floats(0.01, 1)),
        min_days=draw(st.none() | st.integers(0, 60)),
        enter_rank=enter,
        exit_rank=None if enter is None else enter + draw(st.integers(0, 8)),
    )


def _days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


MEMBERS = st.dictionaries(st.sampled_from(ASSETS), st.integers(0, 100).map(_days_ago))


def plan(members: dict[UUID, date], ranked: list[UUID], **guards: Any) -> Refresh:
    return plan_refresh(members, ranked, limit=20, guards=Guards(**guards), today=TODAY)


def old(*numbers: int) -> dict[UUID, date]:
    return {ASSETS[n]: LONG_AGO for n in numbers}


def test_without_guards_the_members_become_the_selected() -> None:
    found = plan(old(0, 1), [ASSETS[2], ASSETS[1]])

    assert (found.added, found.removed) == ([ASSETS[2]], [ASSETS[0]])


def test_a_member_stays_within_its_exit_rank_and_a_new_one_needs_the_enter_rank() -> None:
    found = plan(old(0), [ASSETS[1], ASSETS[2], ASSETS[0]], enter_rank=1, exit_rank=3)

    assert found.added == [ASSETS[1]]
    assert found.removed == []
    assert list(found.kept) == [ASSETS[0]]


@pytest.mark.parametrize(
    ("guards", "says"),
    [({"min_size": 3}, "fewer than"), ({"max_turnover": 0.3}, "more than max_turnover 30%")],
)
def test_what_a_guard_forbids_is_held_back_whole(guards: dict[str, Any], says: str) -> None:
    found = plan(old(0, 1, 2, 3), ASSETS[2:4], **guards)

    assert says in found.held_back
    assert not found.changes


def test_too_many_are_held_back() -> None:
    assert "more than max_size 2" in plan(old(0), ASSETS[:5], max_size=2).held_back


def test_the_first_members_are_no_turnover() -> None:
    assert plan({}, ASSETS[:5], max_turnover=0.1).added == ASSETS[:5]


def test_a_newcomer_is_not_dropped_before_its_days() -> None:
    found = plan({ASSETS[0]: TODAY - timedelta(days=2)}, [ASSETS[1]], min_days=5)

    assert found.removed == []
    assert list(found.kept) == [ASSETS[0]]


@given(
    members=MEMBERS,
    ranked=st.lists(st.sampled_from(ASSETS), unique=True),
    limit=st.integers(1, 20),
    guards=guards_of(),
)
def test_every_guard_keeps_its_promise(
    members: dict[UUID, date], ranked: list[UUID], limit: int, guards: Guards
) -> None:
    found = plan_refresh(members, ranked, limit=limit, guards=guards, today=TODAY)

    after = (set(members) | set(found.added)) - set(found.removed)
    if found.held_back:
        assert not found.changes
    if found.changes:
        assert len(after) >= (guards.min_size or 0)
        assert len(after) <= (guards.max_size or len(ASSETS))
        turnover = turnover_of(found, before=len(members), after=len(after))
        assert not members or turnover <= (guards.max_turnover or 1)
    for asset in found.removed:
        assert TODAY - members[asset] >= timedelta(days=guards.min_days or 0)
        assert guards.exit_rank is None or asset not in ranked[: guards.exit_rank]
    for asset in found.added:
        assert asset in ranked[: guards.enter_rank or limit]
    assert set(found.kept) <= after
