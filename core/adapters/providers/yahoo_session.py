"""The one place that imports yfinance (and with it pandas); imported only by the first question.

yfinance has no public batch quote and no setting for time-outs or hosts, so we hand it a session
of ours and use its cookie and crumb handling through `YfData().get`.
"""

# yfinance and parts of curl_cffi carry no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import curl_cffi
import yfinance
import yfinance.cache
import yfinance.data
import yfinance.exceptions
from curl_cffi import CurlOpt
from curl_cffi.requests import exceptions as curl_errors

from core.adapters.providers.errors import (
    MalformedAnswerError,
    RateLimitedError,
    ServerFailureError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)

# Cookie and crumb are asked before the question itself and hold up all threads.
_CRUMB_CAP = 1.5
_CRUMB_HOSTS = ("fc.yahoo.com", "guce.yahoo.com", "consent.yahoo.com")
VALIDATE_URL = "https://query2.finance.yahoo.com/v6/finance/quote/validate"
QUOTE_URL = "https://query1.finance.yahoo.com/v7/finance/quote"

# yfinance 1.7 on pandas 3 warns at each turn of what pandas 4 will change.
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"yfinance(\.|$)")


class _Response(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def text(self) -> str: ...


class CappedSession(curl_cffi.requests.Session[curl_cffi.requests.Response]):
    """A browser-like session whose requests all end within the cap, at another base if given."""

    def __init__(self, *, cap: float, base_url: str | None) -> None:
        options: dict[CurlOpt, object] = {}
        if base_url:
            # The names stay, so that cookies keep their domain; only their address is ours.
            parts = urlsplit(base_url)
            address = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
            address = f"[{address}]" if ":" in address else address
            options[CurlOpt.RESOLVE] = [f"*:{parts.port or 80}:{address}"]
            options[CurlOpt.NOPROXY] = "*"
        super().__init__(impersonate="chrome", curl_options=options)
        self._cap = cap
        self._base_url = base_url

    def request(  # pyright: ignore[reportIncompatibleMethodOverride] - all is passed on
        self, method: str, url: str, *args: object, **kwargs: object
    ) -> curl_cffi.requests.Response:
        parts = urlsplit(url)
        is_crumb = parts.hostname in _CRUMB_HOSTS or parts.path.endswith("/getcrumb")
        kwargs["timeout"] = min(self._cap, _CRUMB_CAP) if is_crumb else self._cap
        send = super().request
        return send(method, redirected(url, self._base_url), *args, **kwargs)  # pyright: ignore[reportArgumentType] - as above


class YahooSession:
    """Asks for quotes, blocking; one per process, because yfinance's data is a singleton."""

    def __init__(self, *, cache_dir: Path, timeout: float, base_url: str | None = None) -> None:
        cache_dir.mkdir(parents=True, exist_ok=True)
        # It logs each unknown symbol as an error, and peewee each statement.
        logging.getLogger("yfinance").setLevel(logging.CRITICAL)
        logging.getLogger("peewee").setLevel(logging.WARNING)
        yfinance.set_tz_cache_location(str(cache_dir))
        yfinance.config.network.retries = 0
        yfinance.config.debug.hide_exceptions = False
        self._session = CappedSession(cap=timeout, base_url=base_url)
        self._data = yfinance.data.YfData(session=self._session)
        # The singleton may have come from elsewhere, with a crumb for another session.
        self._forget_crumb()

    def renew(self) -> None:
        """Begin anew without cookie and crumb, also without the cookie kept on disk.

        yfinance itself loads that one again and again, even when Yahoo no longer takes it.
        """
        self._session.cookies.clear()
        if (kept := yfinance.cache.get_cookie_cache()) is not None:
            kept.store("curlCffi", None)
        self._forget_crumb()

    def _forget_crumb(self) -> None:
        data = self._data
        data._cookie = data._crumb = None  # pyright: ignore[reportPrivateUsage] - no public way
        data._cookie_strategy = "basic"  # pyright: ignore[reportPrivateUsage] - no public way

    def fetch(self, symbols: Sequence[str]) -> str:
        """Answer the text of a 200; raises a ProviderError for everything else."""
        # The session's cap, not this number, ends it in time.
        asked = {"symbols": ",".join(symbols)}

        def request() -> _Response:
            return self._data.get(QUOTE_URL, asked, 30)

        return _text(request)

    def validate(self, symbols: Sequence[str]) -> str:
        """As `fetch`, of Yahoo's list of symbols; needs no crumb and must not disturb it."""
        asked = {"symbols": ",".join(symbols)}
        return _text(lambda: self._session.get(VALIDATE_URL, params=asked))


# yfinance takes cookies and consent forms apart without looking whether they are what it expects.
_SCRAPING_ERRORS = (LookupError, TypeError, AttributeError, ValueError)


def _text(request: Callable[[], _Response]) -> str:
    try:
        response = request()
        status, text = response.status_code, response.text
    except yfinance.exceptions.YFRateLimitError as error:
        raise RateLimitedError("too many requests") from error
    except curl_errors.Timeout as error:
        raise TimedOutError("no answer in time") from error
    except OSError as error:
        raise TransportError("the connection failed") from error
    except (yfinance.exceptions.YFException, *_SCRAPING_ERRORS) as error:
        raise MalformedAnswerError("the session could not be set up") from error
    return _checked(status, text)


def _checked(status: int, text: str) -> str:
    if status == 429:
        raise RateLimitedError("status 429")
    if status == 401:
        raise UnauthorizedError("status 401")
    if status >= 500:
        raise ServerFailureError(f"status {status}")
    if status != 200:
        raise MalformedAnswerError(f"status {status}")
    return text


def redirected(url: str, base_url: str | None) -> str:
    """Answer the address to ask instead: same name and path, scheme and port of the base."""
    if base_url is None:
        return url
    parts, base = urlsplit(url), urlsplit(base_url)
    return urlunsplit(
        (base.scheme, f"{parts.hostname}:{base.port or 80}", parts.path, parts.query, "")
    )
