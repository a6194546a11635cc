"""Symbology: reading what people type, and writing symbols in the notations they know."""

from core.domain.symbology.canonical import canonical, is_yahoo
from core.domain.symbology.read import read
from core.domain.symbology.reading import Candidate, Reading, Refusal, RefusalKind, Tier
from core.domain.symbology.rendering import display_notations
from core.domain.symbology.spelling import near_spellings
from core.domain.symbology.venues import (
    HOME_SUFFIXES,
    Venue,
    exchange_name,
    is_foreign_line,
    is_home_listing,
    split_suffix,
    venue_of,
)

__all__ = [
    "HOME_SUFFIXES",
    "Candidate",
    "Reading",
    "Refusal",
    "RefusalKind",
    "Tier",
    "Venue",
    "canonical",
    "display_notations",
    "exchange_name",
    "is_foreign_line",
    "is_home_listing",
    "is_yahoo",
    "near_spellings",
    "read",
    "split_suffix",
    "venue_of",
]
