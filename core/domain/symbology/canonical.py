"""The one notation symbols are stored in: Yahoo's."""

import re

from core.domain.symbology.american import american
from core.domain.symbology.cleaning import MAX_SYMBOL
from core.domain.symbology.venues import SUFFIXES

_SHAPES = (
    re.compile(r"\^[A-Z0-9][A-Z0-9&.\-]*"),
    re.compile(r"[A-Z0-9]{1,12}"),
    re.compile(r"[A-Z0-9]{1,12}-[A-Z0-9]{1,6}"),
    re.compile(r"[A-Z0-9]{1,10}=[XF]"),
)
_ROOT = re.compile(r"\^?[A-Z0-9][A-Z0-9&+@_.\-]*")
_FOREIGN = re.compile(r"([A-Z]{1,5})(?: (?=PR|WS|WT|RT|WI|CL)|(?=[/.^$+=]))(.{1,6})")


def is_yahoo(symbol: str) -> bool:
    """Whether the text has the shape of a Yahoo symbol, a known venue suffix included."""
    if not 0 < len(symbol) <= MAX_SYMBOL:
        return False
    if any(shape.fullmatch(symbol) for shape in _SHAPES):
        return True
    root, _, suffix = symbol.rpartition(".")
    return suffix in SUFFIXES and _ROOT.fullmatch(root) is not None


def canonical(symbol: str) -> str | None:
    """A catalogue's symbol in Yahoo notation (`BRK/A` is BRK-A, `AHT^D` AHT-PD), or None."""
    text = symbol.strip()
    if is_yahoo(text):
        return text
    match = _FOREIGN.fullmatch(text)
    if not match:
        return None
    tail = match[2].strip()
    if tail == "^":  # listings mark a preferred so, Nasdaq a right
        return f"{match[1]}-P"
    if tail[0] in "/." or tail[0].isalpha():
        tail = re.sub(r"[ \-.]", "", tail.lstrip("/."))
        return _american(f"{match[1]}.{tail}")
    return _american(match[1] + tail)


def _american(text: str) -> str | None:
    """The best reading: in listings U, W and R mark units, warrants and rights, no classes."""
    symbols = {c.rule: c.symbol for tier in reversed(tuple(american(text))) for c in tier}
    return symbols.get("american_kind") or symbols.get("class")
