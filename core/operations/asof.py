"""Symbols as they were understood on a day of the past: by who bore them then."""

from collections.abc import Mapping, Sequence
from datetime import date

from core.domain.asset import Asset, AssetStatus
from core.domain.resolving.confidence import RECORD_ALONE
from core.domain.symbology import Reading, read
from core.domain.validation import ValidationResult, Verdict
from core.ports import UnitOfWork


async def borne_then(
    uow: UnitOfWork, inputs: Sequence[str], day: date
) -> Mapping[str, ValidationResult]:
    """Those of the inputs that meant another asset on the day than they mean now.

    A company that is gone since is a valid answer there, and so is one that has been renamed.
    """
    meant = {text: _symbols(text) for text in dict.fromkeys(inputs)}
    bearers = await uow.assets.borne_on({s for symbols in meant.values() for s in symbols}, day)
    found = {
        text: next((s for s in symbols if s in bearers), "") for text, symbols in meant.items()
    }
    return {text: _told(text, s, bearers[s], day) for text, s in found.items() if s}


def _symbols(text: str) -> list[str]:
    reading = read(text)
    if not isinstance(reading, Reading):
        return []
    return [c.symbol for tier in reading.tiers for c in tier if c.certain]


def _told(text: str, symbol: str, asset: Asset, day: date) -> ValidationResult:
    gone = "" if asset.status is AssetStatus.ACTIVE else ", which may trade no longer"
    return ValidationResult(
        input=text,
        verdict=Verdict.VALID if text == asset.symbol else Verdict.VALID_NORMALIZED,
        symbol=asset.symbol,
        asset=asset,
        confidence=RECORD_ALONE,
        reason=f"On {day} {symbol} was the symbol of {asset.name}{gone}.",
    )
