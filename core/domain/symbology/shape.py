"""Texts of allowed characters that still are no symbol: numbers, dates, slips of signs, words."""

import re

from core.domain.symbology.reading import RefusalKind, RefusedError
from core.domain.symbology.venues import BLOOMBERG_WORDS
from core.domain.symbology.venues import words as word_set

_SIGN = r"[.\-=_&/:+@^$!]"
_MALFORMED = (
    (re.compile(r"[+\-]?\d+[.]\d{1,2}|[\d.]+[eE][+\-]?\d+|\d{1,3}|\d{7,}"), "a number"),
    (re.compile(r"\d+(?: \d+)+|\d+(?:\.\d+){2,}|0x[0-9A-Fa-f]+"), "a number"),
    (re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}"), "a date"),
    (re.compile(r"(?:19|20)\d\d-(?:0\d|1[0-2]|[Ww]\d\d)"), "a date"),
    (re.compile(r"(?:19|20)\d\d ?Q[1-4]|Q[1-4] ?(?:19|20)?\d\d", re.IGNORECASE), "a date"),
    (re.compile(r"\d\d?:\d\d(?::\d\d)?"), "a time"),
    (re.compile(r"[Nn]/[Aa]|[Nn]\.[Aa]\."), "a mark for a missing value"),
    # In capitals they may be tickers, as NA, NAN and TRUE are.
    (
        re.compile(r"[Nn](?:ull|one|il)|[Uu]n(?:defined|known)|[Ff]alse"),
        "a mark for a missing value",
    ),
    (re.compile(r"[A-Za-z]{2}(?:\d{8,9}|\d{11,})"), "an ISIN of the wrong length"),
    (re.compile(r"(?=.{9})([A-Za-z0-9.]{1,5})\1{2,}"), "a text repeated"),
    (re.compile(r"[A-Za-z](?:([ .\-])[A-Za-z])(?:\1[A-Za-z])+"), "a text spelled out"),
    (re.compile(r"[A-Z]{2,5}(?: [A-Z]){2,}"), "a symbol with too many classes"),
    (re.compile(r"(?:https?|ftp|javascript|file|data):.*|www\..*", re.IGNORECASE), "a link"),
    (re.compile(r"(?:/[a-z]{2,}){2,}.*|[A-Za-z]:/.*"), "a path"),
    (re.compile(r"[\w.+\-]+@[\w\-]+\.(?:com|org|net|io|de|co\.uk)", re.IGNORECASE), "an address"),
)
# Kept apart from each other: one long alternation is hard to read and to trust.
_MISPLACED_SIGNS = (
    re.compile(_SIGN + "{3}"),
    re.compile(r"([\-/:=&^!@$+_])\1"),
    re.compile(r"/\.|\./|-\."),
    re.compile(r"=(?!$|[A-Za-z](?:\.[A-Za-z]{1,2})?$)"),
    re.compile(r"^[=_&+!:\-]"),
    re.compile(r"^[.^/]*.?(?<![A-Za-z0-9])$"),
    re.compile(r"^\^?\.[A-Za-z]$"),
    re.compile(r"[&:_.]$"),
    re.compile(r"^[A-Za-z0-9.]+!$(?<![12]!)"),
    re.compile(r" (?:[=!+^$:/]|OR) ", re.IGNORECASE),
)
_DOTS_TWICE = re.compile(r"\w{1,2}\.\.L")  # London pads short tickers with a dot
_AT = re.compile(r"@\w{1,3}|\w+@\w+\.(?:QA|CM)", re.IGNORECASE)

_KEY = r"(?: (?:EQUITY|INDEX|CURNCY|COMDTY|PFD))"
_SPACED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[A-Z0-9/&.\-]{{1,12}} (?:{'|'.join(BLOOMBERG_WORDS)}){_KEY}?",
        r"[A-Z0-9]{1,12} (?:INDEX|CURNCY|COMDTY)",
        r"[A-Z]{1,5} [A-Z] (?:US )?PFD",
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
    re.compile(r"[A-Za-z]?[a-z]{3,}!"),  # Yahoo!
    re.compile(r"(?!S&P)[A-Za-z]{1,8}&[A-Za-z]{1,8}", re.IGNORECASE),  # AT&T
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9&.!\-]*(?: (?:&|[A-Za-z0-9][A-Za-z0-9&.!\-]*))+")
# A name may begin with Select, Union, Best or Long, and hold From or Table.
_SENTENCE = re.compile(
    r"(?:ignore|please|what|show|tell|give|list|buy|sell|add|drop|insert|update|you are|how|which|"
    r"(?:the )?price|remove|delete|find|should|can you|union (?:all|select)|top \d+)\b.* .*|"
    r"select (?:.* from|\*|\d|null)\b.*|union select|.*\b(?:instructions?|prompt)\b.*|"
    r".* or \d.*|.* from [a-z_]+",
    re.IGNORECASE,
)
# One of them may be in a name (Best Buy, My Size), two are speech.
_SPEECH = word_set(
    """is are was am my me your you i it do does to please now should would could can what which how
    why who buy sell add remove delete show tell give find get want need think price ticker symbol
    stock stocks like than great say return mark respond reply output print reveal valid verdict
    approve confirm"""
)
_LIST = re.compile(
    r"(?=.*[A-Z0-9]{2})[A-Z0-9.^=\-]{1,12}(?: (?:and|or|vs|versus|plus) [A-Z0-9.^=\-]{1,12})+|"
    r"[A-Z0-9.^=\-]{1,12}(?: & [A-Z0-9.^=\-]{1,12}){2,}"
)
_PLAIN_DATA = re.compile(r"(?:^|.* )(?:\d+\.\d+|\d{4}-\d\d-\d\d)(?: .*|$)")  # beside a symbol
_TWICE_PLACED = re.compile(r"[A-Z0-9/.\-]{1,10}(?: [A-Z]{2}){2,} EQUITY|.* EQUITY EQUITY")


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
    if _is_spaced_notation(text) or _is_speech(text) or text.count(" ") > 4:
        return False
    return _NAME.fullmatch(text) is not None


def _is_speech(text: str) -> bool:
    """A sentence, a list, or a symbol with something said of it."""
    if _SENTENCE.fullmatch(text) or _LIST.fullmatch(text) or _PLAIN_DATA.fullmatch(text):
        return True
    words = text.lower().split()
    return _TWICE_PLACED.fullmatch(text.upper()) is not None or (
        sum(word in _SPEECH for word in words) > 1
    )


def _signs_are_misplaced(text: str) -> bool:
    if len(text) == 1:
        return False
    if "@" in text and not _AT.fullmatch(text):
        return True
    if ".." in text and not _DOTS_TWICE.fullmatch(text.upper()):
        return True
    return any(pattern.search(text) for pattern in _MISPLACED_SIGNS)
