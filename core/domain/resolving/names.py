"""Whether two names mean the same company, legal forms and kinds of share aside."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_ALIKE = 0.82
_NOISE = frozenset(
    {
        *("inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "plc"),
        *("llc", "lp", "ag", "se", "sa", "nv", "ab", "asa", "oyj", "spa", "kgaa", "gmbh", "as"),
        *("publ", "pjsc", "jsc", "tbk", "bhd", "kk", "the", "and", "of", "group", "holding"),
        *("holdings", "class", "common", "ordinary", "preferred", "stock", "shares", "share"),
        *("aktiengesellschaft", "public", "berhad", "anonyme", "societe", "ordinary", "abp"),
        *("adr", "ads", "american", "depositary", "registered", "sponsored", "com"),
    }
)
_SHORT = {"intl": "international", "tech": "technologies", "technology": "technologies"} | {
    "mfg": "manufacturing",
    "fin": "financial",
    "natl": "national",
    "svcs": "services",
    "pharma": "pharmaceuticals",
}


@lru_cache(maxsize=8192)
def names_agree(first: str, second: str) -> bool:
    """True unless both names can be compared and mean different companies."""
    if first == second:
        return True
    left, right = _tokens(first), _tokens(second)
    if not left or not right:
        return True
    if set(left) <= set(right) or set(right) <= set(left):
        return True
    joined = "".join(left), "".join(right)
    shorter, longer = sorted(joined, key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):
        return True
    if _is_acronym(first, second) or _is_acronym(second, first):
        return True
    return SequenceMatcher(None, *joined).ratio() >= _ALIKE


def begins_with_words(name: str, text: str) -> bool:
    """Whether a name begins with the words of a text: `Ford Motor Company` with `ford`."""
    wanted, words = _plain_words(text), _plain_words(name)
    if words[:1] == ["the"] != wanted[:1]:
        words = words[1:]
    return bool(wanted) and words[: len(wanted)] == wanted


def plain_name(name: str) -> str:
    """The words of a name that tell it from others, as they are compared: `siemens`."""
    return " ".join(_tokens(name) or _plain_words(name))


def _tokens(name: str) -> list[str]:
    words = (_SHORT.get(word, word) for word in _plain_words(name))
    return [word for word in words if word not in _NOISE and len(word) > 1]


def _plain_words(name: str) -> list[str]:
    """Lower-case words without accents; dots close up, so that S.A. is one word."""
    folded = unicodedata.normalize("NFKD", name.replace(".com", " com").replace(".", ""))
    return re.findall(r"[a-z0-9]+", folded.casefold().encode("ascii", "ignore").decode())


def _is_acronym(short: str, long: str) -> bool:
    """`IBM` of International Business Machines Corporation, `TSMC` with its company."""
    letters = "".join(_plain_words(short))
    initials = "".join(word[0] for word in _plain_words(long) if word not in ("the", "of", "and"))
    return len(letters) >= 3 and initials.startswith(letters)
