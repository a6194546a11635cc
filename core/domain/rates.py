"""How often something may be done: rates, the classes of calls they bound, and what is left."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.errors import InvalidInputError, RateLimitedError

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
WRITTEN = re.compile(r"(\d{1,6}) ?/ ?(second|minute|hour|day)")


class Door(StrEnum):
    """What a call came through; the doors of one user have rates of their own."""

    HTTP = "http"
    MCP = "mcp"


class RateClass(StrEnum):
    """Calls that are counted together."""

    VALIDATION = "validation"
    SEARCH = "search"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `amount` in any stretch of `seconds`."""

    amount: int
    seconds: int


def parse_rate(text: str) -> Rate:
    """The rate that `5/minute` stands for.

    Raises:
        InvalidInputError: It is no rate.
    """
    match = WRITTEN.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise InvalidInputError("write it like 5/minute (or /second, /hour, /day), from 1 on")
    return Rate(amount=int(match[1]), seconds=UNITS[match[2]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The answer to one request: whether it may go on, and what is left afterwards."""

    name: str
    rate: Rate
    allowed: bool
    remaining: int
    reset_seconds: float
    """Until the oldest request counted leaves the window, which is when there is room again."""

    @property
    def retry_after(self) -> int:
        """Whole seconds after which a refused request will be let in."""
        return max(1, math.ceil(self.reset_seconds))

    def require(self) -> None:
        """Nothing, where the request may go on.

        Raises:
            RateLimitedError: It may not; the error says for how long.
        """
        if self.allowed:
            return
        rate = self.rate
        raise RateLimitedError(
            f"Only {rate.amount} requests of this kind ({self.name}) are answered in"
            f" {rate.seconds} seconds, and they are used up. Nothing was done; ask again in"
            f" {self.retry_after} seconds.",
            details={"retry_after_seconds": self.retry_after},
        )


Rates = Mapping[tuple[Door, RateClass], Rate]

FAILED_ATTEMPTS = Rate(amount=30, seconds=60)
"""Requests with a bad token from one address, over all users and processes."""


def rates_of(validation: Rate) -> Rates:
    """Every rate; all but `validation` only stop programs that have run away.

    Over MCP an agent validates step by step, and live look-ups have a budget of their own, so
    its rate is not the one of HTTP.
    """
    return {
        (Door.HTTP, RateClass.VALIDATION): validation,
        (Door.HTTP, RateClass.SEARCH): Rate(amount=30_000, seconds=60),
        (Door.HTTP, RateClass.READ): Rate(amount=60_000, seconds=60),
        (Door.HTTP, RateClass.WRITE): Rate(amount=12_000, seconds=60),
        (Door.MCP, RateClass.VALIDATION): Rate(amount=3_000, seconds=60),
        (Door.MCP, RateClass.SEARCH): Rate(amount=30_000, seconds=60),
        (Door.MCP, RateClass.READ): Rate(amount=60_000, seconds=60),
        (Door.MCP, RateClass.WRITE): Rate(amount=12_000, seconds=60),
    }
