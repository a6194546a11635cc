"""The sweeper: through the queue where there is one, by itself where there is none."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from core.domain.errors import UnavailableError
from workers.sweeping import Sweeper

pytestmark = pytest.mark.anyio


class World:
    def __init__(self, *found: UUID, is_away: bool) -> None:
        self.found = list(found)
        self.sent: list[UUID] = []
        self.ran: list[UUID] = []
        self.outages = 0
        self.sweeper = Sweeper(
            self.sweep, send=self.send, run=self.run, is_queue_away=lambda: is_away
        )

    async def sweep(self) -> Sequence[UUID]:
        if self.outages:
            self.outages -= 1
            raise UnavailableError("The database does not answer.")
        return self.found

    async def send(self, ids: Sequence[UUID]) -> None:
        self.sent += ids

    async def run(self, item_id: UUID) -> None:
        self.ran.append(item_id)


async def test_what_is_found_is_sent() -> None:
    ids = [uuid4(), uuid4()]
    world = World(*ids, is_away=False)

    await world.sweeper.once()

    assert (world.sent, world.ran) == (ids, [])


async def test_without_a_queue_the_sweeper_runs_what_it_found() -> None:
    ids = [uuid4(), uuid4()]
    world = World(*ids, is_away=True)

    await world.sweeper.once()

    assert (world.sent, world.ran) == ([], ids)


async def test_a_database_that_is_away_is_left_alone_longer_and_longer_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World(is_away=False)
    world.outages = 6

    waits = [await world.sweeper.once() for _ in range(7)]

    assert waits == [1, 2, 4, 8, 15, 15, 0]
    assert len(caplog.records) == 1
