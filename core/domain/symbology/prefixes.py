"""Exchange words beside a symbol: `LON:VOD`, `VOD:LSE`, `XLON:VOD`, `HK.00700`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from core.domain.symbology.indices import NAMED, futures, indices
from core.domain.symbology.pairs import coins, pairs
from core.domain.symbology.placing import on_venues
from core.domain.symbology.reading import Tier
from core.domain.symbology.venues import BLOOMBERG_WORDS, MIC_WORDS, PREFIX_WORDS, words

_CRYPTO = words("""BINANCE COINBASE KRAKEN BITSTAMP BITFINEX CRYPTO GEMINI BYBIT OKX X CRYPTOCAP""")
_CURRENCY = words("FX CURRENCY OANDA FX_IDC FXCM FOREXCOM C SAXO")
_INDEX = words(
    """INDEXSP INDEXDJX INDEXNASDAQ INDEXFTSE INDEXDB INDEXEURO INDEXNIKKEI INDEXHANGSENG INDEXCBOE
    INDEXNSE INDEXBOM INDEXSTOXX INDEXRUSSELL INDEXASX INDEXKRX INDEXBME INDEXSWX INDEXBVMF TVC
    SP DJ I CBOE FOREXCOM CAPITALCOM"""
)
_FUTURE = words(
    """CME CME_MINI CBOT CBOT_MINI COMEX NYMEX NYMEX_MINI ICE ICEUS ICEEUR CBOE EUREX"""
)
# Bloomberg's pages: SPX:IND, EURUSD:CUR, CL1:COM.
_YELLOW_KEYS = {"IND": indices, "CUR": pairs, "COM": indices}
_JAPANESE_CODE = re.compile(r"\d[0-9A-Z]{3}")
# Words that Futu and Tiger put before a dot; the second group only before digits.
_DOTTED = words("US HK SH SZ SHA SHE")
_DOTTED_CODES = words("JP SG")


def colon_prefixes(text: str) -> Iterator[Tier]:
    """`EXCHANGE:SYMBOL` first, then `SYMBOL:EXCHANGE`, then the same with MICs."""
    left, _, right = text.partition(":")
    if not left or not right:
        return
    yield from _vendor_kinds(left, right)
    if right in _YELLOW_KEYS:
        yield from _YELLOW_KEYS[right](left)
    before = on_venues(right, _suffixes(left, right, PREFIX_WORDS), rule="exchange_prefix")
    behind = on_venues(left, _suffixes(right, left, PREFIX_WORDS), rule="exchange_prefix")
    yield (*next(before, ()), *next(behind, ()))  # `MUN:VAN`: both are exchanges, and tickers
    yield from before
    yield from behind
    for word, root, table in (
        (right, left, BLOOMBERG_WORDS),
        (left, right, MIC_WORDS),
        (right, left, MIC_WORDS),
    ):
        suffixes = _suffixes(word, root, table)
        yield from on_venues(root, suffixes, rule="exchange_prefix")
    if left in PREFIX_WORDS and right in NAMED:  # NASDAQ:NDX, XETR:DAX
        yield from indices(right)


def dotted_prefixes(text: str) -> Iterator[Tier]:
    """`HK.00700`, `US.AAPL`, `SH.600519`."""
    word, _, root = text.partition(".")
    if word in _DOTTED or (word in _DOTTED_CODES and root.isdigit()):
        suffixes = _suffixes(word, root, PREFIX_WORDS)
        yield from on_venues(root, suffixes, rule="exchange_prefix")


def _vendor_kinds(word: str, root: str) -> Iterator[Tier]:
    """Prefixes of things that are no shares; a perpetual (`BTCUSDT.P`) is read as its pair."""
    if word in _CRYPTO:
        yield from coins(root.removesuffix(".P"))
    if word in _CURRENCY:
        yield from pairs(root)
    if word in _INDEX:
        yield from indices("^" + root.lstrip(".^"))
    if word in _FUTURE:
        yield from futures(root)


def _suffixes(word: str, root: str, table: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Venues of a word; two words mean different venues for codes and for letters."""
    if table is PREFIX_WORDS and word == "TSE":  # Tokyo to TradingView, Toronto to Google
        return ("T",) if _JAPANESE_CODE.fullmatch(root) else ("TO", "V")
    suffixes = table.get(word, ())
    if word == "SSE" and not root.isdigit():
        return ()
    return suffixes
