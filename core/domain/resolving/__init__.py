"""Resolving: from readings and looked-up facts to verdicts, without any input or output."""

from core.domain.resolving.decide import decide
from core.domain.resolving.discovering import asset_of, with_asset
from core.domain.resolving.knowledge import Knowledge
from core.domain.resolving.names import names_agree
from core.domain.resolving.needs import (
    CatalogNeeds,
    SuggestionNeeds,
    follow_up,
    live_needs,
    needs,
    suggestion_needs,
)

__all__ = [
    "CatalogNeeds",
    "Knowledge",
    "SuggestionNeeds",
    "asset_of",
    "decide",
    "follow_up",
    "live_needs",
    "names_agree",
    "needs",
    "suggestion_needs",
    "with_asset",
]
