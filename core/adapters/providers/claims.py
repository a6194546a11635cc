"""Who asks for a symbol: one process for all of them, while the others wait for its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol
from uuid import uuid4

from redis.asyncio import Redis

from core.adapters.providers.quote_cache import MARKER, quote_key, read_entries
from core.adapters.valkey_cache import KEY_PREFIX, ValkeyLink, decoded, encoded
from core.live_ports import Found

CLAIM_MILLISECONDS = 15_000
"""A process that dies with a claim holds the others up no longer than this."""

# For all symbols at once, or two processes would share a batch between them and ask twice.
_TAKE = """
local mode, token, life, marker = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local found = {}
for i = 1, #KEYS, 2 do
  local known = mode < 2 and redis.call('GET', KEYS[i])
  if known and not (mode == 1 and known == marker) then
    found[#found + 1] = known
  elseif redis.call('SET', KEYS[i + 1], token, 'NX', 'PX', life) then
    found[#found + 1] = 'mine'
  else
    found[#found + 1] = 'busy'
  end
end
return found
"""
_RELEASE = """
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
"""


class Trust(IntEnum):
    """Which entries of the cache make a question unnecessary."""

    ALL = 0
    DECIDED = 1
    """Not that nobody could say a moment ago."""
    NONE = 2
    """What is known is to be asked anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What came out for each symbol: known meanwhile, ours to ask, or being asked elsewhere."""

    found: Found
    mine: Sequence[str]
    busy: Sequence[str] = ()


class Claims(Protocol):
    """Exclusive rights to ask."""

    async def take(self, symbols: Sequence[str], *, trust: Trust) -> Share: ...

    async def release(self, symbols: Sequence[str]) -> None: ...


class NoClaims:
    """Where no other process is to be minded."""

    async def take(self, symbols: Sequence[str], *, trust: Trust) -> Share:
        return Share(found=Found(), mine=symbols)

    async def release(self, symbols: Sequence[str]) -> None:
        """Nothing was taken."""


class ValkeyClaims:
    """Claims in Valkey; while it is away every process asks for itself."""

    def __init__(self, link: ValkeyLink, *, prefix: str = KEY_PREFIX) -> None:
        self._link = link
        self._prefix = prefix
        self._token = uuid4().hex

    async def take(self, symbols: Sequence[str], *, trust: Trust) -> Share:
        asked = tuple(symbols)
        keys = [key for s in asked for key in (self._prefix + quote_key(s), self._claim(s))]

        async def take(client: Redis) -> list[bytes] | None:
            return await client.eval(
                _TAKE,
                len(keys),
                *keys,
                int(trust),
                self._token,
                CLAIM_MILLISECONDS,
                encoded(MARKER),
            )

        answers = await self._link.run(take, default=None)
        if answers is None:
            return Share(found=Found(), mine=asked)
        said = dict(zip(asked, answers, strict=True))
        return Share(
            found=read_entries(decoded({s: a for s, a in said.items() if a not in _WORDS})),
            mine=[symbol for symbol, answer in said.items() if answer == b"mine"],
            busy=[symbol for symbol, answer in said.items() if answer == b"busy"],
        )

    async def release(self, symbols: Sequence[str]) -> None:
        keys = [self._claim(symbol) for symbol in symbols]

        async def release(client: Redis) -> None:
            await client.eval(_RELEASE, len(keys), *keys, self._token)

        await self._link.run(release, default=None)

    def _claim(self, symbol: str) -> str:
        return f"{self._prefix}asking:{symbol}"


_WORDS = (b"mine", b"busy")
