"""What may have been meant: suggestions, never substituted, each with its name and exchange."""

from collections.abc import Iterable

from core.domain.asset import Asset
from core.domain.resolving.names import begins_with_words
from core.domain.resolving.needs import another_reading
from core.domain.resolving.question import Question
from core.domain.symbology import Reading, Refusal, split_suffix, venue_of
from core.domain.validation import Suggestion

MAX_SUGGESTIONS = 5
_LONGEST_NAME = 60


def tell(asset: Asset, reason: str) -> Suggestion:
    """An asset as a suggestion."""
    return Suggestion(
        symbol=asset.symbol, name=asset.name, exchange=exchange_of(asset), reason=reason
    )


def exchange_of(asset: Asset) -> str | None:
    """The asset's exchange, or the one its suffix names."""
    venue = venue_of(asset.symbol)
    return asset.exchange or (venue.exchange if venue else None)


def describe(asset: Asset) -> str:
    """Symbol, name and exchange in one phrase."""
    exchange = exchange_of(asset)
    place = f", {exchange}" if exchange else ""
    return f"{asset.symbol} ({asset.name[:_LONGEST_NAME]}{place})"


def first_five(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The first of each symbol, at most five."""
    distinct: dict[str, Suggestion] = {}
    for suggestion in suggestions:
        distinct.setdefault(suggestion.symbol, suggestion)
    return tuple(distinct.values())[:MAX_SUGGESTIONS]


def elsewhere(question: Question, symbol: str) -> tuple[Asset, ...]:
    """The same ticker on other venues, one of whose lists the caller looked up."""
    root = split_suffix(symbol)[0]
    found = question.knowledge.roots.get(root, ())
    return tuple(asset for asset in found if asset.symbol != symbol)


def suggestions_for(question: Question, reading: Reading) -> tuple[Suggestion, ...]:
    """For a reading that found nothing: names that fit, other readings, other venues, slips."""
    first = reading.candidates[0].symbol
    whole, partial = _by_name(question, reading.text)
    other = question.asset(another_reading(first) or "")
    return first_five(
        [
            *whole,
            *([tell(other, "another reading of the text")] if other else []),
            *(tell(asset, "same ticker, another venue") for asset in elsewhere(question, first)),
            *_near(question, reading.text),
            *partial,
        ]
    )


def suggestions_inside(question: Question, refusal: Refusal) -> tuple[Suggestion, ...]:
    """For a refused text: names that fit, then the symbols inside it."""
    whole, partial = _by_name(question, refusal.text)
    inside = (question.asset(fragment) for fragment in refusal.fragments)
    return first_five(
        [*whole, *partial, *(tell(asset, "inside the text") for asset in inside if asset)]
    )


def _by_name(question: Question, text: str) -> tuple[list[Suggestion], list[Suggestion]]:
    """Matches whose name begins with the very words typed, and the others."""
    called = question.knowledge.other_names.get(text, ())
    whole = [tell(asset, "also known by this name") for asset in called]
    partial: list[Suggestion] = []
    for asset in question.knowledge.name_matches.get(text, ()):
        group = whole if begins_with_words(asset.name, text) else partial
        group.append(tell(asset, "name"))
    return whole, partial


def _near(question: Question, text: str) -> list[Suggestion]:
    return [tell(asset, "one slip away") for asset in question.knowledge.near.get(text, ())]
