"""The one way out to a provider: breaker first, then the outbound rate, then the request."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.errors import ProviderError, RateLimitedError, RefusedError

T = TypeVar("T")


class Budget(Protocol):
    """A count of requests that may go out."""

    async def take(self) -> bool:
        """Whether one more request may go out."""
        ...


class Gate:
    """Lets requests through and learns from how they end."""

    def __init__(self, breaker: CircuitBreaker, *budgets: Budget) -> None:
        self._breaker = breaker
        self._budgets = budgets

    async def through(self, request: Callable[[], Awaitable[T]]) -> T:
        """Answer what the request answers; raises RefusedError without asking when it may not."""
        if not await self._breaker.admits():
            raise RefusedError("the breaker is open")
        for budget in self._budgets:
            if not await budget.take():
                raise RefusedError("the outbound budget is spent")
        try:
            answer = await request()
        except ProviderError as error:
            await self._breaker.failed(rate_limited=isinstance(error, RateLimitedError))
            raise
        await self._breaker.succeeded()
        return answer
