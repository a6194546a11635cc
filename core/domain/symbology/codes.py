"""National codes: `SH600519`, `HK00700`, `00700`, `7203`, `005930`, `PETR4`."""

import re
from collections.abc import Iterator

from core.domain.symbology.placing import on_venue
from core.domain.symbology.reading import Candidate, Tier

_COUNTRY_CODE = re.compile(r"(SH|SZ|HK|SHSE|SZSE|KS|KQ)[.: ]?(\d{1,6})")
_COUNTRY_SUFFIX = {"SH": "SS", "SHSE": "SS", "SZSE": "SZ"}
_HONG_KONG = re.compile(r"0\d{4}")
_JAPANESE = re.compile(r"[1-9][0-9ACDF-HJ-NPR-UW-Y]\d[0-9ACDF-HJ-NPR-UW-Y]")
_BRAZILIAN = re.compile(r"[A-Z]{4}(?:3|4|5|6|11)F?")
# How many characters a code has on a venue, in order of trial.
_LENGTHS = {
    "T": (4,),
    "HK": (4, 5),
    "SS": (6,),
    "SZ": (6,),
    "KS": (6,),
    "KQ": (6,),
    "TW": (4, 5, 6),
    "TWO": (4, 5, 6),
    "SR": (4,),
    "KL": (4,),
}
_NOTE = "The venue is taken from the code alone."


def national_codes(text: str) -> Iterator[Tier]:
    """All venues that number their listings so: several living ones make the code ambiguous."""
    if match := _COUNTRY_CODE.fullmatch(text):
        suffix = _COUNTRY_SUFFIX.get(match[1], match[1])
        yield _first_spelling(match[2], suffix, rule="country_code")
    elif _HONG_KONG.fullmatch(text):
        yield _first_spelling(text, "HK", rule="bare_code")
    elif text.isdigit() and 4 <= len(text) <= 6:
        yield _bare_code(text)
    elif _JAPANESE.fullmatch(text):
        yield (Candidate(symbol=f"{text}.T", rule="bare_code", note=_NOTE),)
    elif _BRAZILIAN.fullmatch(text):
        yield (Candidate(symbol=f"{text}.SA", rule="bare_code", certain=False, note=_NOTE),)


def _bare_code(code: str) -> Tier:
    return tuple(
        candidate
        for suffix, lengths in _LENGTHS.items()
        if len(code) in lengths and _may_start(code, suffix)
        for candidate in _first_spelling(code, suffix, rule="bare_code", note=_NOTE)
    )


def _may_start(code: str, suffix: str) -> bool:
    """Shanghai numbers shares from 5 on and its indices from 000, Shenzhen below 4."""
    if suffix == "SS":
        return code[0] in "569" or code.startswith("000")
    return suffix != "SZ" or code[0] in "0123"


def _first_spelling(code: str, suffix: str, *, rule: str, note: str = "") -> Tier:
    return tuple(on_venue(code, suffix, rule=rule, note=note))[:1]
