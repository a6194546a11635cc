"""How many symbols a user may have looked up live."""

from uuid import uuid4

import pytest

from core.adapters.live_budget import SymbolBudget
from core.adapters.providers.shared_state import MemoryState


@pytest.mark.anyio
async def test_a_budget_fills_again_with_time() -> None:
    clock = [0.0]
    budget = SymbolBudget(MemoryState(), a_minute=60, burst=100, clock=lambda: clock[0])
    user = uuid4()

    first = await budget.take(user, 150)
    at_once = await budget.take(user, 10)
    clock[0] += 30
    later_on = await budget.take(user, 50)

    assert (first, at_once, later_on) == (100, 0, 30)
    assert await budget.take(uuid4(), 7) == 7
