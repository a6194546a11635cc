"""Resolving: from readings and looked-up facts to verdicts, without any input or output."""

from core.domain.resolving.decide import decide
from core.domain.resolving.discovering import asset_of, with_asset
from core.domain.resolving.knowledge import Knowledge
from core.domain.resolving.names import names_agree, plain_name
from core.domain.resolving.naming import best_named
from core.domain.resolving.needs import (
    CatalogNeeds,
    SuggestionNeeds,
    follow_up,
    live_needs,
    mismatch_needs,
    needs,
    suggestion_needs,
)
from core.domain.resolving.records import deciding_records

__all__ = [
    "CatalogNeeds",
    "Knowledge",
    "SuggestionNeeds",
    "asset_of",
    "best_named",
    "decide",
    "deciding_records",
    "follow_up",
    "live_needs",
    "mismatch_needs",
    "names_agree",
    "needs",
    "plain_name",
    "suggestion_needs",
    "with_asset",
]
