"""The listing an ISIN stands for: at home, else the only primary one, else nobody can say."""

from collections.abc import Sequence

from core.domain.asset import Asset
from core.domain.symbology import is_home_listing, venue_of
from core.domain.symbology.venues import Role

_AMERICAN_COUNTRY = "US"


def preferred_listings(isin: str, listings: Sequence[Asset]) -> tuple[Asset, ...]:
    """The first group that has any: the country's main venue, its others, primaries, all.

    One listing in the group is the answer; several are an ambiguity.
    """
    country = isin[:2]
    main = tuple(a for a in listings if _is_at(a, country, frozenset({Role.MAIN})))
    home = tuple(a for a in listings if _is_at(a, country, frozenset({Role.MAIN, Role.NATIONAL})))
    primary = tuple(a for a in listings if is_home_listing(a.symbol))
    return main or home or primary or tuple(listings)


def _is_at(asset: Asset, country: str, roles: frozenset[Role]) -> bool:
    venue = venue_of(asset.symbol)
    if venue is None:
        return country == _AMERICAN_COUNTRY
    return venue.country == country and venue.role in roles
