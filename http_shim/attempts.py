"""Bad tokens are few: an address that keeps sending them is not listened to for a while."""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.errors import RateLimitedError
from core.domain.rates import FAILED_ATTEMPTS
from http_shim.endpoints import ServicesSource
from http_shim.responses import problem_of
from http_shim.routes import PREFIX
from http_shim.sessions import PATH

MOST_REMEMBERED = 10_000
SIGN_IN = f"{PREFIX}{PATH}"

K = TypeVar("K")
V = TypeVar("V")


class FailedAttempts:
    """Counts refused tokens by address, over all processes, for every door on this port.

    Each process learns that an address is over the rate by one more failure of its own, so good
    requests cost nothing. A token that was good a moment ago is let through to be checked as ever:
    many people share an address, and one broken program must not lock them out.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        services: ServicesSource,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._services = services
        self._clock = clock
        self._blocked: OrderedDict[str, float] = OrderedDict()
        self._good: OrderedDict[bytes, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _presented(scope) if scope["type"] == "http" else None
        if sent is None:
            await self._app(scope, receive, send)
            return
        digest = hashlib.sha256(sent.encode()).digest()
        client = scope.get("client")
        address = str(client[0]) if client else ""
        seconds = self._blocked.get(address, 0.0) - self._clock()
        if seconds > 0 and digest not in self._good:
            refused = _too_many(seconds)
            await problem_of(refused, instance=scope["path"])(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == 401:
                    await self._failed(address, digest)
                elif sent != SIGN_IN:
                    _remember(self._good, digest, None)
            await send(message)

        await self._app(scope, receive, watched)

    async def _failed(self, address: str, digest: bytes) -> None:
        self._good.pop(digest, None)
        limiter = (await self._services()).limiter
        left = await limiter.take("attempts", FAILED_ATTEMPTS, key=f"attempts:{address}")
        if not left.allowed:
            _remember(self._blocked, address, self._clock() + left.reset_seconds)


def _presented(scope: Scope) -> str | None:
    """What the request proves itself with: a header, or a token in the body of a sign-in."""
    if scope["method"] == "POST" and scope["path"] == SIGN_IN:
        return SIGN_IN
    return Headers(scope=scope).get("authorization")


def _too_many(seconds: float) -> RateLimitedError:
    whole = max(1, math.ceil(seconds))
    return RateLimitedError(
        "Too many tokens from this address were refused. Check the token, and try again in"
        f" {whole} seconds.",
        details={"retry_after_seconds": whole},
    )


def _remember(among: OrderedDict[K, V], key: K, value: V) -> None:
    among[key] = value
    among.move_to_end(key)
    if len(among) > MOST_REMEMBERED:
        among.popitem(last=False)
