"""The verdict on one text, from a reading and what is known: pure, and silent where nobody knows.

An outage moves no verdict to not_found or delisted: only a provider's word, or a record where no
provider is configured, does.
"""

from datetime import datetime

from core.domain.asset import Asset
from core.domain.resolving import confidence
from core.domain.resolving.former import ended
from core.domain.resolving.isin import preferred_listings
from core.domain.resolving.knowledge import Knowledge
from core.domain.resolving.living import living
from core.domain.resolving.naming import is_name_of
from core.domain.resolving.needs import is_written_as_name
from core.domain.resolving.question import Question, Standing
from core.domain.resolving.refusing import refused
from core.domain.resolving.suggesting import elsewhere, first_five, suggestions_for, tell
from core.domain.resolving.survey import Survey, survey
from core.domain.symbology import Candidate, Reading, Refusal, is_home_listing
from core.domain.validation import Suggestion, ValidationResult, Verdict

_KINDS = frozenset({"class", "american_kind"})
_MISSING = frozenset({"NULL", "NONE", "NIL", "UNDEFINED", "UNKNOWN", "FALSE"})


def decide(
    text: str,
    reading: Reading | Refusal,
    knowledge: Knowledge,
    *,
    now: datetime,
    offline: bool,
    expected_name: str | None = None,
) -> ValidationResult:
    """The best-founded verdict on a text; call it when `live_needs` asks for nothing more."""
    question = Question(
        text=text,
        knowledge=knowledge,
        now=now,
        is_offline=offline,
        expected_name=expected_name,
    )
    if isinstance(reading, Refusal):
        return refused(question, reading)
    found = survey(question, reading)
    if reading.isin and not found.live:
        return _by_isin(question, reading, reading.isin)
    return _alive(question, found) or _recorded(question, reading, found)


def _alive(question: Question, found: Survey) -> ValidationResult | None:
    """One living candidate is the answer; several, or one beside a former member, are not."""
    if not found.live:
        return None
    only, *others = found.live
    if others:
        return _ambiguous(
            question,
            "Several venues have this code; say which.",
            [_tell(question, candidate) for candidate in found.live],
        )
    once = found.left or found.stale
    if once and only.rule == "index_name":  # OMX: OfficeMax once, an index now
        return _ambiguous(
            question,
            f"An index has this name, and {once.symbol} was a ticker once.",
            [_tell(question, only)],
        )
    if found.stale and _is_another(found.stale, only):  # US.MX: once of Mexico, or America's MX
        return _ambiguous(
            question,
            f"{found.stale.symbol} itself trades no longer; the text may mean another.",
            [_tell(question, only)],
        )
    return living(question, only)


def _is_another(dead: Candidate, alive: Candidate) -> bool:
    """Whether the very symbol typed is dead, and what lives is no other way to write it."""
    if dead.rule in _KINDS:  # DCOM.P: a preferred share once, or Arca's suffix behind DCOM
        return alive.rule in ("vendor_suffix", "bloomberg")
    return dead.rule == "as_typed" and alive.rule not in ("currency_pair", "alias")


def _recorded(question: Question, reading: Reading, found: Survey) -> ValidationResult:
    """Nothing lives: an end on record, then doubt, then what a provider denies."""
    if found.gone:
        return ended(question, found.gone, is_in_doubt=found.in_doubt is not None)
    if found.stale and (question.is_offline or not found.in_doubt):
        return _dead(question, reading, found.stale)
    if found.in_doubt:
        return _undecided(question, reading)
    if found.left:
        return _dead(question, reading, found.left)
    return _absent(question, reading)


def _dead(question: Question, reading: Reading, candidate: Candidate) -> ValidationResult:
    """Once known, now denied: by a provider, or by the catalogue where no provider is."""
    symbol = candidate.symbol
    asset, denial = question.asset(symbol), question.denial(symbol)
    is_known = asset is not None or symbol in question.knowledge.former
    known = (question.catalog_evidence(f"knew {symbol}", asset),) if is_known else ()
    who = "a provider no longer does" if denial else "it is marked as delisted there"
    reason = f"The catalogue knew {symbol}; {who}."
    return ValidationResult(
        input=question.text,
        verdict=Verdict.DELISTED,
        symbol=symbol if asset else None,
        asset=asset,
        confidence=confidence.PROVIDER_DENIES_CATALOG if denial else confidence.RECORD_ALONE,
        reason=reason if is_known else f"A provider has {symbol}, as no longer trading.",
        evidence=(*known, *denial),
        suggestions=suggestions_for(question, reading),
    )


def _undecided(question: Question, reading: Reading) -> ValidationResult:
    listings = () if _is_a_name(question, reading) else _homes(question, reading)
    if question.is_offline and len(listings) > 1:
        return _bare_root(question, listings)
    reason = (
        "The catalogue does not hold it and no provider is configured to ask."
        if question.is_offline
        else "No provider could say now; ask again later."
    )
    return ValidationResult(
        input=question.text,
        verdict=Verdict.UNVERIFIED,
        confidence=confidence.NOTHING,
        reason=reason,
        suggestions=suggestions_for(question, reading),
    )


def _absent(question: Question, reading: Reading) -> ValidationResult:
    text = reading.text
    if fault := _fault(text):
        return ValidationResult(
            input=question.text,
            verdict=Verdict.MALFORMED,
            confidence=confidence.REFUSED,
            reason=fault,
            suggestions=suggestions_for(question, reading),
        )
    listings = () if _is_a_name(question, reading) else _homes(question, reading)
    if len(listings) > 1:
        return _bare_root(question, listings)
    first = reading.candidates[0].symbol
    return ValidationResult(
        input=question.text,
        verdict=Verdict.NOT_FOUND,
        confidence=confidence.PROVIDER_DENIES,
        reason="No provider and no catalogue knows it.",
        evidence=question.denial(first),
        suggestions=suggestions_for(question, reading),
    )


def _fault(text: str) -> str | None:
    """Why a text that no living symbol fits is no symbol at all."""
    if not (text.removeprefix("^")[:1] + text[-1:]).isalnum():
        return "It begins or ends in a sign that no notation has there."
    return "This is a mark for a missing value, not a symbol." if text in _MISSING else None


def _is_a_name(question: Question, reading: Reading) -> bool:
    """`Siemens` means the company of that name, not the Indian tickers; `SIEMENS` may mean both."""
    known, text = question.knowledge, reading.text
    if not is_written_as_name(text):
        return False
    is_called_so = any(is_name_of(text, asset) for asset in known.name_matches.get(text, ()))
    return is_called_so or (text in known.other_names and bool(known.other_names[text]))


def _homes(question: Question, reading: Reading) -> tuple[Asset, ...]:
    """Living home listings of a bare ticker on other venues."""
    first = reading.candidates[0]
    if first.rule != "as_typed" or "." in first.symbol:
        return ()
    return tuple(
        asset
        for asset in elsewhere(question, first.symbol)
        if is_home_listing(asset.symbol) and question.is_live(asset.symbol)
    )


def _bare_root(question: Question, listings: tuple[Asset, ...]) -> ValidationResult:
    return _ambiguous(
        question,
        "No American ticker is known by it, and several venues list it; say which.",
        [tell(asset, "same ticker") for asset in listings],
    )


def _by_isin(question: Question, reading: Reading, isin: str) -> ValidationResult:
    listings = question.knowledge.listings.get(isin, ())
    standings = [
        question.standing(Candidate(symbol=asset.symbol, rule="isin")) for asset in listings
    ]
    alive = [a for a, s in zip(listings, standings, strict=True) if s is Standing.LIVE]
    if alive:
        return _chosen(question, isin, alive)
    if not listings or Standing.UNKNOWN in standings:
        return ValidationResult(
            input=question.text,
            verdict=Verdict.UNVERIFIED,
            confidence=confidence.NOTHING,
            reason="A well-formed ISIN that the catalogue cannot tie to a living listing.",
        )
    dead = preferred_listings(isin, listings)[0]
    return _dead(question, reading, Candidate(symbol=dead.symbol, rule="isin"))


def _chosen(question: Question, isin: str, alive: list[Asset]) -> ValidationResult:
    only, *rivals = group = preferred_listings(isin, alive)
    if rivals:
        return _ambiguous(
            question,
            "This ISIN has several listings and no single home; say a symbol.",
            [tell(asset, "a listing of this ISIN") for asset in group],
        )
    return living(
        question,
        Candidate(symbol=only.symbol, rule="isin"),
        others=tuple(asset for asset in alive if asset is not only),
    )


def _ambiguous(
    question: Question, reason: str, suggestions: list[Suggestion | None]
) -> ValidationResult:
    return ValidationResult(
        input=question.text,
        verdict=Verdict.AMBIGUOUS,
        confidence=confidence.AMBIGUOUS,
        reason=reason,
        suggestions=first_five(suggestion for suggestion in suggestions if suggestion),
    )


def _tell(question: Question, candidate: Candidate) -> Suggestion | None:
    """A candidate as a suggestion, by its catalogue row or its quote; none without a name."""
    if asset := question.asset(candidate.symbol):
        return tell(asset, "fits the text")
    quote = question.quote(candidate.symbol)
    if quote is None or not quote.name:
        return None
    return Suggestion(
        symbol=candidate.symbol, name=quote.name, exchange=quote.exchange, reason="fits the text"
    )
