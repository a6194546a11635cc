"""After the last dot or blank: Yahoo's suffix, a class, another vendor's word, a MIC."""

import re
from collections.abc import Iterator

from core.domain.symbology.american import american
from core.domain.symbology.pairs import pairs
from core.domain.symbology.placing import on_venue, on_venues
from core.domain.symbology.reading import Candidate, Tier
from core.domain.symbology.venues import ALIAS_SUFFIXES, BLOOMBERG_WORDS, MIC_WORDS, SUFFIXES

_YELLOW_KEY = re.compile(r" (?:EQUITY|INDEX|CURNCY|COMDTY|PFD)$")
_AMERICAN_ROOT = re.compile(r"[A-Z]{1,5}")
_NYSE_AMERICAN = "XASE"
_AMERICAN_TAILS = frozenset({"WS", "WT", "UN", "RT"})
_PREFERRED_TAIL = re.compile(r"P(?:R|FD?)?[A-Z]?|CL[A-Z]")
_TWO_TAILS = re.compile(r"([A-Z]{1,5})([./\-])(PR|WS|CL|W|P)\2([A-Z])")
_BLOOMBERG_PREFERRED = re.compile(r"([A-Z]{1,5}) ([A-Z]) (?:US )?PFD")


def dotted_suffixes(text: str) -> Iterator[Tier]:
    """Yahoo's own suffix first, then an American class, then other vendors' suffixes and MICs."""
    root, _, suffix = text.rpartition(".")
    if not root or not suffix:
        return
    if suffix in SUFFIXES:
        for candidate in on_venue(root, suffix, rule="yahoo_suffix"):
            yield (candidate,)
    if _AMERICAN_ROOT.fullmatch(root) and _is_american_tail(suffix):
        yield from american(text)
    for words, rule in ((ALIAS_SUFFIXES, "vendor_suffix"), (MIC_WORDS, "mic_suffix")):
        others = tuple(found for found in words.get(suffix, ()) if found != suffix)
        yield from on_venues(root, others, rule=rule)
    if suffix == "A" and _AMERICAN_ROOT.fullmatch(root):  # a class A to all others
        yield (Candidate(symbol=root, rule="ric", certain=False, mic=_NYSE_AMERICAN),)


def _is_american_tail(suffix: str) -> bool:
    if len(suffix) == 1 or suffix in _AMERICAN_TAILS:
        return True
    return suffix not in SUFFIXES and _PREFERRED_TAIL.fullmatch(suffix) is not None


def two_tails(text: str) -> Iterator[Tier]:
    """`BAC.PR.L`, `BAC/PR/L`, `BAC-WS-A`: the same sign before a kind and before its letter."""
    if match := _TWO_TAILS.fullmatch(text):
        yield from american(f"{match[1]}-{match[3]}.{match[4]}")


def bloomberg(text: str) -> Iterator[Tier]:
    """`VOD LN Equity`, `BRK/B US`, `700 HK`, `EURUSD Curncy`, `BAC L US Pfd`."""
    if match := _BLOOMBERG_PREFERRED.fullmatch(text):
        yield from american(f"{match[1]}-P{match[2]}")
        return
    root, _, word = _YELLOW_KEY.sub("", text).partition(" ")
    if not word:
        yield from pairs(root)
        yield from dotted_suffixes(root)
    elif word in BLOOMBERG_WORDS:
        tiers = on_venues(root, BLOOMBERG_WORDS[word], rule="bloomberg")
        # `USB PQ`: over the counter, or the preferred share Q; what lives tells, both are unclear
        kinds = () if _YELLOW_KEY.search(text) else tuple(_kinds(text))
        yield (*next(tiers, ()), *kinds)
        yield from tiers


def _kinds(text: str) -> Iterator[Candidate]:
    for tier in american(text):
        yield from (candidate for candidate in tier if candidate.rule == "american_kind")
