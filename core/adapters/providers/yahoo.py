"""Yahoo Finance: batch quotes, and a death certificate only on two well-formed answers."""

import asyncio
import gc
import importlib
import ipaddress
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from core.adapters.providers.errors import (
    GarbledAnswerError,
    MalformedAnswerError,
    ProviderError,
    RefusedError,
    ServerFailureError,
    TransportError,
    UnauthorizedError,
)
from core.adapters.providers.gate import Gate
from core.adapters.providers.yahoo_rows import (
    Row,
    RowReader,
    dead_shape,
    has_price,
    read_rows,
    read_validation,
)
from core.domain.asset import Quote

logger = logging.getLogger(__name__)

# Yahoo begins to fail somewhere between 65 and 100 symbols a request.
BATCH = 50
RETRIES = 2
_FIRST_RETRY_PAUSE = 0.2

# What never reaches Yahoo: a comma or a question mark would answer for another symbol.
ASKABLE = re.compile(r"\^?[A-Z0-9][A-Z0-9.\-=_&]{0,30}")

# Symbols that will be there as long as Yahoo is: without a price in it an answer proves nothing.
CANARIES = ("AAPL", "MSFT", "SPY", "^GSPC", "EURUSD=X", "BTC-USD")
# A symbol that nobody can list.
IMPOSSIBLE = "ZZZZZZZZ-NONE.ZZ"


class Session(Protocol):
    """Blocking requests for quotes."""

    def fetch(self, symbols: Sequence[str]) -> str:
        """Answer the text of a 200; raises a ProviderError for everything else."""
        ...

    def validate(self, symbols: Sequence[str]) -> str:
        """As `fetch`, of Yahoo's list of symbols."""
        ...

    def renew(self) -> None:
        """Begin anew, without cookie and crumb."""
        ...


class YahooProvider:
    """MarketDataProvider over yfinance's session, in a few worker threads."""

    name = "yahoo"
    batch_size = BATCH

    def __init__(
        self,
        gate: Gate,
        open_session: Callable[[], Session],
        *,
        now: Callable[[], datetime],
        threads: int = 6,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._gate = gate
        self._open_session = open_session
        self._now = now
        self._threads = threads
        self._sleep = sleep
        self._session: Session | None = None
        self._opening = anyio.Lock()
        self._renewing = anyio.Lock()
        self._renewals = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def warm_up(self) -> None:
        """Import yfinance and fetch cookie and crumb, so that the first question is quick."""
        try:
            await self._ask(CANARIES)
        except ProviderError as error:
            logger.info("Yahoo could not be warmed up: %s.", error)

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        """Answer what can be decided; never raises for trouble of Yahoo."""
        answers: dict[str, Quote | None] = {}

        async def collect(batch: Sequence[str]) -> None:
            async for part in self._decide(batch):
                answers.update(part)

        async with anyio.create_task_group() as tasks:
            for batch in _batches(_askable(symbols), BATCH):
                tasks.start_soon(collect, batch)
        return answers

    async def stream(self, symbols: Collection[str]) -> AsyncGenerator[Mapping[str, Quote | None]]:
        """Answer as `quotes`, in parts: the living come first, the dead need a second question."""
        for batch in _batches(_askable(symbols), BATCH):
            async for part in self._decide(batch):
                yield part

    async def aclose(self) -> None:
        """Forget the session; a thread in the middle of a request ends with its time-out."""
        self._session = None

    async def _decide(self, batch: Sequence[str]) -> AsyncGenerator[Mapping[str, Quote | None]]:
        try:
            living = self._living(batch, await self._ask(batch))
            yield living
            doubtful = [symbol for symbol in batch if symbol not in living]
            parts = _batches(doubtful, BATCH - len(CANARIES))
            told = await asyncio.gather(*map(self._second_opinion, parts), return_exceptions=True)
            for answers in told:
                if isinstance(answers, BaseException):
                    raise answers
                yield answers
        except RefusedError as error:
            logger.debug("Yahoo was not asked: %s.", error)
        except ProviderError as error:
            logger.info("Yahoo could not decide all of %d symbols: %s.", len(batch), error)

    def _living(self, batch: Sequence[str], rows: Mapping[str, Row]) -> dict[str, Quote]:
        reader = RowReader(fetched_at=self._now())
        return {
            symbol: reader.quote(symbol, rows[symbol])
            for symbol in batch
            if symbol in rows and dead_shape(rows[symbol]) is None
        }

    async def _second_opinion(self, symbols: Sequence[str]) -> dict[str, Quote | None]:
        """Ask once more, beside symbols that must be there, for what looked absent or dead."""
        canaries = [canary for canary in CANARIES if canary not in symbols]
        rows = await self._ask((*symbols, *canaries), proof=True)
        reader = RowReader(fetched_at=self._now())
        answers: dict[str, Quote | None] = {
            symbol: reader.quote(symbol, rows[symbol]) for symbol in symbols if symbol in rows
        }
        absent = [symbol for symbol in symbols if symbol not in rows]
        vetoed = await self._known_elsewhere(absent) if absent else frozenset[str]()
        return answers | {symbol: None for symbol in absent if symbol not in vetoed}

    async def _known_elsewhere(self, symbols: Sequence[str]) -> frozenset[str]:
        """Answer which of them Yahoo's own list of symbols contains, against its quotes.

        Only a veto: quotes that leave a live symbol out time after time must not bury it. Trouble
        of this request, or a list that contains everything, vetoes nothing.
        """
        try:
            session = await self._opened()
            text = await anyio.to_thread.run_sync(
                session.validate,
                (*symbols, IMPOSSIBLE),
                abandon_on_cancel=True,
                limiter=self._places(),
            )
            known = read_validation(text)
        except ProviderError as error:
            logger.debug("Yahoo's validation did not answer: %s.", error)
            return frozenset()
        if known.get(IMPOSSIBLE, False):
            return frozenset()
        return frozenset(symbol for symbol in symbols if known.get(symbol, False))

    async def _ask(self, symbols: Sequence[str], *, proof: bool = False) -> dict[str, Row]:
        """Answer rows; with `proof` only if one of them is traded, or else all may be missing."""

        async def request() -> dict[str, Row]:
            rows = await self._fetch(symbols)
            if proof and not any(has_price(row) for row in rows.values()):
                raise MalformedAnswerError("even the best-known symbols are absent")
            return rows

        return await self._gate.through(request)

    async def _fetch(self, symbols: Sequence[str]) -> dict[str, Row]:
        pause = _FIRST_RETRY_PAUSE
        for _ in range(RETRIES):
            renewals = self._renewals
            try:
                return await self._fetch_once(symbols)
            except UnauthorizedError:
                await self._renew(since=renewals)
            except (TransportError, ServerFailureError, GarbledAnswerError):
                # Not time-outs: whoever asked has left by then, and a thread would be held longer.
                await self._sleep(pause)
                pause *= 2
        return await self._fetch_once(symbols)

    async def _renew(self, *, since: int) -> None:
        """Have a new cookie and crumb, unless another question has got one meanwhile.

        yfinance renews them without regard to its other threads, which then undo each other's.
        """
        async with self._renewing:
            if self._renewals == since:
                session = await self._opened()
                await anyio.to_thread.run_sync(session.renew, limiter=self._places())
                await self._fetch_once(CANARIES[:1])
                self._renewals += 1

    async def _fetch_once(self, symbols: Sequence[str]) -> dict[str, Row]:
        session = await self._opened()
        # A thread cannot be stopped: let it go, it still holds its place until its time-out.
        text = await anyio.to_thread.run_sync(
            session.fetch, symbols, abandon_on_cancel=True, limiter=self._places()
        )
        return read_rows(text)

    async def _opened(self) -> Session:
        async with self._opening:
            if self._session is None:
                # Importing pandas takes its time; whoever stops the service need not wait for it.
                self._session = await anyio.to_thread.run_sync(
                    self._open_session, abandon_on_cancel=True
                )
            return self._session

    def _places(self) -> anyio.CapacityLimiter:
        # Built late, because a limiter belongs to a running event loop.
        self._limiter = self._limiter or anyio.CapacityLimiter(self._threads)
        return self._limiter


def session_opener(
    cache_dir: Path, *, base_url: str | None = None, timeout: float = 3.0
) -> Callable[[], Session]:
    """Answer what opens the session later, because pandas costs a second to import."""
    if base_url is not None and not _is_loopback(base_url):
        raise ValueError("the base address of Yahoo may only be changed to a loopback address")

    def open_session() -> Session:
        module = importlib.import_module("core.adapters.providers.yahoo_session")
        # pandas stays for good: without this every full collection walks its objects once more,
        # which showed as pauses of 0.1 s in the middle of answers.
        gc.freeze()
        session: Session = module.YahooSession(
            cache_dir=cache_dir, base_url=base_url, timeout=timeout
        )
        return session

    return open_session


def _is_loopback(base_url: str) -> bool:
    parts = urlsplit(base_url)
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
    return parts.scheme == "http" and address.is_loopback


def _askable(symbols: Collection[str]) -> Sequence[str]:
    return tuple(dict.fromkeys(s for s in symbols if ASKABLE.fullmatch(s)))


def _batches(symbols: Sequence[str], size: int) -> list[Sequence[str]]:
    return [symbols[start : start + size] for start in range(0, len(symbols), size)]
