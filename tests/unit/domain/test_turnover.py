"""Turnover: the worked figures of the sources, and the sides that are empty."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.turnover import (
    Method,
    Step,
    gross_turnover,
    months_between,
    net_turnover,
    weighted_turnover,
)


def ids(count: int, *, start: int = 0) -> set[UUID]:
    return {UUID(int=start + number) for number in range(count)}


@pytest.mark.parametrize(
    ("n", "m", "kept", "membership", "equal"),
    [
        # S&P 500: 2016 (32 in, 29 out) and 2023 (15 in, 15 out)
        (498, 501, 469, 0.0641, 0.0639),
        (502, 502, 487, 0.0299, 0.0299),
        (10, 9, 8, 0.2105, 0.2),
        (10, 10, 10, 0.0, 0.0),
        (10, 10, 0, 1.0, 1.0),
    ],
)
def test_the_worked_figures_come_out(
    n: int, m: int, kept: int, membership: float, equal: float
) -> None:
    before, after = ids(n), ids(kept) | ids(m - kept, start=10_000)

    by_members = net_turnover(before, after, method=Method.MEMBERSHIP)
    by_weight = net_turnover(before, after, method=Method.EQUAL_WEIGHT)

    assert by_members.value == pytest.approx(membership, abs=5e-5)
    assert by_weight.value == pytest.approx(equal, abs=5e-5)


def test_an_empty_side_has_a_reason_instead_of_a_value() -> None:
    nobody = net_turnover(set(), ids(3), method=Method.MEMBERSHIP)
    all_gone = net_turnover(ids(3), set(), method=Method.EQUAL_WEIGHT)

    assert (nobody.value, nobody.reason) == (None, "no_prior_members")
    assert (all_gone.value, all_gone.reason) == (None, "no_later_members")


@given(st.sets(st.integers(0, 40), min_size=1), st.sets(st.integers(0, 40), min_size=1))
def test_the_closed_form_is_half_the_sum_of_weight_changes(
    before: set[int], after: set[int]
) -> None:
    a, b = {UUID(int=i) for i in before}, {UUID(int=i) for i in after}

    closed = net_turnover(a, b, method=Method.EQUAL_WEIGHT)
    summed = weighted_turnover(
        {asset: Decimal(1) / len(a) for asset in a}, {asset: Decimal(1) / len(b) for asset in b}
    )

    assert closed.value == pytest.approx(summed.value)


def test_weights_are_required_of_every_member() -> None:
    asset = uuid4()

    found = weighted_turnover({asset: Decimal(1)}, {asset: None})

    assert (found.value, found.reason) == (None, "members_without_weight")


def test_gross_counts_what_came_and_went_between_the_ends() -> None:
    steps = [
        Step(effective=date(2025, 2, 1), added=1, removed=0),
        Step(effective=date(2025, 3, 1), added=0, removed=1),
    ]

    gross = gross_turnover(10, 10, steps, method=Method.MEMBERSHIP)

    assert gross.value == pytest.approx(0.1)


def test_months_cover_the_window_without_a_gap() -> None:
    months = months_between(date(2025, 1, 15), date(2025, 4, 1))

    assert months == [
        (date(2025, 1, 15), date(2025, 2, 1)),
        (date(2025, 2, 1), date(2025, 3, 1)),
        (date(2025, 3, 1), date(2025, 4, 1)),
    ]
