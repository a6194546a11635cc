"""The one task there is: run an item, named by its id, as the principal its row names."""

import logging
from uuid import UUID

from taskiq.abc.broker import AsyncBroker

from workers.items import Items

log = logging.getLogger(__name__)


def register(broker: AsyncBroker, items: Items, *, name: str) -> None:
    """Let the broker's messages of this name run items."""

    async def run_item(item_id: UUID) -> None:
        # Taskiq hands over what it could not convert as it came.
        if isinstance(item_id, UUID):  # pyright: ignore[reportUnnecessaryIsInstance] - see above
            await items.run(item_id)
        else:
            log.warning("A message of the queue names no item; dropped.")

    broker.register_task(run_item, task_name=name)
