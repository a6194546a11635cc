"""Identifiers that are no symbols: an ISIN is looked up, the others are unsupported."""

import re

from core.domain.symbology.reading import RefusalKind, RefusedError

_OPTION = re.compile(r"(?:O:)?\.?[A-Z]{1,6} ?\d{6}[CP]\d{1,8}(?:\.\d+)?")
_FIGI = re.compile(r"BBG[A-Z0-9]{9}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_DIGITS_OF_AN_ISIN = 5  # with fewer it may be a word or another vendor's code
_CUSIP = re.compile(r"[0-9][A-Z0-9]{7}\d|[A-Z]\d{5}[A-Z0-9]{2}\d")
_SEDOL = re.compile(r"[B\d][B-DF-HJ-NP-TV-Z\d]{2}[\dB-DF-HJ-NP-TV-Z]{3}\d")
_SEDOL_WEIGHTS = (1, 3, 1, 7, 3, 9, 1)
_LEI = re.compile(r"[A-Z0-9]{18}\d\d")


def isin_of(text: str) -> str | None:
    """The text where it is a well-formed ISIN; refuses identifiers we do not carry.

    FIGI comes first because `BBG...` has the shape of an ISIN.
    """
    upper = text.upper()
    if _OPTION.fullmatch(upper):
        raise _unsupported("an option contract")
    if _FIGI.fullmatch(upper):
        raise _unsupported("a FIGI")
    if _ISIN.fullmatch(upper):
        return _checked_isin(upper)
    other = _other_identifier(upper)
    if other:
        raise _unsupported(other)
    return None


def _checked_isin(upper: str) -> str | None:
    if has_isin_check_digit(upper):
        return upper
    if sum(char.isdigit() for char in upper) >= _DIGITS_OF_AN_ISIN:
        raise RefusedError(
            RefusalKind.MALFORMED, "This has the shape of an ISIN with a wrong check digit."
        )
    return None


def _other_identifier(upper: str) -> str | None:
    if _CUSIP.fullmatch(upper) and _has_cusip_check_digit(upper):
        return "a CUSIP"
    if _SEDOL.fullmatch(upper) and _has_sedol_check_digit(upper):
        return "a SEDOL"
    return "a LEI" if _LEI.fullmatch(upper) and not upper.isdigit() else None


def has_isin_check_digit(isin: str) -> bool:
    """Luhn's sum over the letters written as numbers (ISO 6166)."""
    digits = [int(digit) for digit in reversed("".join(str(int(char, 36)) for char in isin))]
    return _luhn(digits, doubled_from=1) % 10 == 0


def _has_cusip_check_digit(cusip: str) -> bool:
    values = [int(char, 36) for char in cusip[:8]]
    return (10 - _luhn(values, doubled_from=1) % 10) % 10 == int(cusip[8])


def _has_sedol_check_digit(sedol: str) -> bool:
    weighted = (w * int(char, 36) for w, char in zip(_SEDOL_WEIGHTS, sedol, strict=True))
    return sum(weighted) % 10 == 0 and sum(char.isdigit() for char in sedol) >= 2


def _luhn(values: list[int], *, doubled_from: int) -> int:
    weighted = [v * 2 if index % 2 == doubled_from else v for index, v in enumerate(values)]
    return sum(value // 10 + value % 10 for value in weighted)


def _unsupported(what: str) -> RefusedError:
    return RefusedError(
        RefusalKind.UNSUPPORTED, f"This is {what}; give a symbol or an ISIN instead."
    )
