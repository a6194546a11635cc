"""The listing an ISIN stands for: at home, else the only primary one, else nobody can say."""

from collections.abc import Sequence

from core.domain.asset import Asset
from core.domain.symbology import is_foreign_line, is_home_listing, venue_of
from core.domain.symbology.venues import Role

_AMERICAN_COUNTRY = "US"


def preferred_listings(isin: str, listings: Sequence[Asset]) -> tuple[Asset, ...]:
    """The first group that has any: the country's main venue, its others, primaries, all.

    One listing in the group is the answer; several are an ambiguity, unless one alone is an
    ordinary share: a preferred share or warrant never has its ISIN, whatever a source says.
    """
    group = _first_group(isin, listings)
    plain = tuple(asset for asset in group if "-" not in asset.symbol)
    return plain if len(plain) == 1 else group


def _first_group(isin: str, listings: Sequence[Asset]) -> tuple[Asset, ...]:
    country = isin[:2]
    main = tuple(a for a in listings if _is_at(a, country, frozenset({Role.MAIN})))
    home = tuple(a for a in listings if _is_at(a, country, frozenset({Role.MAIN, Role.NATIONAL})))
    primary = tuple(a for a in listings if is_home_listing(a.symbol))
    return main or home or primary or tuple(listings)


def _is_at(asset: Asset, country: str, roles: frozenset[Role]) -> bool:
    venue = venue_of(asset.symbol)
    if venue is None:
        return country == _AMERICAN_COUNTRY
    is_there = venue.country == country and venue.role in roles
    return is_there and not is_foreign_line(asset.symbol)
