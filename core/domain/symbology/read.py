"""Reading what somebody typed: every notation proposes candidates, reference data decides later."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from core.domain.symbology.american import american, lower_case_markers, run_together
from core.domain.symbology.canonical import is_yahoo
from core.domain.symbology.cleaning import MAX_INPUT, clean
from core.domain.symbology.codes import national_codes
from core.domain.symbology.identifiers import isin_of
from core.domain.symbology.indices import futures, indices
from core.domain.symbology.pairs import pairs
from core.domain.symbology.prefixes import colon_prefixes, dotted_prefixes
from core.domain.symbology.reading import (
    Candidate,
    Reading,
    Refusal,
    RefusalKind,
    RefusedError,
    Tier,
)
from core.domain.symbology.shape import refuse_by_shape
from core.domain.symbology.suffixes import bloomberg, dotted_suffixes, two_tails
from core.domain.symbology.venues import AMERICAN, PREFIX_WORDS, SUFFIXES

MAX_FRAGMENTS = 8
_KIND = re.compile(r" (?:[A-Z]|PK)$")
_FRAGMENT = re.compile(r"\^?[A-Z0-9][A-Z0-9.\-=]*[A-Z0-9]")
# Cyrillic and Greek letters that look like a Latin one, for the suggestion beside the refusal.
_LOOK_ALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "ABEKMHOPCTYXSIJABEZHIKMNOPTYX",
)


def read(text: str) -> Reading | Refusal:
    """Candidates in order of precedence, an ISIN, or a refusal with its reason; never raises."""
    try:
        cleaned = clean(text)
        isin = isin_of(cleaned)
        if isin:
            return Reading(text=cleaned, isin=isin, tiers=(_as_typed(isin, certain=False),))
        refuse_by_shape(cleaned)
        tiers = _distinct(_all_tiers(cleaned))
        if not tiers:
            kind = RefusalKind.WORDS if " " in cleaned else RefusalKind.MALFORMED
            raise RefusedError(kind, "No notation of symbols reads like this.")
    except RefusedError as refused:
        return _refusal(text, refused)
    return Reading(text=cleaned, tiers=tiers)


def _all_tiers(text: str) -> Iterator[Tier]:
    """Every notation in order of precedence; lower-case markers are read before upper-casing."""
    yield from _marked(text)
    upper = text.upper()
    if _is_plausible(upper):
        yield _as_typed(upper, certain=not upper.isdigit())  # no American ticker is a number
    if ":" in upper:
        yield from colon_prefixes(upper)
    if " " in upper:
        yield from bloomberg(upper)
    yield from indices(upper)
    yield from futures(upper)
    yield from pairs(upper)
    yield from two_tails(upper)
    if "." in upper and ":" not in upper:
        yield from dotted_suffixes(upper)
        yield from dotted_prefixes(upper)
    yield from national_codes(upper)
    yield from _american(upper)
    yield from run_together(upper)


def _marked(text: str) -> Iterator[Tier]:
    """`BACpL`, `NYSE:BACpL`: an American exchange may stand before a lower-case marker."""
    word, _, symbol = text.rpartition(":")
    if not word or AMERICAN in PREFIX_WORDS.get(word.upper(), ()):
        yield from lower_case_markers(symbol)


def _as_typed(symbol: str, *, certain: bool) -> Tier:
    return (Candidate(symbol=symbol, rule="as_typed", certain=certain),)


def _is_plausible(text: str) -> bool:
    """The shape of a Yahoo symbol, with suffixes we have not heard of allowed."""
    if is_yahoo(text):
        return True
    root, _, suffix = text.rpartition(".")
    return suffix.isalnum() and len(suffix) <= 3 and bool(root) and is_yahoo(f"{root}.L")


def _american(text: str) -> Iterator[Tier]:
    """American kinds, where no venue, prefix or sign of another kind stands in the way."""
    tail = text.rpartition(".")[2] if "." in text else ""
    is_other = ":" in text or text.startswith(("^", "/", ".")) or text.count(" ") > 1
    if not is_other and (len(tail) < 2 or tail not in SUFFIXES):
        yield from american(text)
    if " " in text:
        joined = re.sub(r" (PR|WS|CL) ", r" \1", text)
        if joined != text:
            yield from american(joined)
        if not _KIND.search(text):  # a class or a preferred share, no RIC
            yield from dotted_suffixes(text.replace(" ", "-" if "." in text else "."))


def _distinct(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    """Tiers without candidates that an earlier tier already has, or that they have twice."""
    seen: set[str] = set()
    kept: list[Tier] = []
    for tier in tiers:
        fresh = {c.symbol: c for c in reversed(tier) if c.symbol not in seen}
        seen.update(fresh)
        if fresh:
            kept.append(tuple(reversed(fresh.values())))
    return tuple(kept)


def _refusal(text: str, refused: RefusedError) -> Refusal:
    seen = _visible(text[:MAX_INPUT])
    return Refusal(kind=refused.kind, reason=refused.reason, text=seen, fragments=_fragments(seen))


def _visible(text: str) -> str:
    kept = (c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in text)
    return " ".join("".join(kept).split())


def _fragments(text: str) -> tuple[str, ...]:
    """Tokens shaped like symbols; in a longer text only those typed in capitals."""
    source = text if text.count(" ") > 1 else text.upper()
    tokens = _FRAGMENT.findall(source.translate(_LOOK_ALIKES))
    return tuple(token for token in dict.fromkeys(tokens) if is_yahoo(token))[:MAX_FRAGMENTS]
