"""A root of any dialect placed on one venue: codes filled, class signs turned into Yahoo's dash."""

import re
from collections.abc import Iterator, Sequence

from core.domain.symbology.american import american
from core.domain.symbology.reading import Candidate, Tier
from core.domain.symbology.venues import AMERICAN

# Venues whose Yahoo symbols split a class off with a dash: ERICB in Bloomberg is ERIC-B.ST.
_CLASSY = frozenset({"ST", "CO", "HE", "TO", "V", "L", "MX"})
_CODE_WIDTH = {"HK": 4, "SS": 6, "SZ": 6, "KS": 6, "KQ": 6}
_CANADIAN = frozenset({"TO", "V", "CN", "NE"})  # Bloomberg writes a unit AD-U, Yahoo AD-UN
_RUN_TOGETHER = re.compile(r"([A-Z][A-Z0-9]{1,8})([A-Z])")


def fill_code(root: str, suffix: str) -> str:
    """A national code at its length: Hong Kong drops zeros and pads to four, China fills to six."""
    width = _CODE_WIDTH.get(suffix)
    if width is None or not root.isdigit():
        return root
    return (root.lstrip("0") or "0").zfill(width) if suffix == "HK" else root.zfill(width)


def on_venue(
    root: str, suffix: str, *, rule: str, certain: bool = True, note: str = ""
) -> Iterator[Candidate]:
    """Spellings of the root on a venue, the likelier first."""
    root = root.strip().rstrip(".")  # London pads short tickers with a dot
    if not root or root.startswith("."):
        return
    root = root.removesuffix(f".{suffix}") if suffix else root  # LON:VOD.L
    if suffix == AMERICAN:
        for tier in american(root, rule=rule):
            yield from tier
        return
    for spelling in _spellings(fill_code(root, suffix), suffix):
        yield Candidate(symbol=f"{spelling}.{suffix}", rule=rule, certain=certain, note=note)
    split = _RUN_TOGETHER.fullmatch(root)
    if suffix in _CLASSY and split and rule != "yahoo_suffix":
        symbol = f"{split[1]}-{split[2]}.{suffix}"
        yield Candidate(symbol=symbol, rule="class_split", certain=False)


def on_venues(root: str, suffixes: Sequence[str], *, rule: str) -> Iterator[Tier]:
    """The root on several venues that share one name, in order of trial."""
    if root.isdigit() and {"SS", "SZ"} <= set(suffixes):
        suffixes = ("SS",) if root[0] in "569" else ("SZ",)
    for suffix in suffixes:
        spellings = tuple(on_venue(root, suffix, rule=rule))
        if suffix in _CANADIAN and root.endswith("-U"):  # WIR-U and WIR-UN may both trade
            yield spellings
        else:
            yield from ((candidate,) for candidate in spellings)


def _spellings(root: str, suffix: str) -> tuple[str, ...]:
    dashed = re.sub(r"[./_ ]", "-", root.rstrip("/"))
    first = root if "." in root else dashed
    ampersand = (root.replace("_", "&"),) if "_" in root else ()
    unit = (f"{dashed}N",) if suffix in _CANADIAN and dashed.endswith("-U") else ()
    return tuple(dict.fromkeys((first, dashed, *ampersand, *unit)))
