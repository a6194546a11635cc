"""All providers as one: each is asked for what the ones before it left undecided.

Questions run in tasks of the chain, not of the caller: whoever leaves at a deadline gets what came
until then, the rest still arrives, goes to the cache, and serves the next who asks. Two who ask for
one symbol at the same time share one question.
"""

import asyncio
import logging
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from typing import Protocol, runtime_checkable

from core.domain.asset import Quote
from core.ports import MarketDataProvider

logger = logging.getLogger(__name__)

BATCH = 50

# Done with a quote, with None (well-founded absence), or with no answer at all.
_Answers = Mapping[str, Quote | None]
_Flight = asyncio.Future[_Answers]


@runtime_checkable
class _SlowStarter(Protocol):
    async def warm_up(self) -> None: ...


@runtime_checkable
class _Streaming(Protocol):
    def stream(self, symbols: Collection[str]) -> AsyncGenerator[_Answers]: ...


async def _parts(
    provider: MarketDataProvider, symbols: Collection[str]
) -> AsyncGenerator[_Answers]:
    """Answer in parts where the provider can, so that quick answers do not wait for slow ones."""
    if not isinstance(provider, _Streaming):
        yield await provider.quotes(symbols)
        return
    async with aclosing(provider.stream(symbols)) as parts:
        async for answers in parts:
            yield answers


async def _forget(answers: _Answers) -> None:
    """Keep nothing."""


class ProviderChain:
    """MarketDataProvider over several, in order; without any it decides nothing."""

    name = "chain"

    def __init__(
        self,
        providers: Sequence[MarketDataProvider],
        *,
        keep: Callable[[_Answers], Awaitable[None]] = _forget,
    ) -> None:
        self._providers = tuple(providers)
        self._keep = keep
        self._flights: dict[str, _Flight] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        """Answer what can be decided, however long it takes."""
        return await self.quotes_within(symbols, None)

    async def quotes_within(
        self, symbols: Collection[str], seconds: float | None
    ) -> Mapping[str, Quote | None]:
        """Answer what was decided by the deadline; what comes later goes to `keep`."""
        flights = self._board(tuple(dict.fromkeys(symbols)))
        if not flights:
            return {}
        done, _ = await asyncio.wait(flights.values(), timeout=seconds)
        answers: dict[str, Quote | None] = {}
        for flight in done:
            if not flight.cancelled():
                answers.update(flight.result())
        return answers

    async def warm_up(self) -> None:
        """Let providers do now what would make the first question slow; never raises."""
        for provider in self._providers:
            if isinstance(provider, _SlowStarter):
                await provider.warm_up()

    async def aclose(self) -> None:
        """Give up what is under way and close every provider."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for provider in self._providers:
            await provider.aclose()

    def _board(self, symbols: Sequence[str]) -> dict[str, _Flight]:
        if not self._providers:
            return {}
        loop = asyncio.get_running_loop()
        new = [symbol for symbol in symbols if symbol not in self._flights]
        for symbol in new:
            self._flights[symbol] = loop.create_future()
        for start in range(0, len(new), BATCH):
            self._start(self._fly(new[start : start + BATCH]))
        return {symbol: self._flights[symbol] for symbol in symbols}

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Work on live quotes failed.", exc_info=error)

    async def _fly(self, symbols: Sequence[str]) -> None:
        try:
            left = list(symbols)
            for provider in self._providers:
                if left:
                    left = await self._consult(provider, left)
        finally:
            for symbol in symbols:
                flight = self._flights.pop(symbol, None)
                if flight is not None and not flight.done():
                    flight.set_result({})

    async def _consult(self, provider: MarketDataProvider, symbols: list[str]) -> list[str]:
        """Pass on what the provider says as it comes, and answer what it left undecided."""
        left = symbols
        async with aclosing(_parts(provider, symbols)) as parts:
            async for answers in parts:
                decided = {symbol: answers[symbol] for symbol in left if symbol in answers}
                self._land(decided)
                left = [symbol for symbol in left if symbol not in decided]
                if decided:
                    # On its own: slow or failing storage is no reason to hold back answers.
                    self._start(self._store(decided))
        return left

    async def _store(self, decided: _Answers) -> None:
        await self._keep(decided)

    def _land(self, decided: _Answers) -> None:
        for symbol, quote in decided.items():
            flight = self._flights[symbol]
            if not flight.done():
                flight.set_result({symbol: quote})
