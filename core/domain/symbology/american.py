"""American suffixes: class, preferred, warrant, unit and right in every dialect.

ACT writes BAC$L, CQS BACpL, CMS `BAC PRL`, Nasdaq BAC-L; Yahoo writes BAC-PL.
"""

import re
from collections.abc import Iterator

from core.domain.symbology.reading import Candidate, Tier
from core.domain.symbology.venues import ALIAS_SUFFIXES, AMERICAN

DIALECT_NOTE = "One letter after a dash: Nasdaq writes a preferred share so, Yahoo a class."

_BARE = re.compile(r"[A-Z0-9]{1,8}")
_PARTED = re.compile(r"([A-Z]{1,5})([.\-/ _])([A-Z.\-]{1,5})")
_SIGNED = re.compile(r"([A-Z]{1,5})([=+^$\-][A-Z]?)")
# What stands after the root, and how Yahoo ends the symbol: forms in order of trial.
_KINDS = (
    (re.compile(r"[$]|PR|P|-|PFD"), ("-P",)),
    (
        re.compile(r"[\^$]([A-Z])|P([A-Z])|PR[.\-]?([A-Z])|P[.\-]([A-Z])|P(?:RE?)?FD?([A-Z])"),
        ("-P{}",),
    ),
    (re.compile(r"WS|WTS?|W|\+"), ("-WT", "-WS")),
    (re.compile(r"WS[.\-]?([A-Z])|WT([A-Z])|\+([A-Z])"), ("-WT{}", "-WS{}", "-WS-{}")),
    (re.compile(r"UN?|="), ("-UN", "-U")),
    (re.compile(r"RTS?|RI?|\^"), ("-RT", "-RI", "-R")),
    (re.compile(r"CL[.\-]?([A-Z])"), ("-{}",)),
)
_CQS_PREFERRED = re.compile(r"([A-Z]{1,5})p([A-Z]?)(?:\.[NOAKP]Q?)?")
_RIC_PREFERRED = re.compile(r"([A-Z]{1,5})_p([a-z]?)(?:\.[NOAKPZ]Q?)?")
_CQS_RIGHT = re.compile(r"([A-Z]{2,5})r")
_RIC_CLASS = re.compile(r"([A-Z][A-Z0-9]{0,9})([a-z])\.([A-Z]{1,2})")
_RUN_TOGETHER = re.compile(r"([A-Z]{2,4})([A-DKVX])")
_RUN_TOGETHER_PREFERRED = re.compile(r"([A-Z]{1,4})PR([A-Z])|([A-Z]{3,4})P([A-Z])")


def american(text: str, *, rule: str = "american") -> Iterator[Tier]:
    """Readings of an upper-case American symbol: a plain root, or a root with a kind."""
    if _BARE.fullmatch(text):
        yield (Candidate(symbol=text, rule=rule),)
        return
    match = _PARTED.fullmatch(text)
    if match:
        yield from _parted(match[1], match[2], match[3], rule=rule)
    elif match := _SIGNED.fullmatch(text):
        yield from _kinds(match[1], match[2])


def _parted(root: str, sign: str, tail: str, *, rule: str) -> Iterator[Tier]:
    if len(tail) == 1 and tail.isalpha():
        yield (Candidate(symbol=f"{root}-{tail}", rule="class"),)
    yield from _kinds(root, tail)
    if 1 < len(tail) <= 3 and tail.isalpha() and sign != " ":
        yield (Candidate(symbol=f"{root}-{tail}", rule=rule),)
    if sign == "-" and len(tail) == 1:
        preferred = f"{root}-P{tail}"
        yield (Candidate(symbol=preferred, rule="nasdaq_preferred", note=DIALECT_NOTE),)


def _kinds(root: str, tail: str) -> Iterator[Tier]:
    for pattern, forms in _KINDS:
        match = pattern.fullmatch(tail)
        if match:
            letter = next((group for group in match.groups() if group), "")
            for form in forms:
                yield (Candidate(symbol=root + form.format(letter), rule="american_kind"),)


def lower_case_markers(text: str) -> Iterator[Tier]:
    """CQS and RIC markers, read before upper-casing: `TpC` is a preferred, `TPC` a company."""
    if match := _CQS_PREFERRED.fullmatch(text) or _RIC_PREFERRED.fullmatch(text):
        yield (Candidate(symbol=f"{match[1]}-P{match[2].upper()}", rule="cqs_preferred"),)
    elif match := _CQS_RIGHT.fullmatch(text):
        for form in ("-RT", "-RI"):
            yield (Candidate(symbol=match[1] + form, rule="cqs_right"),)
    elif match := _RIC_CLASS.fullmatch(text):
        suffix = "" if AMERICAN in ALIAS_SUFFIXES.get(match[3], ()) else f".{match[3]}"
        yield (Candidate(symbol=f"{match[1]}-{match[2].upper()}{suffix}", rule="ric_class"),)


def run_together(text: str) -> Iterator[Tier]:
    """`BRKB`, `BACPRL`: a class without a sign, a guess that only the catalogue can settle."""
    if match := _RUN_TOGETHER.fullmatch(text):
        yield (Candidate(symbol=f"{match[1]}-{match[2]}", rule="run_together", certain=False),)
    if match := _RUN_TOGETHER_PREFERRED.fullmatch(text):
        symbol = f"{match[1] or match[3]}-P{match[2] or match[4]}"
        yield (Candidate(symbol=symbol, rule="run_together", certain=False),)
