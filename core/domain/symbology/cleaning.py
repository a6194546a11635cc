"""From raw input to a text whose signs a symbol may have; everything else is refused with a reason.

Only full-width forms are folded: NFKC at large would read a trade mark sign as letters.
"""

import re
import unicodedata

from core.domain.symbology.reading import RefusalKind, RefusedError

MAX_SYMBOL = 32
MAX_INPUT = 256
# What copying leaves around a text; `str.strip` alone would take separators of lines and files too.
_BLANKS = "".join(map(chr, (0x20, 0x09, 0x0D, 0x0A, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000)))

_FOLDED = (
    dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"), "-")
    | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {0x3000: " ", 0xA0: " ", 0x2019: "'", 0x2018: "'"}
)
# Scripts with many letters that look like Latin ones, and Latin letters that are no accented ones.
_LOOK_ALIKES = frozenset({"CYRILLIC", "GREEK", "CHEROKEE", "LISU", "COPTIC", "ARMENIAN", "DESERET"})
_LATIN = frozenset(
    "\u00df\u00e6\u00c6\u0153\u0152\u00f8\u00d8\u00f0\u00d0\u00fe\u00de\u0142\u0141\u0111\u0110\u0127\u0126\u014b\u014a\u0167\u0166\u0131"
)
_QUOTES = frozenset(
    {'""', "''", "``", "\u201c\u201d", "\u2018\u2019", "\u201d\u201d", "\u2019\u2019"}
)
_CASHTAG = re.compile(r"[$][A-Za-z][A-Za-z0-9._\-]*")
_AFTER_COLON = re.compile(
    r"^([A-Za-z][A-Za-z0-9_]{0,13}): +(?=[^ ]+$)"
)  # `NASDAQ: AAPL`, as news have it
_ALLOWED = re.compile(r"[A-Za-z0-9 .\-=_&/:+@^$!]+")
_LEGAL_FORM = re.compile(
    r", ?(?:inc|incorporated|ltd|limited|llc|plc|corp|co|s\.?a|n\.?v|a\.?g|s\.?p\.?a|l\.?p)\.?"
    r"(?: (?:class [a-z] )?(?:common|ordinary) (?:stock|shares))?$",
    re.IGNORECASE,
)
_APOSTROPHE = re.compile(r"[A-Za-z]'[A-Za-z]{2}|[a-z]'s\b")
_NAME_WITH_SIGNS = re.compile(
    r"(?=.*[A-Za-z]{3})[A-Za-z0-9][A-Za-z0-9&.\- ]*['!]?[A-Za-z0-9&.'!\- ]*"
)


def clean(raw: str) -> str:
    """The text without what copying adds; refuses what no symbol holds."""
    if len(raw) > MAX_INPUT:
        raise _malformed(f"A symbol has at most {MAX_SYMBOL} characters; this has {len(raw)}.")
    _refuse_unseen(raw.strip(_BLANKS))
    text = _undecorated(raw)
    if not text:
        raise _malformed("There is nothing to read here.")
    _refuse_foreign_letters(text)
    _refuse_foreign_signs(text)
    if not re.search(r"[A-Za-z0-9]", text):
        raise _malformed("A symbol has at least one letter or digit.")
    if len(text) > MAX_SYMBOL:
        raise _malformed(f"A symbol has at most {MAX_SYMBOL} characters; this has {len(text)}.")
    return text


def _undecorated(raw: str) -> str:
    text = raw.strip(_BLANKS)
    if len(text) > 2 and text[0] + text[-1] in _QUOTES:  # a pair only: a stray quote is a slip
        text = text[1:-1]
    text = text.translate(_FOLDED).strip()
    if _CASHTAG.fullmatch(text):
        text = text[1:]
    text = _AFTER_COLON.sub(r"\1:", text)
    return re.sub(r" {2,}", " ", text)


def _refuse_unseen(text: str) -> None:
    """Control, zero-width and bidirectional characters: what is seen is not what is there."""
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            raise _malformed(f"It holds an invisible character (U+{ord(char):04X}).")


def _refuse_foreign_letters(text: str) -> None:
    """Look-alikes are malformed; a name in accented or East Asian letters is a name."""
    foreign = [char for char in text if ord(char) > 127]
    if not foreign:
        return
    for char in foreign:
        script = unicodedata.name(char, "").partition(" ")[0]
        if script in _LOOK_ALIKES:
            raise _malformed(
                f"It holds a {script.title()} letter (U+{ord(char):04X}); symbols are written in "
                "Latin letters, some of which look the same."
            )
    if len(text) <= MAX_SYMBOL and all(map(_is_letter_of_names, foreign)):
        raise RefusedError(RefusalKind.WORDS, "This reads as a company's name, not as a symbol.")
    raise _malformed(f"No symbol holds the character U+{ord(foreign[0]):04X}.")


def _is_letter_of_names(char: str) -> bool:
    """A letter, but none that only dresses up or imitates a plain one, as phonetic signs do."""
    is_letter = unicodedata.category(char) in ("Ll", "Lu", "Lo")
    if not is_letter or unicodedata.normalize("NFKC", char).isascii():
        return False
    name = unicodedata.name(char, "")
    is_accented = char in _LATIN or unicodedata.normalize("NFD", char)[0].isascii()
    return (is_accented or not name.startswith("LATIN")) and "FILLER" not in name


def _refuse_foreign_signs(text: str) -> None:
    if _ALLOWED.fullmatch(text):
        return
    if len(text) <= MAX_SYMBOL and _reads_as_name(text):
        raise RefusedError(RefusalKind.WORDS, "This reads as a company's name, not as a symbol.")
    if re.fullmatch(r"[A-Za-z0-9.^=\-]+(?: ?[,;|] ?[A-Za-z0-9.^=\-]+)+[,;]?", text):
        raise _malformed("This is a list; give one symbol an entry.")
    sign = next(char for char in text if not _ALLOWED.fullmatch(char))
    raise _malformed(f"No symbol holds the character {sign!r}.")


def _reads_as_name(text: str) -> bool:
    """`O'Reilly`, `Alphabet, Inc.`: signs that names hold and symbols do not."""
    name = _LEGAL_FORM.sub("", text)
    if not _NAME_WITH_SIGNS.fullmatch(name):
        return False
    return name != text or _APOSTROPHE.search(name) is not None


def _malformed(reason: str) -> RefusedError:
    return RefusedError(RefusalKind.MALFORMED, reason)
