"""Pairs: currencies, metals against the dollar, and crypto assets."""

import re
from collections.abc import Iterator

from core.domain.symbology.reading import Candidate, Tier
from core.domain.symbology.venues import words

# Those of ISO 4217, and the offshore renminbi; HRK, BGN and the like live on in old data.
FIAT = words(
    """USD EUR JPY GBP CHF CAD AUD NZD CNY CNH HKD SGD SEK NOK DKK PLN CZK HUF TRY ZAR MXN BRL INR
    KRW TWD THB IDR MYR PHP ILS RUB SAR AED QAR KWD BHD OMR JOD EGP MAD NGN KES ARS CLP COP PEN
    RON BGN ISK UAH VND PKR LKR BDT KZT GEL AFN ALL AMD ANG AOA AWG AZN BAM BBD BIF BMD BND BOB BSD
    BTN BWP BYN BZD CDF CRC CUP CVE DJF DOP DZD ERN ETB FJD FKP GHS GIP GMD GNF GTQ GYD HNL HRK HTG
    IQD IRR JMD KGS KHR KMF KPW KYD LAK LBP LRD LSL LYD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MZN
    NAD NIO NPR PAB PGK PYG RSD RWF SBD SCR SDG SHP SLE SOS SRD SSP STN SYP SZL TJS TMT TND TOP TTD
    TZS UGX UYU UZS VES VUV WST XAF XCD XOF XPF YER ZMW ZWG"""
)
STABLE = words("USDT USDC")
_QUOTES = FIAT | STABLE | {"BTC", "ETH"}
_METALS = {"XAU": "GC=F", "XAG": "SI=F", "XPT": "PL=F", "XPD": "PA=F"}
_METAL_NOTE = "Read as the continuous future, which is not the spot price."
# Bases common enough that a pair without a sign (BTCUSD) is a certain reading.
_KNOWN_BASES = words(
    """BTC ETH SOL XRP DOGE ADA BNB LTC DOT AVAX LINK TRX BCH XLM ATOM UNI MATIC SHIB"""
)
_BASE_ALIASES = {"XBT": "BTC", "XXBT": "BTC", "XETH": "ETH", "XDG": "DOGE"}
_PAIR = re.compile(r"([A-Z0-9]{2,6}?)([/\-_: ]?)(USDT|USDC|[A-Z]{3})(=X)?")
_THREE_AND_THREE = re.compile(r"([A-Z]{3})[/\-_ ]?([A-Z]{3})(?:=X)?")

_STOCKTWITS = re.compile(r"([A-Z0-9]{2,6})\.X")


def pairs(text: str) -> Iterator[Tier]:
    """`EUR/USD`, `USDCAD`, `XAUUSD`, `BTC-USD`, `BTCUSDT`, `BTC.X`."""
    if match := _STOCKTWITS.fullmatch(text):
        yield from _crypto(match[1], "USD", is_joined=True)
        return
    match = _PAIR.fullmatch(text)
    if not match or match[3] not in _QUOTES:
        yield from _unknown_pair(text)
        return
    base, quote = match[1], match[3]
    if base in FIAT:
        currencies = tuple(_currency(base, quote))
        yield from ((pair,) for pair in currencies[:-1])
        # BHD is Bahrain's dinar, and a coin: both may be traded against the dollar
        coin = Candidate(symbol=f"{base}-{quote}", rule="crypto_pair", certain=False)
        yield (*currencies[-1:], coin)
    elif base in _METALS and quote == "USD":
        yield (Candidate(symbol=_METALS[base], rule="metal", note=_METAL_NOTE),)
    elif not match[4]:
        yield from _crypto(_BASE_ALIASES.get(base, base), quote, is_joined=not match[2])
        yield from _unknown_pair(text)


def coins(text: str) -> Iterator[Tier]:
    """A pair where only coins are traded: `BTCUSDT`, `BHD-GBP`."""
    match = _PAIR.fullmatch(text)
    if match and match[3] in _QUOTES and not match[4]:
        base = _BASE_ALIASES.get(match[1], match[1])
        yield from _crypto(base, match[3], is_joined=not match[2])
    yield from pairs(text)


def _unknown_pair(text: str) -> Iterator[Tier]:
    """Codes we do not know as currencies: a pair only where the catalogue holds it."""
    if match := _THREE_AND_THREE.fullmatch(text):
        yield (Candidate(symbol=f"{match[1]}{match[2]}=X", rule="currency_pair", certain=False),)


def _currency(base: str, quote: str) -> Iterator[Candidate]:
    """Yahoo leaves a leading dollar out: CAD=X is dollars in Canadian dollars."""
    if base == quote or quote not in FIAT:
        return
    if base == "USD":
        yield Candidate(symbol=f"{quote}=X", rule="currency_pair")
    yield Candidate(symbol=f"{base}{quote}=X", rule="currency_pair")


def _crypto(base: str, quote: str, *, is_joined: bool) -> Iterator[Tier]:
    is_certain = not is_joined or base in _KNOWN_BASES
    yield (Candidate(symbol=f"{base}-{quote}", rule="crypto_pair", certain=is_certain),)
    if quote in STABLE:
        note = f"Quoted in {quote}, read as US dollars."
        symbol = f"{base}-USD"
        yield (Candidate(symbol=symbol, rule="crypto_pair", certain=is_certain, note=note),)
