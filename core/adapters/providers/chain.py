"""All providers as one: each is asked for what the ones before it left undecided.

Questions run in tasks of the chain, not of the caller: whoever leaves at a deadline gets what came
until then, the rest still arrives, goes to the cache, and serves the next who asks. Two who ask for
one symbol at the same time share one question, also from different processes.
"""

import asyncio
import logging
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.adapters.clock import utc_now
from core.adapters.providers.claims import Claims, NoClaims, Trust
from core.adapters.providers.trimming import trimmed_all
from core.domain.answers import LIVING, Answer
from core.domain.asset import Quote
from core.ports import MarketDataProvider

logger = logging.getLogger(__name__)

BATCH = 50
# After so many seconds nobody else should wait for this question: it may still be answered.
PATIENCE = 2.0
POLL = 0.05
# How long to wait for other processes that ask for the same symbols.
LONGEST_WAIT = 20.0
# For what is being stored when the service closes.
LAST_SECONDS = 2.0

# Done with an answer, or empty: nobody could decide.
_Flight = asyncio.Future[Mapping[str, Answer]]


@runtime_checkable
class _SlowStarter(Protocol):
    async def warm_up(self) -> None: ...


@runtime_checkable
class _Streaming(Protocol):
    def stream(self, symbols: Collection[str]) -> AsyncGenerator[Mapping[str, Quote | None]]: ...


class Memory(Protocol):
    """Where answers go at once, for all processes."""

    async def put_many(self, answers: Collection[Answer]) -> None: ...

    async def mark_undecided(self, symbols: Collection[str]) -> None: ...


class _NoMemory:
    async def put_many(self, answers: Collection[Answer]) -> None:
        """Keep nothing."""

    async def mark_undecided(self, symbols: Collection[str]) -> None:
        """Keep nothing."""


async def _forget(answers: Sequence[Answer]) -> None:
    """Keep nothing."""


class ProviderChain:
    """Several providers in order; without any it decides nothing."""

    def __init__(
        self,
        providers: Sequence[MarketDataProvider],
        *,
        keep: Callable[[Sequence[Answer]], Awaitable[None]] = _forget,
        memory: Memory | None = None,
        claims: Claims | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.providers = tuple(providers)
        self._keep = keep
        self._memory: Memory = memory or _NoMemory()
        self._claims: Claims = claims or NoClaims()
        self._now = now
        self._flights: dict[str, _Flight] = {}
        self._claimed: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stores: set[asyncio.Task[None]] = set()
        self._is_renewing = False

    async def answers_within(
        self, symbols: Collection[str], seconds: float | None, *, trust: Trust = Trust.ALL
    ) -> Mapping[str, Answer]:
        """Answer what was decided by the deadline; what comes later goes to the memory."""
        flights = self._board(tuple(dict.fromkeys(symbols)), trust)
        if not flights:
            return {}
        done, _ = await asyncio.wait(flights.values(), timeout=seconds)
        answers: dict[str, Answer] = {}
        for flight in done:
            if not flight.cancelled():
                answers.update(flight.result())
        return answers

    def refresh(self, symbols: Collection[str]) -> None:
        """Ask anew for the first of these, one batch at a time; nobody waits for it."""
        due = [symbol for symbol in symbols if symbol not in self._flights][:BATCH]
        if due and self.providers and not self._is_renewing:
            self._is_renewing = True
            self._start(self._renew(due))

    async def warm_up(self) -> None:
        """Let providers do now what would make the first question slow; never raises."""
        for provider in self.providers:
            if isinstance(provider, _SlowStarter):
                await provider.warm_up()

    async def aclose(self) -> None:
        """Give up what is under way and close every provider."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._stores:
            # What has been answered deserves to be kept.
            _, left = await asyncio.wait(self._stores, timeout=LAST_SECONDS)
            for task in left:
                task.cancel()
        self._settle(tuple(self._flights))
        if self._claimed:
            await self._claims.release(tuple(self._claimed))
        for provider in self.providers:
            await provider.aclose()

    def _board(self, symbols: Sequence[str], trust: Trust) -> dict[str, _Flight]:
        if not self.providers:
            return {}
        loop = asyncio.get_running_loop()
        new = [symbol for symbol in symbols if symbol not in self._flights]
        for symbol in new:
            self._flights[symbol] = loop.create_future()
        if new:
            self._start(self._share_out(new, trust))
        return {symbol: self._flights[symbol] for symbol in symbols}

    async def _renew(self, symbols: Sequence[str]) -> None:
        try:
            await self.answers_within(symbols, None, trust=Trust.NONE)
        finally:
            self._is_renewing = False

    async def _share_out(self, symbols: Sequence[str], trust: Trust) -> None:
        """Ask for what is ours; watch what other processes ask for until they have it."""
        left = symbols
        patience = round(LONGEST_WAIT / POLL)
        try:
            for _ in range(patience if trust is not Trust.NONE else 1):
                share = await self._claims.take(left, trust=trust)
                left = share.busy
                self._land(share.found.answers.values())
                self._settle((*share.found.answers, *share.found.undecided))
                self._claimed.update(share.mine)
                for start in range(0, len(share.mine), BATCH):
                    self._start(self._fly(share.mine[start : start + BATCH]))
                if not left:
                    break
                await asyncio.sleep(POLL)
        finally:
            self._settle(left)

    async def _fly(self, batch: Sequence[str]) -> None:
        loop = asyncio.get_running_loop()
        impatience = loop.call_later(PATIENCE, self._discourage, batch)
        try:
            undecided = await self._consult_all(batch)
        finally:
            impatience.cancel()
            self._settle(batch)
        await self._memory.mark_undecided(undecided)
        await self._claims.release(batch)
        self._claimed.difference_update(batch)

    def _discourage(self, batch: Sequence[str]) -> None:
        """Let nobody else wait for what takes long; its answer will take the mark's place."""
        late = [s for s in batch if s in self._flights and not self._flights[s].done()]
        self._start(self._memory.mark_undecided(late))

    async def _consult_all(self, batch: Sequence[str]) -> Sequence[str]:
        """Ask one provider after the other; answers the symbols that nobody could decide now."""
        left = list(batch)
        old: dict[str, Answer] = {}
        for provider in self.providers:
            if left:
                left = await self._consult(provider, left, old)
        # Better than nothing, if nobody has anything newer.
        rest = [old[symbol] for symbol in left if symbol in old]
        self._land(rest)
        self._store(rest)
        return left

    async def _consult(
        self, provider: MarketDataProvider, symbols: list[str], old: dict[str, Answer]
    ) -> list[str]:
        """Pass on what the provider says as it comes, and answer what it left undecided."""
        left = symbols
        async with aclosing(_parts(provider, symbols)) as parts:
            async for part in parts:
                answers = self._answers(provider.name, part, left)
                old |= {a.symbol: a for a in answers if not self._is_of_today(a)}
                decided = [answer for answer in answers if self._is_of_today(answer)]
                self._land(decided)
                if decided:
                    self._store(decided)
                    await self._memory.put_many(decided)
                    known = {answer.symbol for answer in decided}
                    left = [symbol for symbol in left if symbol not in known]
        return left

    def _answers(
        self, source: str, part: Mapping[str, Quote | None], wanted: Iterable[str]
    ) -> list[Answer]:
        now = self._now()
        return [
            Answer(
                symbol=symbol,
                quote=quote,
                source=source,
                # A denial is concluded now, whatever it is concluded from.
                observed_at=quote.fetched_at if quote and quote.alive else now,
            )
            for symbol in wanted
            if symbol in part
            for quote in (part[symbol],)
        ]

    def _is_of_today(self, answer: Answer) -> bool:
        """Whether it decides: a list of last week cannot tell that something is alive."""
        return not answer.is_alive or self._now() - answer.observed_at < LIVING

    def _store(self, answers: Sequence[Answer]) -> None:
        """Keep, on its own: slow or failing storage is no reason to hold back answers."""

        async def store() -> None:
            await self._keep(answers)

        if answers:
            self._start(store(), among=self._stores)

    def _start(
        self,
        work: Coroutine[None, None, None],
        *,
        among: set[asyncio.Task[None]] | None = None,
    ) -> None:
        tasks = self._tasks if among is None else among
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(_tell)

    def _land(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            flight = self._flights.get(answer.symbol)
            if flight is not None and not flight.done():
                flight.set_result({answer.symbol: answer})

    def _settle(self, symbols: Iterable[str]) -> None:
        """End the questions for these, whatever came of them."""
        for symbol in symbols:
            flight = self._flights.pop(symbol, None)
            if flight is not None and not flight.done():
                flight.set_result({})


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("Work on live quotes failed.", exc_info=error)


async def _parts(
    provider: MarketDataProvider, symbols: Collection[str]
) -> AsyncGenerator[Mapping[str, Quote | None]]:
    """Answer in parts where the provider can, so that quick answers do not wait for slow ones."""
    if not isinstance(provider, _Streaming):
        yield trimmed_all(await provider.quotes(symbols))
        return
    async with aclosing(provider.stream(symbols)) as parts:
        async for answers in parts:
            yield trimmed_all(answers)
