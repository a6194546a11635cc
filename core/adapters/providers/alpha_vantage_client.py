"""Requests to Alpha Vantage, in a way that never shows the key."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from core.adapters.providers.alpha_vantage_answers import check_status, scrubber
from core.adapters.providers.errors import MalformedAnswerError, TimedOutError, TransportError

BASE_URL = "https://www.alphavantage.co"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AlphaVantageClient:
    """One address, one key, text answers."""

    def __init__(self, api_key: str, *, base_url: str | None = None, timeout: float = 10.0) -> None:
        base = base_url or BASE_URL
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("the key of Alpha Vantage may leave this machine only over https")
        # httpx logs whole addresses at INFO, and the key is part of ours.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.scrub: Callable[[str], str] = scrubber(api_key)
        self._api_key = api_key
        self._http = httpx.AsyncClient(
            base_url=base,
            timeout=timeout,
            follow_redirects=False,
            trust_env=parts.hostname not in _LOOPBACK,
        )

    async def fetch(self, function: str, **arguments: str) -> str:
        """Answer the text of a 200; raises a ProviderError for everything else."""
        query = {"function": function, **arguments, "apikey": self._api_key}
        try:
            response = await self._http.get("/query", params=query)
            check_status(response.status_code)
            return response.text
        # `from None`: the request inside httpx's errors carries the key.
        except httpx.TimeoutException:
            raise TimedOutError("no answer in time") from None
        except httpx.TransportError as error:
            raise TransportError(type(error).__name__) from None
        except (httpx.HTTPError, LookupError) as error:
            raise MalformedAnswerError(type(error).__name__) from None

    async def aclose(self) -> None:
        await self._http.aclose()
