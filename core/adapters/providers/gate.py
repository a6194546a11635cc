"""The one way out to a provider: breaker first, then the outbound rate, then the request."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.errors import ProviderError, RateLimitedError, RefusedError

T = TypeVar("T")

Observer = Callable[[str], None]
"""Hears how each request ended: `ok`, `refused` (not sent), `limited` or `failed`."""


def _unheard(_: str) -> None:
    """Nobody counts."""


class Budget(Protocol):
    """A count of requests that may go out."""

    async def take(self) -> bool:
        """Whether one more request may go out."""
        ...


class Gate:
    """Lets requests through and learns from how they end."""

    def __init__(
        self, breaker: CircuitBreaker, *budgets: Budget, observer: Observer = _unheard
    ) -> None:
        self._breaker = breaker
        self._budgets = budgets
        self._observer = observer

    async def through(self, request: Callable[[], Awaitable[T]]) -> T:
        """Answer what the request answers; raises RefusedError without asking when it may not."""
        await self._admit()
        try:
            answer = await request()
        except ProviderError as error:
            self._observer("limited" if isinstance(error, RateLimitedError) else "failed")
            await self._breaker.failed(error.trouble)
            raise
        self._observer("ok")
        await self._breaker.succeeded()
        return answer

    async def _admit(self) -> None:
        if not await self._breaker.admits():
            self._observer("refused")
            raise RefusedError("the breaker is open")
        for budget in self._budgets:
            if not await budget.take():
                self._observer("refused")
                raise RefusedError("the outbound budget is spent")
