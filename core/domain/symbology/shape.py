"""Texts of allowed characters that still are no symbol: numbers, dates, slips of signs, words."""

import re

from core.domain.symbology.reading import RefusalKind, RefusedError
from core.domain.symbology.venues import BLOOMBERG_WORDS

_SIGN = r"[.\-=_&/:+@^$!]"
_MALFORMED = (
    (re.compile(r"[+\-]?\d+[.]\d{1,2}|[\d.]+[eE][+\-]?\d+|\d{1,3}|\d{7,}"), "a number"),
    (re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}"), "a date"),
    (re.compile(r"\d\d?:\d\d(?::\d\d)?"), "a time"),
    (re.compile(r"[Nn]/[Aa]|[Nn]\.[Aa]\."), "a mark for a missing value"),
    (re.compile(r"(?:https?|ftp|javascript|file|data):.*|www\..*", re.IGNORECASE), "a link"),
    (re.compile(r"(?:/[a-z]{2,}){2,}.*|[A-Za-z]:/.*"), "a path"),
    (re.compile(r"[\w.+\-]+@[\w\-]+\.(?:com|org|net|io|de|co\.uk)", re.IGNORECASE), "an address"),
)
# Kept apart from each other: one long alternation is hard to read and to trust.
_MISPLACED_SIGNS = (
    re.compile(_SIGN + "{3}"),
    re.compile(r"([\-/:=&^!@$+_])\1"),
    re.compile(r"/\.|\./"),
    re.compile(r"^[=_&+!:\-]"),
    re.compile(r"^[.^/]*.?(?<![A-Za-z0-9])$"),
    re.compile(r"^\^?\.[A-Za-z]$"),
    re.compile(r"[&:_.]$"),
    re.compile(r"^[A-Za-z0-9.]+!$(?<![12]!)"),
    re.compile(r" (?:[=!+^$:/]|OR) ", re.IGNORECASE),
)
_DOTS_TWICE = re.compile(r"\w{1,5}\.\.L")  # London pads short tickers with a dot
_AT = re.compile(r"@\w{1,3}|\w+@\w+\.(?:QA|CM)", re.IGNORECASE)

_KEY = r"(?: (?:EQUITY|INDEX|CURNCY|COMDTY|PFD))"
_SPACED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[A-Z0-9/&.\-]{{1,12}} (?:{'|'.join(BLOOMBERG_WORDS)}){_KEY}?",
        r"[A-Z0-9]{1,8} (?:INDEX|CURNCY|COMDTY)",
        r"[A-Z]{1,5} [A-Z]",
        r"[A-Z]{1,5} PR[ \-.]?[A-Z]?",
        r"[A-Z]{1,5} P[A-Z]",
        r"[A-Z]{1,5} (?:WS|WTS?|RTS?|UN?|WI)(?:[ \-]?[A-Z])?",
        r"[A-Z0-9\-]{2,9} [A-Z]{1,3}\.[A-Z]{1,3}",
        r"S&P ?\d{3}|(?:CAC|DAX|FTSE|NIKKEI|NIFTY|IBEX|NASDAQ|RUSSELL|DOW|STOXX|OMXS) ?\d{2,4}",
        r"FTSE MIB|BEL 20|DOW JONES|HANG SENG|EURO STOXX(?: ?50)?",
        r"[A-Z]{3,5} ?/ ?[A-Z]{3,4}|[A-Z]{3} [A-Z]{3}",
        r"[A-Z]{1,6} ?\d{6}[CP]\d{8}",
        r"(?:SH|SZ|HK|KS|KQ) \d{3,6}",
    )
)
_SINGLE_NAMES = (
    re.compile(r"[A-Za-z]{13,}"),
    re.compile(r"[A-Za-z]{4,}!"),  # Yahoo!
    re.compile(r"(?!S&P)[A-Za-z]{1,8}&[A-Za-z]{1,8}", re.IGNORECASE),  # AT&T
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9&.!\-]*(?: (?:&|[A-Za-z0-9][A-Za-z0-9&.!\-]*))+")
_SENTENCE = re.compile(
    r"(?:ignore|please|what|show|tell|give|list|buy|sell|add|delete|drop|select|insert|update|union|"
    r"system|you are|how|the price)\b.* .*|"
    r".*\b(?:from|where|table|instructions?|prompt)\b.*|.* or \d.*",
    re.IGNORECASE,
)


def refuse_by_shape(text: str) -> None:
    """Refuse a cleaned text whose shape no notation has."""
    for pattern, what in _MALFORMED:
        if pattern.fullmatch(text):
            raise RefusedError(RefusalKind.MALFORMED, f"This is {what}, not a symbol.")
    if _is_name(text):
        raise RefusedError(RefusalKind.WORDS, "This reads as a name, not as a symbol.")
    if _signs_are_misplaced(text):
        raise RefusedError(
            RefusalKind.MALFORMED, "Its signs stand where no notation of symbols has them."
        )
    if " " in text and not _is_spaced_notation(text):
        raise RefusedError(RefusalKind.MALFORMED, "These words are neither a symbol nor a name.")


def _is_spaced_notation(text: str) -> bool:
    return any(pattern.fullmatch(text.upper()) for pattern in _SPACED)


def _is_name(text: str) -> bool:
    """Words that are neither a notation with blanks nor a sentence (`Berkshire Hathaway Inc.`)."""
    if " " not in text:
        return any(pattern.fullmatch(text) for pattern in _SINGLE_NAMES)
    if _is_spaced_notation(text) or _SENTENCE.fullmatch(text) or text.count(" ") > 4:
        return False
    return _NAME.fullmatch(text) is not None


def _signs_are_misplaced(text: str) -> bool:
    if len(text) == 1:
        return False
    if "@" in text and not _AT.fullmatch(text):
        return True
    if ".." in text and not _DOTS_TWICE.fullmatch(text.upper()):
        return True
    return any(pattern.search(text) for pattern in _MISPLACED_SIGNS)
