"""Printing figures: a measure, its floor, and the ratio of the two."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measurement in seconds, with the floor it is compared to."""

    name: str
    seconds: float
    floor_name: str = ""
    floor: float | None = None
    note: str = ""


def show(line: Line) -> None:
    """One line a measurement; the ratio is what counts, seconds depend on the machine."""
    text = f"{line.name:<46} {scaled(line.seconds):>10}"
    if line.floor is not None:
        ratio = line.seconds / line.floor if line.floor else float("inf")
        text += f"   {line.floor_name:<34} {scaled(line.floor):>10}   ratio {ratio:6.2f}"
    print(text + (f"   {line.note}" if line.note else ""), flush=True)


def scaled(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


async def median_of(call: Callable[[], Awaitable[object]], times: int) -> float:
    """The median duration of one call, after a tenth of them as warm-up."""
    for _ in range(max(1, times // 10)):
        await call()
    durations: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        durations.append(time.perf_counter() - began)
    return statistics.median(durations)
