"""Which of the assets whose names hold the words typed are meant first."""

from collections.abc import Sequence

from core.domain.asset import Asset
from core.domain.classification import country_name
from core.domain.resolving.names import begins_with_words, plain_name
from core.domain.symbology import is_foreign_line, split_suffix, venue_of

_AMERICA = "United States"


def best_named(text: str, assets: Sequence[Asset]) -> list[Asset]:
    """Names that are the words typed, the company's home first, then names that begin so.

    What is equal in that keeps the order it came in.
    """
    wanted = plain_name(text)

    def order(asset: Asset) -> tuple[bool, bool, bool, bool, bool]:
        name = plain_name(asset.name)
        is_it = name == wanted
        return (
            not is_it,
            not begins_with_words(asset.name, text),
            is_it and not _is_at_home(asset),
            is_it and is_foreign_line(asset.symbol),
            is_it and bool(split_suffix(asset.symbol)[1]),
        )

    return sorted(assets, key=order)


def is_name_of(text: str, asset: Asset) -> bool:
    """Whether the text is the asset's very name, legal forms aside."""
    return plain_name(text) == plain_name(asset.name)


def _is_at_home(asset: Asset) -> bool:
    """Whether it is listed in its company's country, as far as both are known."""
    venue = venue_of(asset.symbol)
    place = country_name(venue.country or "") if venue else _AMERICA
    return place == (asset.country or _AMERICA)
