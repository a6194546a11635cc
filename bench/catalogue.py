"""A made-up catalogue of real size: 272,467 rows of the shape a real one has."""

import random
from functools import cache

from core.domain.asset import AssetClass
from core.domain.catalog import CatalogRow

SIZE = 272_467
WORDS = tuple(
    word
    for line in (
        "acme baltic cobalt delta ember fjord granite harbor iron jasper kestrel lumen meridian",
        "nova orbit pioneer quartz river summit tundra union vertex willow xenon yield zephyr",
    )
    for word in line.split()
)
FORMS = ("Inc.", "plc", "AG", "SA", "Corp.", "Holdings", "Ltd", "NV")


@cache
def rows() -> tuple[CatalogRow, ...]:
    """The same rows in every run."""
    chance = random.Random(7)  # noqa: S311 - no secret
    return tuple(_row(chance, number) for number in range(SIZE))


def _row(chance: random.Random, number: int) -> CatalogRow:
    name = " ".join(chance.choices(WORDS, k=3)).title()
    return CatalogRow(
        symbol=f"B{number:06d}.L",
        name=f"{name} {number % 9973} {chance.choice(FORMS)}",
        asset_class=AssetClass.EQUITY,
        exchange="London",
        mic="XLON",
        currency="GBP",
        country="United Kingdom",
        sector="Industrials",
        industry=chance.choice(WORDS).title(),
    )
