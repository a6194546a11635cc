"""Live sources of quotes; PROVIDERS is the explicit list.

Importing this package imports neither yfinance nor pandas: that happens with the first question.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path

from core.adapters.clock import utc_now
from core.adapters.providers.breaker import CircuitBreaker
from core.adapters.providers.chain import ProviderChain
from core.adapters.providers.gate import Gate, Observer
from core.adapters.providers.quote_cache import QuoteCache
from core.adapters.providers.rate_limit import DailyQuota, TokenBucket
from core.adapters.providers.shared_state import MemoryState, SharedState, ValkeyState
from core.adapters.providers.yahoo import YahooProvider, session_opener
from core.domain.errors import InvalidInputError
from core.live_ports import Counters
from core.ports import MarketDataProvider

__all__ = [
    "PROVIDERS",
    "MemoryState",
    "ProviderChain",
    "ProviderConfig",
    "QuoteCache",
    "SharedState",
    "ValkeyState",
    "YahooProvider",
    "open_providers",
]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """What providers need to know; `state` is where breakers and limits are shared."""

    data_dir: Path
    state: SharedState = field(default_factory=MemoryState)
    yahoo_base_url: str | None = None
    alpha_vantage_base_url: str | None = None
    alpha_vantage_api_key: str | None = None
    alpha_vantage_requests_a_day: int = 25
    now: Callable[[], datetime] = utc_now
    counters: Counters | None = None

    def observer(self, provider: str) -> Observer:
        """What counts how the requests of a provider end."""

        def count(outcome: str) -> None:
            if self.counters:
                self.counters.add("provider_requests", provider=provider, outcome=outcome)

        return count


def _yahoo(config: ProviderConfig) -> MarketDataProvider | None:
    gate = Gate(
        CircuitBreaker("yahoo", config.state),
        # a loopback address is a test's own provider, with nobody to be polite to
        TokenBucket(
            "yahoo", config.state, burst=20, per_second=1000 if config.yahoo_base_url else 2
        ),
        observer=config.observer("yahoo"),
    )
    opener = session_opener(config.data_dir / "yfinance", base_url=config.yahoo_base_url)
    return YahooProvider(gate, opener, now=config.now)


def _alpha_vantage(config: ProviderConfig) -> MarketDataProvider | None:
    if not config.alpha_vantage_api_key:
        logger.info("Alpha Vantage is off: it has no key.")
        return None
    # imported with the first key: its HTTP client takes longer than the rest of a start
    client = import_module("core.adapters.providers.alpha_vantage_client").AlphaVantageClient(
        config.alpha_vantage_api_key, base_url=config.alpha_vantage_base_url
    )
    gate = Gate(
        CircuitBreaker("alpha_vantage", config.state),
        TokenBucket("alpha_vantage", config.state, burst=1, per_second=0.9),
        DailyQuota(
            "alpha_vantage",
            config.state,
            limit=config.alpha_vantage_requests_a_day,
            now=config.now,
        ),
        observer=config.observer("alpha_vantage"),
    )
    provider: MarketDataProvider = import_module(
        "core.adapters.providers.alpha_vantage"
    ).AlphaVantageProvider(client, gate, data_dir=config.data_dir, now=config.now)
    return provider


PROVIDERS: Mapping[str, Callable[[ProviderConfig], MarketDataProvider | None]] = {
    "yahoo": _yahoo,
    "alpha_vantage": _alpha_vantage,
}


def open_providers(names: Sequence[str], config: ProviderConfig) -> tuple[MarketDataProvider, ...]:
    """Answer the named providers in order, without those that lack what they need."""
    unknown = [name for name in names if name not in PROVIDERS]
    if unknown:
        raise InvalidInputError(
            f"There is no provider {unknown[0]!r}; there are {', '.join(PROVIDERS)}.",
            field="providers",
        )
    opened = (PROVIDERS[name](config) for name in names)
    return tuple(provider for provider in opened if provider is not None)
