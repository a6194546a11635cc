"""Symbols one slip away, to be looked up for suggestions; none is ever substituted."""

from collections.abc import Iterator
from string import ascii_uppercase, digits

from core.domain.symbology.venues import split_suffix

MAX_SPELLINGS = 400
_LONGEST_ROOT = 10


def near_spellings(symbol: str) -> list[str]:
    """One-edit variants of the root, likeliest slips first, at most `MAX_SPELLINGS`."""
    root, suffix = split_suffix(symbol)
    if not 2 <= len(root) <= _LONGEST_ROOT:
        return []
    tail = f".{suffix}" if suffix else ""
    variants = dict.fromkeys(root for root in _edits(root) if root.strip(".-^=&"))
    variants.pop(root, None)
    return [variant + tail for variant in variants][:MAX_SPELLINGS]


def _edits(root: str) -> Iterator[str]:
    """Swapped neighbours, a letter too many, a wrong letter, a missing letter."""
    alphabet = digits if root.isdigit() else ascii_uppercase
    for i in range(len(root) - 1):
        yield root[:i] + root[i + 1] + root[i] + root[i + 2 :]
    for i in range(len(root)):
        yield root[:i] + root[i + 1 :]
    for i in range(len(root)):
        for letter in alphabet:
            yield root[:i] + letter + root[i + 1 :]
    for i in range(len(root) + 1):
        for letter in alphabet:
            yield root[:i] + letter + root[i:]
