"""Symbols as they were understood on a day of the past: by who bore them then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from core.domain.asset import Asset, AssetStatus
from core.domain.resolving.confidence import RECORD_ALONE
from core.domain.symbology import Reading, read
from core.domain.validation import ValidationResult, Verdict
from core.exporting import ImportedItem
from core.operations.operation import Context
from core.operations.validating import validate_all
from core.ports import UnitOfWork

Then = tuple[str, date]
"""A text, and the day it is of."""


async def borne_then(uow: UnitOfWork, asked: Collection[Then]) -> Mapping[Then, ValidationResult]:
    """Those of the texts that meant another asset on their day than they mean now.

    A company that is gone since is a valid answer there, and so is one that has been renamed.
    """
    meant = {(text, day): [(s, day) for s in _symbols(text)] for text, day in dict.fromkeys(asked)}
    bearers = await uow.assets.borne_on({then for thens in meant.values() for then in thens})
    found = {key: next((t for t in thens if t in bearers), None) for key, thens in meant.items()}
    return {
        (text, day): _told(text, then[0], bearers[then], day)
        for (text, day), then in found.items()
        if then
    }


async def meant_by(ctx: Context, items: Sequence[ImportedItem]) -> list[ValidationResult]:
    """A result for each line of a file, in their order.

    A stay that has ended means who bore its symbol on its last day; a line with a day of the past
    may also name an asset of the past as we call it.
    """
    today = ctx.services.now().date()
    keys = [(item.symbol, min(_day_of(item) or today, today)) for item in items]
    past = {key: item for key, item in zip(keys, items, strict=True) if key[1] < today}
    async with ctx.unit_of_work() as uow:
        named = await uow.assets.by_symbols({text for text, _ in past}, past=True)
        then = dict(await borne_then(uow, [key for key, item in past.items() if item.valid_to]))
    for text, day in past:
        asset = named.get(text)
        bearer = then[text, day].asset if (text, day) in then else None
        # whom we call so gives way to another that is gone, not to one that goes by a new symbol
        if asset and _is_gone(asset) and not (bearer and _is_gone(bearer)):
            then[text, day] = _told(text, text, asset, day)
    left = [key[0] for key in keys if key not in then]
    now = iter(await validate_all(ctx, left) if left else ())
    return [then[key] if key in then else next(now) for key in keys]


def _day_of(item: ImportedItem) -> date | None:
    return item.valid_to - timedelta(days=1) if item.valid_to else item.valid_from


def _is_gone(asset: Asset) -> bool:
    return asset.status is not AssetStatus.ACTIVE


def _symbols(text: str) -> list[str]:
    reading = read(text)
    if not isinstance(reading, Reading):
        return []
    return [c.symbol for tier in reading.tiers for c in tier if c.certain]


def _told(text: str, symbol: str, asset: Asset, day: date) -> ValidationResult:
    gone = ", which may trade no longer" if _is_gone(asset) else ""
    return ValidationResult(
        input=text,
        verdict=Verdict.VALID if text == asset.symbol else Verdict.VALID_NORMALIZED,
        symbol=asset.symbol,
        asset=asset,
        confidence=RECORD_ALONE,
        reason=f"On {day} {symbol} was the symbol of {asset.name}{gone}.",
    )
