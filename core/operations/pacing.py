"""Long loops that let others have their turn: one event loop serves every caller."""

from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

from anyio.lowlevel import checkpoint

T = TypeVar("T")

TURN = 100
"""Some ten milliseconds of the work we do for one symbol."""


async def in_turns(items: Iterable[T]) -> AsyncGenerator[T]:
    """The items, with a pause after every hundred in which other tasks run."""
    for number, item in enumerate(items, 1):
        yield item
        if number % TURN == 0:
            await checkpoint()
