"""The worker inside a server process, where the servers are embedded and nobody else starts one."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from cli.output import lazily
from core.config import Settings
from core.ports import Services

Background = Callable[[Services], AbstractAsyncContextManager[None]]


def worker_inside(settings: Settings, *, drain_seconds: float) -> Background:
    """A worker beside the door, drained when it closes; none where both servers are named."""
    if settings.database_url and settings.redis_url:
        return lambda _: nullcontext()

    def start(services: Services) -> AbstractAsyncContextManager[None]:
        return lazily("workers.running").working(
            services, lazily("workers.options").inside(drain_seconds=drain_seconds)
        )

    return start
