"""A symbol that trades: its verdict, confidence, evidence and warnings."""

from collections.abc import Iterator
from datetime import timedelta

from core.domain.asset import Asset, AssetStatus, FormerSymbol, Quote
from core.domain.resolving import confidence
from core.domain.resolving.aging import confirmed
from core.domain.resolving.names import names_agree
from core.domain.resolving.phrases import RULES
from core.domain.resolving.question import Question, is_record_of
from core.domain.resolving.suggesting import (
    MAX_SUGGESTIONS,
    describe,
    elsewhere,
    first_five,
    tell,
)
from core.domain.symbology import Candidate, is_home_listing
from core.domain.symbology.indices import NAMED
from core.domain.validation import (
    Evidence,
    Suggestion,
    ValidationResult,
    ValidationWarning,
    Verdict,
    WarningCode,
)

STALE_AFTER = timedelta(days=14)


def living(
    question: Question,
    candidate: Candidate,
    *,
    others: tuple[Asset, ...] = (),
    reason: str = "",
) -> ValidationResult:
    """The result for a living candidate; `others` are the further listings of an ISIN."""
    symbol = candidate.symbol
    asset, quote = question.asset(symbol), question.quote(symbol)
    return ValidationResult(
        input=question.text,
        verdict=_verdict(question, candidate),
        symbol=symbol,
        asset=confirmed(asset, quote) if asset and quote else asset,
        discovered=quote if asset is None else None,
        quote=quote,
        confidence=_confidence(question, candidate),
        reason=reason or _reason(question, candidate),
        evidence=tuple(_evidence(question, symbol)),
        warnings=tuple(_warnings(question, candidate, others)),
        suggestions=first_five(_beside(question, candidate)),
    )


def _verdict(question: Question, candidate: Candidate) -> Verdict:
    asset, quote = question.asset(candidate.symbol), question.quote(candidate.symbol)
    is_suspended = asset is not None and asset.status is AssetStatus.SUSPENDED
    if is_suspended and (quote is None or _is_stale(question, quote)):
        return Verdict.SUSPENDED
    return Verdict.VALID if question.text == candidate.symbol else Verdict.VALID_NORMALIZED


def _confidence(question: Question, candidate: Candidate) -> float:
    base = _evidence_weight(question, candidate.symbol)
    if not candidate.certain:
        return min(base, confidence.GUESS)
    return min(base, confidence.APPROXIMATION) if candidate.note else base


def _evidence_weight(question: Question, symbol: str) -> float:
    if question.quote(symbol):
        in_catalog = question.asset(symbol) is not None
        return confidence.PROVIDER_AND_CATALOG if in_catalog else confidence.PROVIDER_ALONE
    if symbol in question.knowledge.fresh:
        return confidence.FRESH_CATALOG
    asset = question.asset(symbol)
    if asset and asset.not_seen_since:
        return confidence.UNSEEN
    offline = question.is_offline
    return confidence.CATALOG_OFFLINE if offline else confidence.CATALOG_IN_OUTAGE


def _reason(question: Question, candidate: Candidate) -> str:
    if question.text == candidate.symbol:
        said = f"{candidate.symbol} is a known symbol."
    else:
        said = f"Read as {candidate.symbol}, by {RULES.get(candidate.rule, 'another notation')}."
    is_unconfirmed = not (
        question.quote(candidate.symbol) or candidate.symbol in question.knowledge.fresh
    )
    doubt = " The catalogue says so; no provider confirmed it now." if is_unconfirmed else ""
    return f"{said} {candidate.note}".strip() + doubt


def _evidence(question: Question, symbol: str) -> Iterator[Evidence]:
    quote, asset = question.quote(symbol), question.asset(symbol)
    if quote:
        yield question.quoted(quote, f"quotes {symbol}")
    if asset:
        yield question.catalog_evidence(f"lists {symbol} as {asset.status}", asset)


def _warnings(
    question: Question, candidate: Candidate, others: tuple[Asset, ...]
) -> Iterator[ValidationWarning]:
    yield from _reuse(question, candidate.symbol)
    yield from _identity(question, candidate.symbol)
    yield from _unseen(question, candidate.symbol)
    quote = question.quote(candidate.symbol)
    if quote and _is_stale(question, quote):
        message = "The last trade the provider reports is more than 14 days old."
        yield ValidationWarning(code=WarningCode.STALE_PRICE, message=message)
    listings = others or tuple(_other_listings(question, candidate))
    if listings:
        told = "; ".join(describe(asset) for asset in listings[:MAX_SUGGESTIONS])
        more = len(listings) - MAX_SUGGESTIONS
        message = f"Also listed: {told}" + (f"; and {more} more." if more > 0 else ".")
        yield ValidationWarning(code=WarningCode.OTHER_LISTINGS, message=message)


def _unseen(question: Question, symbol: str) -> Iterator[ValidationWarning]:
    """A list that had the symbol no longer does, and no provider has confirmed it since."""
    asset = question.asset(symbol)
    is_confirmed = question.quote(symbol) is not None or symbol in question.knowledge.fresh
    if asset and asset.not_seen_since and not is_confirmed:
        since = asset.not_seen_since.isoformat()
        message = f"The catalogue has not seen {symbol} since {since}; it may trade no longer."
        yield ValidationWarning(code=WarningCode.STALE_VERDICT, message=message)


def _is_stale(question: Question, quote: Quote) -> bool:
    return quote.traded_at is not None and question.now - quote.traded_at > STALE_AFTER


def _reuse(question: Question, symbol: str) -> Iterator[ValidationWarning]:
    record = _former_owner(question, symbol)
    if record and question.knowledge.is_strong_former(symbol):
        yield ValidationWarning(
            code=WarningCode.TICKER_REUSED, message=_reuse_message(symbol, record)
        )
    elif record or _changed_name(question, symbol):
        message = f"{symbol} may have meant another company before; check the name."
        yield ValidationWarning(code=WarningCode.TICKER_MAY_BE_REUSED, message=message)


def _former_owner(question: Question, symbol: str) -> FormerSymbol | None:
    """A record of another owner; of a left index only where the names differ."""
    record = question.knowledge.former.get(symbol)
    if record is None or record.successor == symbol:
        return None
    asset = question.asset(symbol)
    if question.knowledge.is_strong_former(symbol):
        return None if asset and not record.successor and is_record_of(record, asset) else record
    differs = asset and record.name and not names_agree(record.name, asset.name)
    return record if differs else None


def _reuse_message(symbol: str, record: FormerSymbol) -> str:
    until = f" until {record.until.isoformat()}" if record.until else ""
    then = f", which is {record.successor} now" if record.successor else ""
    return f"{symbol} belonged to another company{until}{then}."


def _changed_name(question: Question, symbol: str) -> bool:
    asset, quote = question.asset(symbol), question.quote(symbol)
    if asset is None or quote is None or not quote.name:
        return False
    return asset.status is AssetStatus.DELISTED or not names_agree(asset.name, quote.name)


def _identity(question: Question, symbol: str) -> Iterator[ValidationWarning]:
    if not question.expected_name:
        return
    asset, quote = question.asset(symbol), question.quote(symbol)
    names = [name for name in (asset and asset.name, quote and quote.name) if name]
    if names and not any(names_agree(question.expected_name, name) for name in names):
        message = f"{symbol} is known by another name than the one you expect."
        yield ValidationWarning(code=WarningCode.IDENTITY_MISMATCH, message=message)


def _other_listings(question: Question, candidate: Candidate) -> Iterator[Asset]:
    """A bare ticker is read as American; other homes of the same ticker are worth a word."""
    if candidate.rule == "as_typed" and "." not in candidate.symbol:
        for asset in elsewhere(question, candidate.symbol):
            if is_home_listing(asset.symbol):
                yield asset


def _beside(question: Question, candidate: Candidate) -> Iterator[Suggestion]:
    """The former owner's symbol now, the index of that name, and whom an expected name means."""
    symbol = candidate.symbol
    record = question.knowledge.former.get(symbol)
    if record and record.successor and (successor := question.asset(record.successor)):
        yield tell(successor, "the former owner's symbol now")
    index = question.asset(NAMED.get(symbol, ""))
    if index and candidate.rule == "as_typed" and index.symbol != symbol:
        yield tell(index, "the index of that name")
    if question.expected_name and any(_identity(question, symbol)):
        known = question.knowledge
        for group in (known.other_names, known.name_matches):
            for asset in group.get(question.expected_name, ()):
                yield tell(asset, "the name you expect")
