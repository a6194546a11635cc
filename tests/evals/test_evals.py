"""The tasks of `make evals`, so that a tool that became harder to use is noticed."""

import pytest

from core.ports import Services
from tests.evals import jobs_done, recoveries
from tests.evals.__main__ import MOST_TOKENS, tried
from tests.evals.agent import TASKS, Task

SUITES = (jobs_done, recoveries)  # importing them lists their tasks


@pytest.mark.anyio
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_is_done(services: Services, task: Task) -> None:
    agent, reached = await tried(services, task)

    assert reached, task.goal
    assert agent.calls <= 4
    assert agent.tokens <= MOST_TOKENS
