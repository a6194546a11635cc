"""Making foreign text harmless: what a provider says may reach a model and a database."""

import unicodedata

LONGEST_TEXT = 200

# Controls, bidirectional and zero-width signs, lone surrogates, private and unassigned
# characters, line and paragraph ends: nothing a name needs, and much that deceives a reader.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def sanitised(text: str | None, *, longest: int = LONGEST_TEXT) -> str | None:
    """One short line of visible characters; None where nothing is left."""
    if text is None:
        return None
    if text.isascii() and text.isprintable():
        line = text
    else:
        shown = text[: 4 * longest]
        line = "".join(" " if unicodedata.category(c) in _UNWANTED else c for c in shown)
    return " ".join(line.split())[:longest].rstrip() or None
