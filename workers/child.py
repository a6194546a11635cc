"""One worker process: works until a signal, or until the pipe to its supervisor closes."""

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress

import anyio

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import CoreError
from workers.options import COULD_NOT_START, WorkerOptions
from workers.running import Worker

log = logging.getLogger(__name__)

WARMING_SECONDS = 10.0
"""How long the first question to providers may be prepared before work begins without that."""


def work(settings: Settings, options: WorkerOptions) -> int:
    """Work as a child of a supervisor, which holds the other end of standard input."""
    return asyncio.run(_work(settings, options))


async def _work(settings: Settings, options: WorkerOptions) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    _follow_supervisor(loop, stop, seconds=options.grace_seconds)
    try:
        async with open_services(settings) as services:
            with anyio.move_on_after(WARMING_SECONDS):
                await services.live.warm_up()
            await Worker(services, options).run(stop)
    except CoreError as error:
        log.error("%s", error.message)
        return COULD_NOT_START
    return 0


def _follow_supervisor(
    loop: asyncio.AbstractEventLoop, stop: asyncio.Event, *, seconds: float
) -> None:
    """Stop when the pipe closes; a thread, so that a loop that hangs cannot prevent it."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        with suppress(RuntimeError):  # the loop has ended, and the process is about to
            loop.call_soon_threadsafe(stop.set)
        threading.Event().wait(seconds)
        os._exit(1)  # all else failed; leases return the work

    threading.Thread(target=watch, name="supervisor", daemon=True).start()
