"""Live answers for operations: the shared cache first, then the providers under a deadline."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from core.adapters.providers import ProviderChain, QuoteCache
from core.domain.asset import Quote

Answers = Mapping[str, Quote | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedLiveQuotes:
    chain: ProviderChain
    cache: QuoteCache
    is_offline: bool

    async def remembered(self, symbols: Collection[str]) -> Answers:
        return await self.cache.get_many(list(symbols)) if symbols else {}

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Answers:
        if self.is_offline or not symbols or seconds <= 0:
            return {}
        return await self.chain.quotes_within(list(symbols), seconds)


def keep_in(
    cache: QuoteCache, store: Callable[[Answers], Awaitable[None]]
) -> Callable[[Answers], Awaitable[None]]:
    """Where answers go, also those that come after the caller left."""

    async def keep(answers: Answers) -> None:
        await cache.put_many(answers)
        await store(answers)

    return keep
