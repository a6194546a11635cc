"""Live answers for operations: the shared cache first, then the providers under a deadline."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.adapters.live_budget import SymbolBudget
from core.adapters.providers import ProviderChain, QuoteCache
from core.adapters.providers.claims import Trust
from core.adapters.valkey_cache import ValkeyCache, ValkeyLink
from core.domain.answers import LIVING, PATIENT_SECONDS, Answer
from core.live_ports import AnswerStore, Counters, Found
from core.ports import CatalogStore

_FORGET_EVERY = timedelta(minutes=10)
_FORGET_AFTER = timedelta(days=1)
_AWAY = "The shared cache does not answer, so everything is looked up anew; answers take longer."


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedLiveQuotes:
    """LiveQuotes over Valkey and the chain of providers."""

    chain: ProviderChain
    quotes: QuoteCache
    cache: ValkeyCache
    link: ValkeyLink
    budget: SymbolBudget
    counters: Counters
    is_offline: bool

    async def remembered(self, symbols: Collection[str]) -> Found:
        if not symbols:
            return Found()
        found = await self.quotes.get_many(list(symbols))
        hits, undecided = len(found.answers), len(found.undecided)
        self.counters.add("cache_lookups", hits, result="hit")
        self.counters.add("cache_lookups", undecided, result="undecided")
        self.counters.add("cache_lookups", len(symbols) - hits - undecided, result="miss")
        return found

    async def allowance(self, user_id: UUID, wanted: int) -> int:
        granted = await self.budget.take(user_id, wanted)
        self.counters.add("live_symbols", granted, result="granted")
        self.counters.add("live_symbols", wanted - granted, result="over_budget")
        return granted

    async def ask(self, symbols: Collection[str], *, seconds: float) -> Mapping[str, Answer]:
        if self.is_offline or not symbols or seconds <= 0:
            return {}
        trust = Trust.DECIDED if seconds > PATIENT_SECONDS else Trust.ALL
        return await self.chain.answers_within(list(symbols), seconds, trust=trust)

    def refresh(self, symbols: Collection[str]) -> None:
        if not self.is_offline:
            self.chain.refresh(symbols)

    def notes(self) -> tuple[str, ...]:
        return (_AWAY,) if self.link.is_away else ()

    async def warm_up(self) -> None:
        await self.chain.warm_up()

    async def cache_size(self) -> int | None:
        return await self.cache.size()


def keep_in(
    catalog: CatalogStore, answers: AnswerStore, *, now: Callable[[], datetime]
) -> Callable[[Sequence[Answer]], Awaitable[None]]:
    """Where answers go for good, also those that come after the caller left."""
    forget_at = now()

    async def keep(given: Sequence[Answer]) -> None:
        nonlocal forget_at
        # In one order everywhere: two processes that write the same rows must not block each other.
        ordered = sorted(given, key=lambda answer: answer.symbol)
        await answers.save(ordered)
        news = [answer.quote for answer in ordered if _is_news(answer, now())]
        await catalog.save_quotes([quote for quote in news if quote])
        if now() >= forget_at:
            forget_at = now() + _FORGET_EVERY
            await answers.forget_denials(before=now() - _FORGET_AFTER)

    return keep


def _is_news(answer: Answer, now: datetime) -> bool:
    """Whether the catalogue should hold it: alive today, and of a kind that we list."""
    listed = answer.quote is not None and answer.quote.asset_class is not None
    return listed and answer.is_alive and now - answer.observed_at < LIVING
