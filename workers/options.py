"""How a worker behaves; the defaults are those of `universe worker`."""

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

COULD_NOT_START = 3
"""Exit code of a worker process that never had its database, or was refused."""

CLOSING_SECONDS = 3.0
"""How long the last words to database and queue may take, after the drain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    concurrency: int = 4
    drain_seconds: float = 20.0
    sweep_seconds: float = 3.5
    beat_seconds: float = 5.0
    schedule_seconds: float = 20.0
    receiver_delay: float = 0.0
    """How long the receiver waits at the start, where others want the processor first."""

    @property
    def grace_seconds(self) -> float:
        """How long a process may take from the stop to its end."""
        return self.drain_seconds + 2 * CLOSING_SECONDS


def inside(*, drain_seconds: float) -> WorkerOptions:
    """For a worker inside a server, which answers calls first."""
    return WorkerOptions(concurrency=2, drain_seconds=drain_seconds, receiver_delay=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which worker this is, for heartbeats and leases."""

    id: UUID = field(default_factory=uuid4)
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)

    @property
    def name(self) -> str:
        return f"{self.host}:{self.pid}:{self.id.hex[:8]}"


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait, but not longer than until the stop; answer whether to go on."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
    return not stop.is_set()
