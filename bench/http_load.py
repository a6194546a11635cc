"""A load of HTTP requests over kept connections, cheap enough to leave the server a core."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CONNECTIONS = 32


@dataclass(kw_only=True)
class Load:
    """What came back: durations in seconds, and answers that were no success."""

    seconds: float = 0.0
    durations: list[float] = field(default_factory=list[float])
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.durations) / self.seconds

    def percentile(self, share: float) -> float:
        return sorted(self.durations)[int(len(self.durations) * share)]


Request = tuple[str, str, bytes]
"""Method, path and body."""


async def load(port: int, requests: Callable[[int], Request], *, seconds: float) -> Load:
    """Ask for what `requests` says, number by number, from all connections at once."""
    found = Load()
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(
        *(_ask(port, requests, found, start=n, until=until) for n in range(CONNECTIONS))
    )
    found.seconds = time.perf_counter() - began
    return found


async def _ask(
    port: int, requests: Callable[[int], Request], found: Load, *, start: int, until: float
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = start
    while time.perf_counter() < until:
        method, path, body = requests(number)
        began = time.perf_counter()
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        found.durations.append(time.perf_counter() - began)
        found.failed += not head.startswith(b"HTTP/1.1 2")
        number += CONNECTIONS
    writer.close()
