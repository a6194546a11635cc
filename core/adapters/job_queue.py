"""The work queue: wake-ups on a Valkey stream, in the form Taskiq reads.

The message is written here rather than by Taskiq, so that a server that only sends need not import
it, and so that all ids go in one round trip.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from redis.asyncio import Redis

from core.adapters.valkey_cache import KEY_PREFIX, ValkeyLink
from core.job_ports import QueueAddress

BATCH = 500
"""How many messages go in one round trip: the link gives up quickly."""

STREAM = f"{KEY_PREFIX}items"
GROUP = "workers"
RUN_ITEM = "run_item"


def queue_address(url: str) -> QueueAddress:
    """Where workers listen for what `StreamJobQueue` sends."""
    return QueueAddress(url=url, stream=STREAM, group=GROUP, task=RUN_ITEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamJobQueue:
    """Sends ids of items; what cannot be sent is found again by a sweeper."""

    link: ValkeyLink
    address: QueueAddress

    async def send(self, item_ids: Sequence[UUID]) -> None:
        """Wake workers for these items; never raises for trouble of the queue."""
        for start in range(0, len(item_ids), BATCH):
            if not await self._send(item_ids[start : start + BATCH]):
                return

    async def _send(self, item_ids: Sequence[UUID]) -> bool:
        async def add(client: Redis) -> bool:
            async with client.pipeline(transaction=False) as pipe:
                for item_id in item_ids:
                    pipe.xadd(self.address.stream, {"data": message(self.address.task, item_id)})
                await pipe.execute()
            return True

        return await self.link.run(add, default=False)


def message(task: str, item_id: UUID) -> str:
    """One call of a task, as Taskiq's JSON serializer would write it."""
    return json.dumps(
        {
            "task_id": uuid4().hex,
            "task_name": task,
            "labels": {},
            "labels_types": {},
            "args": [str(item_id)],
            "kwargs": {},
        }
    )
