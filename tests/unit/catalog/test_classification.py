"""One vocabulary for sectors and countries, whatever a source calls them."""

import pytest

from core.domain.classification import Sector, country_name, gics_sector, sector_among


@pytest.mark.parametrize(
    ("word", "sector"),
    [
        ("Technology", Sector.INFORMATION_TECHNOLOGY),
        ("Healthcare", Sector.HEALTH_CARE),
        ("Financial Services", Sector.FINANCIALS),
        ("Basic Materials", Sector.MATERIALS),
        ("Consumer Cyclical", Sector.CONSUMER_DISCRETIONARY),
        ("Consumer Defensive", Sector.CONSUMER_STAPLES),
        ("  real   ESTATE ", Sector.REAL_ESTATE),
        ("Consumer Non–Cyclicals", Sector.CONSUMER_STAPLES),  # noqa: RUF001 - the dash is the case
        ("Communications", Sector.COMMUNICATION_SERVICES),
        ("Fixed Income", None),
        ("", None),
    ],
)
def test_a_word_for_a_sector_finds_it(word: str, sector: Sector | None) -> None:
    assert gics_sector(word) is sector


def test_the_eleven_sectors_are_their_own_names() -> None:
    assert len(Sector) == 11
    assert [gics_sector(sector.value) for sector in Sector] == list(Sector)


@pytest.mark.parametrize(
    ("words", "sector"),
    [
        (["Information Technology", "Industrials"], Sector.INFORMATION_TECHNOLOGY),
        (["Technology", "Software"], Sector.INFORMATION_TECHNOLOGY),
        (["Financials", "Banking", "Construction"], Sector.FINANCIALS),
        (["Railway/bus", "Transportation"], Sector.INDUSTRIALS),
        (["Financials", "Energy"], None),
        (["Mystery"], None),
        ([], None),
    ],
)
def test_mixed_words_give_a_sector_only_where_they_agree(
    words: list[str], sector: Sector | None
) -> None:
    assert sector_among(words) is sector


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("USA", "United States"),
        ("england", "United Kingdom"),
        ("Korea, Republic of", "South Korea"),
        ("Türkiye", "Turkey"),
        ("JP", "Japan"),
        ("Japan", "Japan"),
        ("Houston", None),
    ],
)
def test_a_country_has_one_name(text: str, country: str | None) -> None:
    assert country_name(text) == country
