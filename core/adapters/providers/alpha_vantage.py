"""Alpha Vantage, the second opinion: its daily list first, exact searches as far as they last.

Its free key has 25 requests a day, so one of them buys the whole American list.
"""

import logging
import re
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import anyio.to_thread

from core.adapters.providers.alpha_vantage_answers import (
    AMERICAN,
    read_matches,
    read_object,
    their_symbol,
)
from core.adapters.providers.alpha_vantage_client import AlphaVantageClient
from core.adapters.providers.errors import MalformedAnswerError, ProviderError, RefusedError
from core.adapters.providers.gate import Gate
from core.adapters.providers.json_shapes import text_of
from core.adapters.providers.listing import Listing, load_listing, read_listing, save_listing
from core.adapters.providers.listing_history import ended_symbols
from core.domain.asset import AssetClass, FormerSymbol, Quote
from core.domain.symbology.venues import venue_of

logger = logging.getLogger(__name__)

FRESH = timedelta(hours=24)
# An old list still proves that a symbol was listed, but no absence from it.
USABLE = timedelta(days=7)
_RETRY_AFTER = timedelta(minutes=10)
_SEARCHES_A_QUESTION = 3
_SEARCH_CANARY = "IBM"

# American mutual funds and foreign shares over the counter: traded, but on no exchange's list.
_OFF_THE_LIST = re.compile(r"[A-Z]{5}")
_TYPES = {
    "Equity": AssetClass.EQUITY,
    "ETF": AssetClass.ETF,
    "Mutual Fund": AssetClass.FUND,
}


class AlphaVantageProvider:
    """MarketDataProvider over the listing and the search."""

    name = "alpha_vantage"

    def __init__(
        self,
        client: AlphaVantageClient,
        gate: Gate,
        *,
        data_dir: Path,
        now: Callable[[], datetime],
        complete_at: int = 5000,
    ) -> None:
        self._client = client
        self._gate = gate
        self._folder = data_dir / "alpha_vantage"
        self._now = now
        self._complete_at = complete_at
        self._listings: dict[str, Listing] = {}
        self._retry_at: dict[str, datetime] = {}
        self._loading = anyio.Lock()
        self._search_proven_at: datetime | None = None

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        """Answer what can be decided; never raises for trouble of Alpha Vantage."""
        answers: dict[str, Quote | None] = {}
        async for part in self.stream(symbols):
            answers.update(part)
        return answers

    async def stream(self, symbols: Collection[str]) -> AsyncGenerator[Mapping[str, Quote | None]]:
        """Answer as `quotes`, in parts: what the list says comes before slow searches."""
        left = [symbol for symbol in dict.fromkeys(symbols) if their_symbol(symbol)]
        try:
            for step in (self._active, self._delisted):
                known = await step([s for s in left if AMERICAN.fullmatch(s)])
                yield known
                left = [symbol for symbol in left if symbol not in known]
            for symbol in list(filter(self._is_searchable, left))[:_SEARCHES_A_QUESTION]:
                yield await self._searched(symbol)
        except RefusedError as error:
            logger.debug("Alpha Vantage was not asked: %s.", error)
        except ProviderError as error:
            logger.info("Alpha Vantage could not decide: %s.", error)

    async def former_symbols(self) -> Sequence[FormerSymbol]:
        """What no longer trades, by its two lists; nothing where one of them cannot be had."""
        active, delisted = await self._listing("active"), await self._listing("delisted")
        return tuple(ended_symbols(active, delisted)) if active and delisted else ()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _active(self, symbols: Sequence[str]) -> dict[str, Quote]:
        listing = await self._listing("active") if symbols else None
        if listing is None:
            return {}
        found = ((symbol, listing.entries.get(their_symbol(symbol) or "")) for symbol in symbols)
        return {
            symbol: entry.quote(symbol, alive=True, fetched_at=listing.as_of)
            for symbol, entry in found
            if entry is not None and not entry.is_test
        }

    async def _delisted(self, symbols: Sequence[str]) -> dict[str, Quote]:
        # Tickers are used again, so only one that is not active any more can be a dead one.
        absent = [s for s in symbols if await self._is_absent(their_symbol(s) or s)]
        listing = await self._listing("delisted") if absent else None
        if listing is None:
            return {}
        found = ((symbol, listing.entries.get(their_symbol(symbol) or "")) for symbol in absent)
        return {
            symbol: entry.quote(symbol, alive=False, fetched_at=listing.fetched_at)
            for symbol, entry in found
            if entry is not None and entry.delisted_on
        }

    async def _searched(self, symbol: str) -> dict[str, Quote | None]:
        theirs = their_symbol(symbol) or symbol
        matches = await self._search(theirs)
        is_american = AMERICAN.fullmatch(symbol) is not None
        absent = is_american and await self._is_absent(theirs)
        if theirs in matches:
            quote = self._found(symbol, matches[theirs])
            # Listed nowhere but known: traded over the counter or dead, and no way to tell which.
            is_doubtful = absent and quote.asset_class is not AssetClass.FUND
            return {} if is_doubtful or quote.asset_class is None else {symbol: quote}
        if not absent or _OFF_THE_LIST.fullmatch(symbol):
            return {}
        return {symbol: None} if await self._search_works() else {}

    async def _is_absent(self, theirs: str) -> bool:
        active = await self._listing("active")
        return active is not None and self._proves_absence(active) and theirs not in active.entries

    def _is_searchable(self, symbol: str) -> bool:
        active = self._listings.get("active")
        theirs = their_symbol(symbol)
        return theirs is not None and (active is None or theirs not in active.entries)

    def _proves_absence(self, listing: Listing) -> bool:
        is_fresh = self._now() - listing.as_of < FRESH
        return is_fresh and listing.is_complete(self._complete_at)

    async def _search(self, theirs: str) -> dict[str, dict[str, object]]:
        async def request() -> dict[str, dict[str, object]]:
            text = await self._client.fetch("SYMBOL_SEARCH", keywords=theirs)
            return read_matches(text, scrub=self._client.scrub)

        matches = await self._gate.through(request)
        if theirs in matches:
            self._search_proven_at = self._now()
        return matches

    async def _search_works(self) -> bool:
        """Whether the search has lately found anything: an empty answer alone proves nothing."""
        if not self._is_proven():
            await self._search(_SEARCH_CANARY)
        return self._is_proven()

    def _is_proven(self) -> bool:
        proven = self._search_proven_at
        return proven is not None and self._now() - proven <= _RETRY_AFTER

    def _found(self, symbol: str, match: dict[str, object]) -> Quote:
        venue = venue_of(symbol)
        return Quote(
            symbol=symbol,
            name=text_of(match, "2. name"),
            asset_class=_TYPES.get(text_of(match, "3. type") or ""),
            exchange=venue.exchange if venue else None,
            mic=venue.mic if venue else None,
            currency=text_of(match, "8. currency"),
            alive=True,
            source=self.name,
            fetched_at=self._now(),
            extra={"evidence": "search", "region": text_of(match, "4. region")},
        )

    async def _listing(self, state: str) -> Listing | None:
        """Answer the list of today, an older one while there is no newer, or None."""
        async with self._loading:
            now = self._now()
            if not self._is_fresh(state) and now >= self._retry_at.get(state, now):
                self._retry_at[state] = now + _RETRY_AFTER
                await self._renew(state, self._folder / f"listing-{state}.json")
            listing = self._listings.get(state)
            return listing if listing and now - listing.fetched_at <= USABLE else None

    def _is_fresh(self, state: str) -> bool:
        listing = self._listings.get(state)
        return listing is not None and self._now() - listing.fetched_at < FRESH

    async def _renew(self, state: str, path: Path) -> None:
        on_disk = await anyio.to_thread.run_sync(load_listing, path)
        if on_disk is not None:
            self._listings[state] = on_disk
        if self._is_fresh(state):
            return
        try:
            text, listing = await self._gate.through(lambda: self._download(state))
        except ProviderError as error:
            logger.info("Alpha Vantage gave no %s listing: %s.", state, error)
            return
        self._listings[state] = listing
        try:
            at = listing.fetched_at
            await anyio.to_thread.run_sync(lambda: save_listing(path, text, fetched_at=at))
        except OSError as error:
            logger.warning("The listing could not be kept on disk: %s.", type(error).__name__)

    async def _download(self, state: str) -> tuple[str, Listing]:
        text = await self._client.fetch("LISTING_STATUS", state=state)
        if text.lstrip().startswith("{"):
            read_object(text, scrub=self._client.scrub)
        listing = read_listing(text, fetched_at=self._now())
        if state == "active" and not listing.is_complete(self._complete_at):
            raise MalformedAnswerError("the listing is not complete")
        return text, listing
