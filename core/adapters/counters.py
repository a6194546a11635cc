"""Counters in this process, for whoever shows them."""

from collections import Counter
from collections.abc import Mapping

from core.live_ports import Labels


class MemoryCounters:
    """Sums by name and labels; they begin at zero with the process."""

    def __init__(self) -> None:
        self._sums: Counter[tuple[str, Labels]] = Counter()

    def add(self, name: str, amount: int = 1, **labels: str) -> None:
        self._sums[name, tuple(sorted(labels.items()))] += amount

    def read(self) -> Mapping[tuple[str, Labels], int]:
        return dict(self._sums)
