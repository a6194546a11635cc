"""Runs what the queue says until told to stop, then finishes or returns what it took."""

import asyncio
from collections.abc import Awaitable, Callable

from taskiq.receiver import Receiver

from core.job_ports import QueueAddress
from workers.broker import BrokerTimes, ItemBroker
from workers.items import Items
from workers.tasks import register


class ItemReceiver:
    """One consumer of the queue in this process."""

    def __init__(
        self,
        address: QueueAddress,
        items: Items,
        *,
        concurrency: int,
        times: BrokerTimes | None = None,
    ) -> None:
        self._items = items
        self.broker = ItemBroker(address, concurrency=concurrency, times=times)
        self.broker.is_worker_process = True
        register(self.broker, items, name=address.task)
        self._receiver = Receiver(
            self.broker,
            validate_params=True,
            max_async_tasks=concurrency,
            run_startup=False,
        )

    async def listen(
        self,
        stop: asyncio.Event,
        *,
        drain_seconds: float,
        give_back: Callable[[], Awaitable[None]],
    ) -> None:
        """Until `stop`; `give_back` is called when nothing runs any more and may still send.

        Cancelling this instead would acknowledge what runs without its having ended.
        """
        await self.broker.startup()
        listening = asyncio.ensure_future(self._receiver.listen(stop))
        stopped = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
            self.broker.is_ending = True
            await self._items.drain(drain_seconds)
            await listening
            await give_back()
        finally:
            stopped.cancel()
            listening.cancel()
            await self.broker.shutdown()
