"""What to look up next, so that the caller can do it in few batches for all inputs at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.domain.resolving.isin import preferred_listings
from core.domain.resolving.knowledge import Knowledge
from core.domain.symbology import (
    Candidate,
    Reading,
    Refusal,
    Tier,
    near_spellings,
    split_suffix,
)
from core.domain.validation import ValidationResult, Verdict, WarningCode

Readings = Iterable[Reading | Refusal]
_MAX_ASKED_LISTINGS = 10
_SHORTEST_NAME = 3
_OPEN = frozenset({Verdict.NOT_FOUND, Verdict.UNVERIFIED, Verdict.DELISTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogNeeds:
    """One query's worth: symbols (of assets, aliases and former symbols), ISINs, roots.

    The roots are bare tickers, whose homes outside America matter.
    """

    symbols: frozenset[str]
    isins: frozenset[str]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionNeeds:
    """Searches that may find what was meant, to be filed in Knowledge under `text`.

    `other` is a symbol that is another reading, `root` the ticker that other venues may have.
    """

    text: str
    name: str | None = None
    spellings: tuple[str, ...] = ()
    other: str | None = None
    root: str | None = None


def needs(readings: Readings) -> CatalogNeeds:
    """Everything the catalogue should be asked about all inputs, in one batch."""
    symbols: set[str] = set()
    isins: set[str] = set()
    roots: set[str] = set()
    for reading in readings:
        if isinstance(reading, Refusal):
            symbols.update(reading.fragments)
            continue
        symbols.update(_symbols(reading))
        if reading.isin:
            isins.add(reading.isin)
        elif reading.tiers and "." not in (first := reading.candidates[0].symbol):
            roots.add(first)
    return CatalogNeeds(symbols=frozenset(symbols), isins=frozenset(isins), roots=frozenset(roots))


def _symbols(reading: Reading) -> Iterator[str]:
    yield reading.text.upper()
    for candidate in reading.candidates:
        yield candidate.symbol


def follow_up(knowledge: Knowledge) -> frozenset[str]:
    """Symbols that the first batch led to: successors and targets of aliases; empty at the end."""
    successors = (record.successor for record in knowledge.former.values())
    found = {symbol for symbol in (*successors, *knowledge.aliases.values()) if symbol}
    return frozenset(found - knowledge.searched - knowledge.assets.keys())


def with_aliases(reading: Reading, knowledge: Knowledge) -> tuple[Tier, ...]:
    """The tiers, with what the catalogue has as another notation of a text right behind it."""
    if not knowledge.aliases:
        return reading.tiers
    tiers: list[Tier] = []
    seen = {candidate.symbol for candidate in reading.candidates}
    texts = [reading.text.upper()]
    for tier in reading.tiers:
        tiers.append(tier)
        texts += [candidate.symbol for candidate in tier]
        targets = {knowledge.aliases[text]: None for text in texts if text in knowledge.aliases}
        fresh = [symbol for symbol in targets if symbol not in seen]
        seen.update(fresh)
        tiers += [(Candidate(symbol=symbol, rule="alias"),) for symbol in fresh]
        texts = []
    return tuple(tiers)


def live_needs(reading: Reading | Refusal, knowledge: Knowledge) -> frozenset[str]:
    """Symbols to ask a provider next; empty once the verdict can be given.

    A round asks the candidates up to the first tier that would settle the matter if confirmed.
    """
    if isinstance(reading, Refusal):
        return frozenset()
    if reading.isin and not knowledge.assets.keys() & {c.symbol for c in reading.candidates}:
        return _listing_needs(reading.isin, knowledge)
    wanted: set[str] = set()
    for tier in with_aliases(reading, knowledge):
        is_last = False
        for candidate in tier:
            if _is_askable(candidate, knowledge):
                wanted.add(candidate.symbol)
            if candidate.certain and candidate.symbol in knowledge.former:
                wanted.update(_askable_successors(candidate.symbol, knowledge))
            is_last = is_last or _may_settle(candidate, knowledge)
        if is_last:
            break
    return frozenset(wanted)


def _listing_needs(isin: str, knowledge: Knowledge) -> frozenset[str]:
    """The listing that would be answered; others only once it is denied."""
    listings = knowledge.listings.get(isin, ())
    open_listings = [asset for asset in listings if not _is_denied(asset.symbol, knowledge)]
    group = preferred_listings(isin, open_listings)[:_MAX_ASKED_LISTINGS]
    symbols = (asset.symbol for asset in group)
    return frozenset(symbol for symbol in symbols if not _is_settled(symbol, knowledge))


def _is_settled(symbol: str, knowledge: Knowledge) -> bool:
    """Asked before, or confirmed lately enough."""
    if symbol in knowledge.quotes or symbol in knowledge.undecided:
        return True
    return symbol in knowledge.fresh


def _is_askable(candidate: Candidate, knowledge: Knowledge) -> bool:
    """No provider is asked about guesses that the catalogue does not hold."""
    if knowledge.is_elsewhere(candidate):
        return False
    is_worth_asking = candidate.certain or candidate.symbol in knowledge.assets
    return is_worth_asking and not _is_settled(candidate.symbol, knowledge)


def _may_settle(candidate: Candidate, knowledge: Knowledge) -> bool:
    symbol = candidate.symbol
    if candidate.certain and knowledge.is_strong_former(symbol):
        return True
    if _is_denied(symbol, knowledge) or knowledge.is_elsewhere(candidate):
        return False
    quote = knowledge.quotes.get(symbol)
    return symbol in knowledge.assets or (candidate.certain and quote is not None)


def _is_denied(symbol: str, knowledge: Knowledge) -> bool:
    if symbol not in knowledge.quotes:
        return False
    quote = knowledge.quotes[symbol]
    return quote is None or not quote.alive


def _askable_successors(symbol: str, knowledge: Knowledge) -> Iterator[str]:
    """Every link of the chain that begins at a former symbol."""
    seen: set[str] = set()
    record = knowledge.former.get(symbol)
    while record and record.successor and record.successor not in seen:
        seen.add(record.successor)
        if not _is_settled(record.successor, knowledge):
            yield record.successor
        record = knowledge.former.get(record.successor)


def is_written_as_name(text: str) -> bool:
    """`Siemens`, `shell`: letters alone, and not in capitals."""
    return len(text) > _SHORTEST_NAME and text.isalpha() and not text.isupper()


def another_reading(symbol: str) -> str | None:
    """`RWT.PA` may be a preferred share in another dialect: offered, never taken."""
    root, suffix = split_suffix(symbol)
    return f"{root}-{suffix}" if suffix else None


def mismatch_needs(result: ValidationResult, expected_name: str | None) -> SuggestionNeeds | None:
    """The search for whom the caller expects, where another was found."""
    if not expected_name:
        return None
    codes = {warning.code for warning in result.warnings}
    if WarningCode.IDENTITY_MISMATCH not in codes:
        return None
    return SuggestionNeeds(text=expected_name, name=expected_name)


def suggestion_needs(
    reading: Reading | Refusal, result: ValidationResult
) -> SuggestionNeeds | None:
    """What to search where a verdict leaves the reader without a symbol, else nothing."""
    text = reading.text
    is_open = result.verdict in _OPEN
    if not is_open and not (result.verdict is Verdict.AMBIGUOUS and is_written_as_name(text)):
        return None
    is_name = sum(char.isalpha() for char in text) >= _SHORTEST_NAME
    name = text if is_name else None
    if not isinstance(reading, Reading) or reading.isin or not reading.tiers:
        return SuggestionNeeds(text=text, name=name) if name else None
    first = reading.candidates[0].symbol
    return SuggestionNeeds(
        text=text,
        name=name,
        spellings=tuple(near_spellings(first)),
        other=another_reading(first),
        root=split_suffix(first)[0],
    )
