"""Sectors, industries and countries in one vocabulary, whatever a source calls them."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class Sector(StrEnum):
    """The eleven sectors of the Global Industry Classification Standard."""

    COMMUNICATION_SERVICES = "Communication Services"
    CONSUMER_DISCRETIONARY = "Consumer Discretionary"
    CONSUMER_STAPLES = "Consumer Staples"
    ENERGY = "Energy"
    FINANCIALS = "Financials"
    HEALTH_CARE = "Health Care"
    INDUSTRIALS = "Industrials"
    INFORMATION_TECHNOLOGY = "Information Technology"
    MATERIALS = "Materials"
    REAL_ESTATE = "Real Estate"
    UTILITIES = "Utilities"


# Words of Yahoo, FinanceDatabase, TRBC and ICB for a whole sector.
_SECTOR_WORDS = {
    Sector.COMMUNICATION_SERVICES: (
        "communication services|communications|telecommunications|telecommunication|telecoms|"
        "telecom|telecommunications services|communication"
    ),
    Sector.CONSUMER_DISCRETIONARY: (
        "consumer discretionary|consumer cyclical|consumer cyclicals|cyclical consumer|"
        "cyclical consumer services|cyclical consumer products|consumer services"
    ),
    Sector.CONSUMER_STAPLES: (
        "consumer staples|consumer defensive|consumer non-cyclical|consumer non-cyclicals|"
        "consumer noncyclicals|non-cyclical consumer"
    ),
    Sector.ENERGY: "energy|fossil fuels|oil & gas",
    Sector.FINANCIALS: (
        "financials|financial|financial services|finance|banking & investment services|banking"
    ),
    Sector.HEALTH_CARE: "health care|healthcare|healthcare services|health technology|medical",
    Sector.INDUSTRIALS: (
        "industrials|industrial|industrial goods|industrial goods & services|"
        "industrial & commercial services"
    ),
    Sector.INFORMATION_TECHNOLOGY: (
        "information technology|technology|technology services|electronic technology|"
        "technology equipment|software & it services|it|tech"
    ),
    Sector.MATERIALS: "materials|basic materials|raw materials|mineral resources",
    Sector.REAL_ESTATE: "real estate|realestate|property|real estate operations|immobilien",
    Sector.UTILITIES: "utilities|utility|public utility|versorger",
}
# Words that no other classification uses in another sense; they win over the rest.
_GICS_ALONE = frozenset(Sector) - {
    Sector.ENERGY,
    Sector.FINANCIALS,
    Sector.INDUSTRIALS,
    Sector.UTILITIES,
}
# Industries that name their sector, for sources that give no sector at all.
_INDUSTRY_WORDS = {
    Sector.COMMUNICATION_SERVICES: (
        "media|media & publishing|broadcasting|mass media|entertainment|video games|publishing|"
        "integrated telecommunications services|wireless telecommunications services|medien"
    ),
    Sector.CONSUMER_DISCRETIONARY: (
        "retail|retailing|retailers|automotive|automotive industry|restaurant|restaurants|"
        "homebuilding|home construction|housebuilding|luxury goods|apparel|textiles & apparel|"
        "textiles|sportswear|sports equipment|hospitality|tourism|travel & leisure|e-commerce|"
        "automobiles|automobilzulieferer|automobiles & auto parts|sports"
    ),
    Sector.CONSUMER_STAPLES: (
        "food|foods|beverages|beverage|food & beverages|food processing|tobacco|fishery|"
        "drink industry|personal products|food industry|household products|getränke"
    ),
    Sector.ENERGY: "petroleum|petroleum industry|oil and gas|coal|erdöl und -gas|ölförderung",
    Sector.FINANCIALS: (
        "banks|insurance|reinsurance|life insurance|regional banks|banking services|securities|"
        "investment management|other financial services|asset management|private equity|"
        "versicherungen|beteiligungen|multiline insurance & brokers"
    ),
    Sector.HEALTH_CARE: (
        "pharmaceuticals|pharmaceutical|biotechnology|pharmaceutical industry|medical equipment|"
        "medical devices|medical technology|pharma|biotechnologie|pflegeeinrichtungen"
    ),
    Sector.INDUSTRIALS: (
        "machinery|construction|engineering|aerospace|aerospace & defense|aerospace defence|"
        "railway/bus|marine transport|air transport|land transport|logistics|logistik|transport|"
        "transportation|trading companies|shipbuilding|airline|airlines|aviation|"
        "electrical equipment|mechanical engineering|industrial machinery|waste management|"
        "professional services|support services|warehousing|luftfahrt|anlagenbau|mischkonzern"
    ),
    Sector.INFORMATION_TECHNOLOGY: (
        "semiconductors|semiconductor|semiconductors & semiconductor equipment|software|"
        "computer software|it services|electronics|it services & consulting|it-dienstleistungen|"
        "halbleiterindustrie|it and consulting"
    ),
    Sector.MATERIALS: (
        "chemicals|chemical|chemistry|steel|mining|metals & mining|metals and mining|"
        "nonferrous metals|glass & ceramics|pulp & paper|building materials|chemie|zement"
    ),
    Sector.REAL_ESTATE: (
        "real estate investment trust|reit|commercial reits|real estate development|"
        "real estate development & operations|residential & commercial retis"
    ),
    Sector.UTILITIES: (
        "electric utilities|electric utility|electric power|multiline utilities|water utilities|"
        "electric utilities & ipps|gas|renewable energy"
    ),
}


def _by_word(table: dict[Sector, str]) -> dict[str, Sector]:
    return {word: sector for sector, words in table.items() for word in words.split("|")}


_SECTORS = _by_word(_SECTOR_WORDS)
_INDUSTRIES = _by_word(_INDUSTRY_WORDS)

# Short forms and other names; a name that is not here is kept as it is by whoever asks.
_COUNTRIES = {
    "United States": "us|usa|u.s.|u.s.a.|united states of america|america|puerto rico",
    "United Kingdom": "uk|u.k.|gb|great britain|england|scotland|wales|britain|northern ireland",
    "South Korea": "kr|korea|republic of korea|korea, republic of|korea (republic of)",
    "Russia": "ru|russian federation",
    "Czech Republic": "cz|czechia",
    "Netherlands": "nl|the netherlands|holland",
    "China": "cn|prc|people's republic of china|mainland china",
    "Hong Kong": "hk|hong kong sar|hong kong sar china",
    "Taiwan": "tw|taiwan, province of china|republic of china",
    "United Arab Emirates": "ae|uae|u.a.e.",
    "Turkey": "tr|türkiye|turkiye",
    "Vietnam": "vn|viet nam",
    "Macau": "mo|macao",
    "Switzerland": "ch",
    "Germany": "de|deutschland",
    "Argentina": "ar",
    "Australia": "au",
    "Austria": "at",
    "Bahamas": "bs|the bahamas",
    "Belgium": "be",
    "Bermuda": "bm",
    "Brazil": "br|brasil",
    "Canada": "ca",
    "Cayman Islands": "ky",
    "Chile": "cl",
    "Colombia": "co",
    "Cyprus": "cy",
    "Denmark": "dk",
    "Egypt": "eg",
    "Finland": "fi",
    "France": "fr",
    "Greece": "gr",
    "Guernsey": "gg",
    "Hungary": "hu",
    "Iceland": "is",
    "India": "in",
    "Indonesia": "id",
    "Ireland": "ie|republic of ireland",
    "Isle of Man": "im",
    "Israel": "il",
    "Italy": "it|italia",
    "Japan": "jp",
    "Jersey": "je",
    "Luxembourg": "lu",
    "Malaysia": "my",
    "Malta": "mt",
    "Mexico": "mx|méxico",
    "Monaco": "mc",
    "New Zealand": "nz",
    "Norway": "no",
    "Peru": "pe",
    "Philippines": "ph|the philippines",
    "Poland": "pl",
    "Portugal": "pt",
    "Qatar": "qa",
    "Saudi Arabia": "sa",
    "Singapore": "sg",
    "South Africa": "za",
    "Spain": "es|españa",
    "Sweden": "se",
    "Thailand": "th",
    "Uruguay": "uy",
}
_COUNTRY_BY_WORD = {
    word: name
    for name, words in _COUNTRIES.items()
    for word in (name.casefold(), *words.split("|"))
}


_DASHES = {0x2013: "-", 0x2014: "-"}


def _fold(text: str) -> str:
    return " ".join(text.translate(_DASHES).split()).casefold()


def gics_sector(text: str) -> Sector | None:
    """The sector a source's own word for one means; None where it is none we know."""
    return _SECTORS.get(_fold(text))


def sector_among(words: Iterable[str]) -> Sector | None:
    """The one sector that a mixed list of sector and industry words points to, or None."""
    folded = [_fold(word) for word in words]
    exact = {sector for sector in _GICS_ALONE if sector.casefold() in folded}
    if len(exact) == 1:
        return exact.pop()
    broad = {_SECTORS[word] for word in folded if word in _SECTORS}
    if len(broad) == 1:
        return broad.pop()
    return _majority([*(_SECTORS.get(w) for w in folded), *(_INDUSTRIES.get(w) for w in folded)])


def _majority(votes: Iterable[Sector | None]) -> Sector | None:
    ranked = Counter(vote for vote in votes if vote).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def country_name(text: str) -> str | None:
    """The usual English name of a country given by name or two-letter code, or None."""
    return _COUNTRY_BY_WORD.get(_fold(text))
