"""Putting together what answers live: cache, providers, budget and counters."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from core.adapters.live_budget import SymbolBudget
from core.adapters.live_quotes import CachedLiveQuotes, keep_in
from core.adapters.providers import ProviderChain, ProviderConfig, QuoteCache, open_providers
from core.adapters.providers.claims import ValkeyClaims
from core.adapters.providers.shared_state import ValkeyState
from core.adapters.valkey_cache import ValkeyCache, ValkeyLink
from core.config import Settings
from core.domain.errors import InvalidInputError
from core.live_ports import AnswerStore, Counters
from core.ports import CatalogStore

# A full budget serves two and a half minutes of the rate: one large list at a time.
_BURST = 2.5


def open_live_quotes(
    settings: Settings,
    link: ValkeyLink,
    *,
    catalog: CatalogStore,
    answers: AnswerStore,
    counters: Counters,
    now: Callable[[], datetime],
) -> CachedLiveQuotes:
    """Live quotes as the settings want them; nothing is asked and yfinance not imported yet.

    Raises:
        InvalidInputError: A setting that cannot be used.
    """
    state = ValkeyState(link)
    config = ProviderConfig(
        data_dir=settings.data_dir,
        state=state,
        yahoo_base_url=_loopback(settings.yahoo_base_url, "UNIVERSE_YAHOO_BASE_URL"),
        alpha_vantage_base_url=_loopback(
            settings.alpha_vantage_base_url, "UNIVERSE_ALPHA_VANTAGE_BASE_URL"
        ),
        alpha_vantage_api_key=settings.alpha_vantage_api_key or None,
        now=now,
        counters=counters,
    )
    providers = open_providers(settings.provider_names, config)
    cache = ValkeyCache(link)
    quotes = QuoteCache(cache, now=now)
    return CachedLiveQuotes(
        chain=ProviderChain(
            providers,
            keep=keep_in(catalog, answers, now=now),
            memory=quotes,
            claims=ValkeyClaims(link),
            now=now,
        ),
        quotes=quotes,
        cache=cache,
        link=link,
        budget=SymbolBudget(
            state,
            a_minute=settings.live_symbols_a_minute,
            burst=round(settings.live_symbols_a_minute * _BURST),
        ),
        counters=counters,
        is_offline=not providers,
    )


def _loopback(url: str, name: str) -> str | None:
    if url and urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        raise InvalidInputError(
            f"{name} is for tests and takes a loopback address only, like http://127.0.0.1:8765.",
            field=name,
        )
    return url or None
