"""The set through the real operation: offline, and with a provider that tells the truth."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core.adapters.live_quotes import CachedLiveQuotes
from core.adapters.providers import ProviderChain
from core.domain.asset import AssetClass, Quote
from core.operations import SCOPES, validate_symbols
from core.operations.operation import Context
from core.ports import Principal, Services
from tests.accuracy.cases import Case, live_symbols
from tests.accuracy.scoring import Score, score

AT_ONCE = 50  # similar names are searched for that many inputs of a call
BUDGET = 1_000_000
"""Symbols a minute: what is measured is what is said, not how much may be asked."""

# Symbols that other companies have today than the records tell of.
TODAYS_OWNERS = {
    "FB": "ProShares S&P 500 Dynamic Buffer ETF",
    "GOLD": "Gold.com, Inc.",
    "STI": "Solidion Technology, Inc.",
    "BBBY": "Bed Bath & Beyond, Inc.",
}


@dataclass(frozen=True, slots=True)
class TruthfulProvider:
    """Confirms exactly the symbols it holds and denies every other."""

    living: frozenset[str]
    name: str = "yahoo"

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        now = datetime.now(UTC)
        return {
            symbol: Quote(
                symbol=symbol,
                name=TODAYS_OWNERS.get(symbol),
                asset_class=AssetClass.EQUITY,
                exchange=None,
                currency="USD",
                alive=True,
                source=self.name,
                fetched_at=now,
                traded_at=now,
            )
            if symbol in self.living
            else None
            for symbol in symbols
        }

    async def aclose(self) -> None:
        """It holds nothing open."""


async def measure_offline(services: Services, cases: tuple[Case, ...]) -> Score:
    """With the built-in catalogue alone."""
    return score(cases, await _answers(services, cases), offline=True)


async def measure_online(services: Services, cases: tuple[Case, ...]) -> Score:
    """With the catalogue, and a provider that knows what the labels say is alive."""
    live = services.live
    if not isinstance(live, CachedLiveQuotes):
        raise TypeError("the services' live quotes are not the real ones")
    chain = ProviderChain([TruthfulProvider(live_symbols(cases))], memory=live.quotes)
    try:
        told = replace(services, live=replace(live, chain=chain, is_offline=False))
        return score(cases, await _answers(told, cases), offline=False)
    finally:
        await chain.aclose()


async def _answers(services: Services, cases: tuple[Case, ...]) -> list[dict[str, Any]]:
    user = await services.user("accuracy")
    principal = Principal(user_id=user, actor="accuracy", scopes=SCOPES)
    ctx = Context(principal=principal, services=services)
    found: list[dict[str, Any]] = []
    for start in range(0, len(cases), AT_ONCE):
        part = [case.text for case in cases[start : start + AT_ONCE]]
        result = await validate_symbols.invoke(ctx, {"symbols": part, "wait_seconds": 30})
        if not result.success:
            raise RuntimeError(result.message)
        found += result.model_dump(mode="json")["data"]["results"]
    return found
