"""The promise of validation, on a labelled set: right 99 times in 100, and never another asset."""

from collections.abc import AsyncIterator

import pytest

from core.bootstrap import open_services
from core.config import Settings
from core.ports import Services
from tests.accuracy.cases import read_cases
from tests.accuracy.running import BUDGET, measure_offline, measure_online
from tests.accuracy.scoring import Outcome, Score, wilson

pytestmark = pytest.mark.anyio

CASES = read_cases()


@pytest.fixture
async def generous(settings: Settings) -> AsyncIterator[Services]:
    """The real services, without a limit on how much may be asked."""
    wanted = settings.model_copy(update={"live_symbols_a_minute": BUDGET})
    async with open_services(wanted) as services:
        yield services


def assert_promise_is_kept(score: Score) -> None:
    assert score.count(Outcome.WRONG_IDENTITY) == 0, score.faults()
    assert score.count(Outcome.SUBSTITUTED) == 0, score.faults()
    assert score.accuracy >= 0.99, score.faults()
    assert score.macro_accuracy >= 0.99, score.faults()
    assert score.count(Outcome.UNTOLD) <= 0.01 * len(score.answers), score.faults()


def test_the_set_is_large_and_varied_enough_to_tell() -> None:
    assert len(CASES) >= 400
    assert len({case.kind for case in CASES}) >= 25
    assert len({case.text for case in CASES}) == len(CASES)


async def test_offline_the_service_is_right_or_abstains(generous: Services) -> None:
    score = await measure_offline(generous, CASES)

    assert_promise_is_kept(score)
    assert len(score.decided) >= 500
    assert score.count(Outcome.ABSTAINED) <= 0.02 * len(score.answers), score.kinds()


async def test_with_a_truthful_provider_the_service_is_right_and_decides(
    generous: Services,
) -> None:
    score = await measure_online(generous, CASES)

    assert_promise_is_kept(score)
    assert score.count(Outcome.ABSTAINED) == 0


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(381, 381)

    assert low == pytest.approx(0.99, abs=2e-4)
    assert high == 1.0
