"""A symbol in the notations of other vendors, where one follows from the ticker alone."""

import re
from collections.abc import Iterator

from core.domain.asset import AssetClass
from core.domain.symbology.indices import BLOOMBERG_NAMES, TRADINGVIEW_NAMES
from core.domain.symbology.venues import AMERICAN, BY_MIC, BY_SUFFIX, Venue, split_suffix

_SHARES = frozenset({AssetClass.EQUITY, AssetClass.ETF})
_ROOT = re.compile(r"([A-Z0-9]+)(?:-(P?)([A-Z]))?")
_PLAIN = re.compile(r"[A-Z0-9&.\-]+")
_INDIAN = frozenset({"NS", "BO"})
# Here Bloomberg's ticker is another word than Yahoo's: MAY MK is 1155.KL.
_OWN_BLOOMBERG_TICKERS = frozenset({"MX", "KL", "SR", "QA", "CA", "PS", "CL", "CR", "NS", "BO"})
_JOINED_CLASSES = frozenset({"ST", "CO", "HE"})
_RIC_CLASSES = frozenset({AMERICAN, "ST", "CO", "HE", "TO"})


def display_notations(symbol: str, *, mic: str | None, asset_class: AssetClass) -> dict[str, str]:
    """Bloomberg, RIC, Google, TradingView and `SYMBOL.MIC` by name, as far as they are certain."""
    if asset_class in _SHARES:
        return dict(_share(symbol, mic))
    if asset_class is AssetClass.CURRENCY and symbol.endswith("=X"):
        return _currency(symbol)
    if asset_class is AssetClass.CRYPTO and symbol.count("-") == 1:
        pair = symbol.replace("-", "")
        return {"google": f"CURRENCY:{pair}", "tradingview": f"CRYPTO:{pair}"}
    return _named(symbol)


def _named(symbol: str) -> dict[str, str]:
    tables = {"bloomberg": BLOOMBERG_NAMES, "tradingview": TRADINGVIEW_NAMES}
    return {name: table[symbol] for name, table in tables.items() if symbol in table}


def _currency(symbol: str) -> dict[str, str]:
    pair = symbol.removesuffix("=X")
    pair = f"USD{pair}" if len(pair) == 3 else pair
    return {
        "bloomberg": f"{pair} Curncy",
        "google": f"CURRENCY:{pair}",
        "tradingview": f"FX:{pair}",
    }


def _share(symbol: str, mic: str | None) -> Iterator[tuple[str, str]]:
    root, suffix = split_suffix(symbol)
    venue = _venue(suffix, mic)
    code = venue.mic if venue else None
    if code and _PLAIN.fullmatch(root):
        yield "mic", f"{root}.{code}"
    match = _ROOT.fullmatch(root)
    if match:
        yield from _bloomberg(match, suffix, venue)
        yield from _ric(match, suffix, venue)
    if venue:
        yield from _charts(root, match, venue)


def _venue(suffix: str, mic: str | None) -> Venue | None:
    """A suffix names its venue; an American symbol needs the MIC to tell."""
    if suffix != AMERICAN:
        return BY_SUFFIX[suffix]
    venue = BY_MIC.get(mic or "")
    return venue if venue and venue.suffix == AMERICAN else None


def _bloomberg(match: re.Match[str], suffix: str, venue: Venue | None) -> Iterator[tuple[str, str]]:
    code = "US" if suffix == AMERICAN else venue.bloomberg if venue else ""
    if not code or match[2] or suffix in _OWN_BLOOMBERG_TICKERS:
        return
    base = match[1].lstrip("0") if suffix == "HK" else match[1]
    sign = "" if suffix in _JOINED_CLASSES else "/"
    yield "bloomberg", f"{base}{sign}{match[3]} {code}" if match[3] else f"{base} {code}"


def _ric(match: re.Match[str], suffix: str, venue: Venue | None) -> Iterator[tuple[str, str]]:
    if not venue or not venue.ric:
        return
    if not match[3]:
        yield "ric", f"{match[1]}.{venue.ric}"
    elif suffix in _RIC_CLASSES:
        letter = match[3].lower()
        middle = f"_p{letter}" if match[2] else letter
        yield "ric", f"{match[1]}{middle}.{venue.ric}"


def _charts(root: str, match: re.Match[str] | None, venue: Venue) -> Iterator[tuple[str, str]]:
    """Google and TradingView write an exchange before the ticker."""
    if venue.suffix in _INDIAN:
        google, tradingview = root, re.sub(r"[&\-]", "_", root)
        google = google if venue.suffix == "NS" or root.isdigit() else ""
    elif match and not match[3]:
        google, tradingview = root, root.lstrip("0") if venue.suffix == "HK" else root
    elif match and match[2]:
        is_american = venue.suffix == AMERICAN
        google = f"{match[1]}-{match[3]}" if is_american else ""
        tradingview = f"{match[1]}/P{match[3]}" if is_american else ""
    elif match:
        is_nordic = venue.suffix in _JOINED_CLASSES
        google = root if is_nordic else f"{match[1]}.{match[3]}"
        tradingview = f"{match[1]}_{match[3]}" if is_nordic else google
    else:
        return
    if google and venue.google:
        yield "google", f"{venue.google}:{google}"
    if tradingview and venue.tradingview:
        yield "tradingview", f"{venue.tradingview}:{tradingview}"
