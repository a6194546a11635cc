"""Indices and continuous futures by the names people give them (names.csv)."""

import re
from collections.abc import Iterator

from core.domain.symbology.reading import Candidate, Tier
from core.domain.symbology.venues import data_rows

_ROWS = tuple(data_rows("names.csv"))
NAMED = {
    name: row["symbol"]
    for row in reversed(_ROWS)
    for name in (*row["names"].split(), row["bloomberg"].partition(" ")[0])
    if name
}
BLOOMBERG_NAMES = {row["symbol"]: row["bloomberg"] for row in _ROWS if row["bloomberg"]}
TRADINGVIEW_NAMES = {row["symbol"]: row["tradingview"] for row in _ROWS if row["tradingview"]}

_CONTINUOUS = "Read as the continuous contract."
_FUTURE_ROOTS = {"LCO": "BZ", "CO": "BZ", "BRN": "BZ", "UKOIL": "BZ", "USOIL": "CL", "NDX": "NQ"}
_CARET = re.compile(r"[\^.$]([A-Z0-9&]{2,})(?:\.X|\.IND)?")
_PREFERRED = re.compile(r"[A-Z]{1,5} P[A-Z]")  # GS PC is a preferred share, GSPC an index
_FUTURES = (
    re.compile(r"/([A-Z0-9]{1,3})(?::[A-Z]+)?"),  # thinkorswim
    re.compile(r"@([A-Z]{1,3})"),  # TradeStation
    re.compile(r"([A-Z0-9]{1,4})[12]!"),  # TradingView
    re.compile(r"([A-Z]{1,3})C1"),  # RIC
    re.compile(r"([A-Z]{1,3})1 COMDTY"),  # Bloomberg
    re.compile(r"([A-Z0-9]{1,4})=F"),  # Yahoo
)


def indices(text: str) -> Iterator[Tier]:
    """`^GSPC`, `.DJI`, `$SPX.X`, `SPX`, `CAC 40`, `NKY INDEX`."""
    if match := _CARET.fullmatch(text):
        if match[1] in NAMED:  # ^SPX exists beside ^GSPC: the same index, of another feed
            yield (Candidate(symbol=NAMED[match[1]], rule="index_name"),)
        yield (Candidate(symbol=f"^{match[1]}", rule="index"),)
    elif not _PREFERRED.fullmatch(text):
        name = text.removesuffix(" INDEX").removesuffix(".X").replace(" ", "")
        if name in NAMED:
            index = Candidate(symbol=NAMED[name], rule="index_name")
            # `COMP.X`: an index to brokers, a coin to those who talk of coins
            coin = Candidate(symbol=f"{name}-USD", rule="crypto")
            yield (index, coin) if text.endswith(".X") else (index,)


def futures(text: str) -> Iterator[Tier]:
    """`ES1!`, `/ES`, `@ES`, `CLc1`, `CL1 Comdty`, `GC=F`."""
    for pattern in _FUTURES:
        if match := pattern.fullmatch(text):
            root = _FUTURE_ROOTS.get(match[1], match[1])
            note = "" if text.endswith("=F") else _CONTINUOUS
            yield (Candidate(symbol=f"{root}=F", rule="future", note=note),)
