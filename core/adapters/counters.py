"""Counters in this process, for whoever shows them."""

from collections import Counter
from collections.abc import Mapping

from core.live_ports import BUCKETS, Durations, Labels


class MemoryCounters:
    """Sums by name and labels; they begin at zero with the process."""

    def __init__(self) -> None:
        self._sums: Counter[tuple[str, Labels]] = Counter()
        self._durations: dict[tuple[str, Labels], Durations] = {}

    def add(self, name: str, amount: int = 1, **labels: str) -> None:
        self._sums[name, tuple(sorted(labels.items()))] += amount

    def took(self, name: str, seconds: float, **labels: str) -> None:
        key = (name, tuple(sorted(labels.items())))
        known = self._durations.get(key, Durations())
        self._durations[key] = Durations(
            within=tuple(
                n + (seconds <= most) for n, most in zip(known.within, BUCKETS, strict=True)
            ),
            count=known.count + 1,
            seconds=known.seconds + seconds,
        )

    def read(self) -> Mapping[tuple[str, Labels], int]:
        return dict(self._sums)

    def durations(self) -> Mapping[tuple[str, Labels], Durations]:
        return dict(self._durations)
