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


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogNeeds:
    """One query's worth: symbols (of assets, aliases and former symbols), ISINs, roots."""

    symbols: frozenset[str]
    isins: frozenset[str]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionNeeds:
    """Searches that may find what was meant, to be filed in Knowledge under `text`."""

    text: str
    name: str | None = None
    spellings: tuple[str, ...] = ()


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
        elif reading.tiers:
            roots.add(split_suffix(reading.candidates[0].symbol)[0])
    return CatalogNeeds(symbols=frozenset(symbols), isins=frozenset(isins), roots=frozenset(roots))


def _symbols(reading: Reading) -> Iterator[str]:
    yield reading.text.upper()
    for candidate in reading.candidates:
        yield candidate.symbol
        root, suffix = split_suffix(candidate.symbol)
        if suffix:  # RWT.PA may be a preferred share: offered, never taken
            yield f"{root}-{suffix}"


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
        wanted.update(c.symbol for c in tier if _is_askable(c, knowledge))
        wanted.update(_askable_successors(tier, knowledge))
        if any(_may_settle(candidate, knowledge) for candidate in tier):
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


def _askable_successors(tier: Tier, knowledge: Knowledge) -> Iterator[str]:
    """Every link of the chains that begin at a tier's former symbols."""
    for candidate in tier:
        seen: set[str] = set()
        record = knowledge.former.get(candidate.symbol) if candidate.certain else None
        while record and record.successor and record.successor not in seen:
            seen.add(record.successor)
            if not _is_settled(record.successor, knowledge):
                yield record.successor
            record = knowledge.former.get(record.successor)


def is_written_as_name(text: str) -> bool:
    """`Siemens`, `shell`: letters alone, and not in capitals."""
    return len(text) > _SHORTEST_NAME and text.isalpha() and not text.isupper()


def mismatch_needs(result: ValidationResult, expected_name: str | None) -> SuggestionNeeds | None:
    """The search for whom the caller expects, where another was found."""
    codes = {warning.code for warning in result.warnings}
    if not expected_name or WarningCode.IDENTITY_MISMATCH not in codes:
        return None
    return SuggestionNeeds(text=expected_name, name=expected_name)


def suggestion_needs(reading: Reading | Refusal, result: ValidationResult) -> SuggestionNeeds:
    """What to search where a verdict leaves the reader without a symbol, else nothing."""
    text = reading.text
    is_open = result.verdict in (Verdict.NOT_FOUND, Verdict.UNVERIFIED, Verdict.DELISTED)
    if not is_open and not (result.verdict is Verdict.AMBIGUOUS and is_written_as_name(text)):
        return SuggestionNeeds(text=text)
    is_name = sum(char.isalpha() for char in text) >= _SHORTEST_NAME
    spellings: tuple[str, ...] = ()
    if isinstance(reading, Reading) and not reading.isin and reading.tiers:
        spellings = tuple(near_spellings(reading.candidates[0].symbol))
    return SuggestionNeeds(text=text, name=text if is_name else None, spellings=spellings)
