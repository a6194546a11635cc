"""What a bulk change does and where members stand, decided without a database."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.membership import Status, plan_additions, plan_removals
from core.domain.universe import POSITION_GAP, Universe, ValidationStatus, front_positions
from core.domain.validation import ValidationResult, Verdict
from tests.factories import NOON, an_asset

APPLE, FORD = an_asset("AAPL"), an_asset("F")
KNOWN = {"AAPL": APPLE, "apple": APPLE, "F": FORD}


def result(text: str, verdict: Verdict | None = None) -> ValidationResult:
    asset = KNOWN.get(text)
    decided = verdict or (Verdict.VALID if asset else Verdict.NOT_FOUND)
    return ValidationResult(input=text, verdict=decided, asset=asset, reason="Because.")


def test_each_input_has_one_outcome_and_each_asset_is_written_once() -> None:
    results = [
        result("AAPL"),
        result("apple"),
        result("F"),
        result("WHO?"),
        result("LATER", Verdict.UNVERIFIED),
        result("LATER", Verdict.UNVERIFIED),
    ]

    plan = plan_additions(results, {FORD.id})

    assert [o.status for o in plan.outcomes] == [
        Status.ADDED,
        Status.ALREADY_MEMBER,
        Status.ALREADY_MEMBER,
        Status.REJECTED,
        Status.PENDING,
        Status.PENDING,
    ]
    assert (list(plan.assets), list(plan.pending)) == ([APPLE], ["LATER"])


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict.RENAMED,
        Verdict.DELISTED,
        Verdict.SUSPENDED,
        Verdict.AMBIGUOUS,
        Verdict.NOT_FOUND,
        Verdict.MALFORMED,
        Verdict.UNSUPPORTED,
    ],
)
def test_nothing_doubtful_is_added_even_when_an_asset_is_known(verdict: Verdict) -> None:
    plan = plan_additions([result("AAPL", verdict)], ())

    assert (plan.outcomes[0].status, plan.assets, plan.pending) == (Status.REJECTED, [], ())
    assert plan.outcomes[0].reason == f"{verdict}: Because."


def test_a_removal_tells_members_waiting_inputs_and_strangers_apart() -> None:
    inputs = [("AAPL", APPLE), ("apple", APPLE), ("F", FORD), ("LATER", None), ("LATER", None)]

    plan = plan_removals(inputs, {APPLE.id}, {"LATER"})

    assert [o.status for o in plan.outcomes] == [
        Status.REMOVED,
        Status.NOT_MEMBER,
        Status.NOT_MEMBER,
        Status.REMOVED,
        Status.NOT_MEMBER,
    ]
    assert (list(plan.assets), list(plan.pending)) == ([APPLE], ["LATER"])


TEXTS = st.lists(st.sampled_from([*KNOWN, "WHO?"]), max_size=12)


@given(texts=TEXTS, members=st.sets(st.sampled_from([APPLE.id, FORD.id])))
def test_the_counts_add_up_to_the_inputs(texts: list[str], members: set[UUID]) -> None:
    plan = plan_additions([result(text) for text in texts], members)

    assert [o.input for o in plan.outcomes] == texts
    assert sum(plan.count(status) for status in Status) == len(texts)
    assert plan.count(Status.ADDED) == len(plan.assets) == len({a.id for a in plan.assets})
    assert not {a.id for a in plan.assets} & members


MEMBERS = [uuid4() for _ in range(6)]


@given(
    places=st.lists(st.integers(-5000, 5000), min_size=6, max_size=6, unique=True).map(sorted),
    order=st.permutations(MEMBERS).flatmap(
        lambda shuffled: st.integers(0, 6).map(lambda n: shuffled[:n])
    ),
)
def test_those_put_first_come_first_and_the_rest_stays_in_order(
    places: list[int], order: list[UUID]
) -> None:
    positions = list(zip(MEMBERS, places, strict=True))

    moved = front_positions(order, positions)

    after = dict(positions) | moved
    assert sorted(after, key=after.__getitem__) == [
        *order,
        *(asset for asset in MEMBERS if asset not in order),
    ]
    assert len(set(after.values())) == len(MEMBERS)
    assert set(moved) <= set(order)
    assert all(after[asset] != dict(positions)[asset] for asset in moved)


def test_ten_thousand_members_are_put_in_order_without_comparing_each_with_each() -> None:
    assets = [UUID(int=number) for number in range(10_000)]
    positions = [(asset, POSITION_GAP * place) for place, asset in enumerate(assets, 1)]

    moved = front_positions(assets[::-1], positions)

    after = dict(positions) | moved
    assert sorted(assets, key=after.__getitem__) == assets[::-1]


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ((0, 0, 0), ValidationStatus.EMPTY),
        ((0, 1, 0), ValidationStatus.PENDING),
        ((2, 1, 1), ValidationStatus.PENDING),
        ((2, 0, 1), ValidationStatus.PARTIAL),
        ((2, 0, 0), ValidationStatus.VALIDATED),
    ],
)
def test_the_status_says_what_a_list_is_worth(
    counts: tuple[int, int, int], status: ValidationStatus
) -> None:
    asset_count, pending_count, doubtful_count = counts
    universe = Universe(
        id=uuid4(),
        name="Chips",
        description="",
        version=1,
        created_at=NOON,
        updated_at=NOON,
        asset_count=asset_count,
        pending_count=pending_count,
        doubtful_count=doubtful_count,
    )

    assert universe.validation_status is status
