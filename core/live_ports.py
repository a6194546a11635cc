"""What core needs for live answers: the cache, the providers behind it, and counting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from core.domain.answers import Answer

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds that durations are counted up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """How many took no longer than each of the `BUCKETS`, how many there were, and their sum."""

    within: tuple[int, ...] = (0,) * len(BUCKETS)
    count: int = 0
    seconds: float = 0.0


class Counters(Protocol):
    """Sums that only grow, by name and labels; a metrics page reads them."""

    def add(self, name: str, amount: int = 1, **labels: str) -> None: ...

    def took(self, name: str, seconds: float, **labels: str) -> None: ...

    def read(self) -> Mapping[tuple[str, Labels], int]: ...

    def durations(self) -> Mapping[tuple[str, Labels], Durations]: ...


class Cache(Protocol):
    """A shared memory that may forget at any time and never fails."""

    async def get_many(self, keys: Sequence[str]) -> Mapping[str, Any]: ...

    async def set_many(self, values: Mapping[str, tuple[Any, float]]) -> None:
        """Keep each value for its number of seconds."""
        ...

    async def add_many(self, values: Mapping[str, tuple[Any, float]]) -> None:
        """As `set_many`, but what is there already stays."""
        ...

    async def ping(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Decided answers that still hold, and symbols nobody could decide within the last minute."""

    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    undecided: frozenset[str] = frozenset()


class LiveQuotes(Protocol):
    """What providers say, through the shared cache."""

    @property
    def is_offline(self) -> bool:
        """Whether no provider is configured."""
        ...

    async def remembered(self, symbols: Collection[str]) -> Found:
        """What the cache still knows; asks nobody."""
        ...

    async def allowance(self, user_id: UUID, wanted: int) -> int:
        """How many of the wanted symbols the user may have asked now; they are spent with that."""
        ...

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Mapping[str, Answer]:
        """What providers could say in time; a symbol left out could not be decided."""
        ...

    def refresh(self, symbols: Collection[str]) -> None:
        """Have what is getting old asked anew, behind the answer; some may be left for later."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What a caller should know about the state of the cache, in sentences."""
        ...

    async def warm_up(self) -> None:
        """Do now what would make the first question slow; never raises."""
        ...

    async def cache_size(self) -> int | None:
        """How many entries the shared cache holds; None while it is away."""
        ...


class AnswerStore(Protocol):
    """The latest word of each source on a symbol; it outlives the cache."""

    async def save(self, answers: Collection[Answer]) -> None:
        """Keep each answer unless a later one of its source is there."""
        ...

    async def latest(self, symbols: Collection[str]) -> Mapping[str, Answer]:
        """The last word on each symbol, of whatever source."""
        ...

    async def forget_denials(self, *, before: datetime) -> None:
        """Drop old denials of what no catalogue holds: they can decide nothing any more."""
        ...
