"""`json`: everything a list holds, for programs."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.domain.errors import InvalidInputError
from core.domain.universe import Constituent
from core.exporting.model import Exported, ImportedItem, ImportedList, ListToExport

KIND = "universe/1"


class JsonMember(BaseModel):
    model_config = ConfigDict(extra="ignore")

    symbol: str
    weight: Decimal | None = None
    note: str | None = None
    tags: list[str] = []
    valid_from: date | None = None


class JsonList(BaseModel):
    model_config = ConfigDict(extra="ignore")

    assets: list[JsonMember | str]
    pending: list[str] = []


def export(given: ListToExport) -> Exported:
    body = {
        "format": KIND,
        "name": given.name,
        "description": given.description,
        "version": given.version,
        "exported_at": given.exported_at.isoformat(),
        "assets": [_member(member) for member in given.members],
        "pending": list(given.pending),
    }
    return Exported(content=json.dumps(body, ensure_ascii=False, indent=1) + "\n")


def _member(member: Constituent) -> dict[str, Any]:
    asset = member.asset
    told = {
        "symbol": asset.symbol,
        "name": asset.name,
        "asset_class": asset.asset_class,
        "exchange": asset.exchange,
        "mic": asset.mic,
        "currency": asset.currency,
        "isin": asset.isin,
        "weight": None if member.weight is None else str(member.weight),
        "note": member.note,
        "tags": list(member.tags),
        "valid_from": member.valid_from.isoformat() if member.valid_from else None,
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def parse(content: str) -> ImportedList:
    """Our own file, or `{"assets": ["AAPL", …]}`, or a bare array of symbols."""
    text = content.strip().removeprefix("\ufeff")
    if text.startswith("["):
        text = f'{{"assets": {text}}}'
    try:
        found = JsonList.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the document"
        raise InvalidInputError(
            f"The JSON cannot be read at {place}: {fault['msg']}.", field="content"
        ) from error
    items = [
        ImportedItem(symbol=member)
        if isinstance(member, str)
        else ImportedItem(
            symbol=member.symbol,
            weight=member.weight,
            note=member.note,
            tags=member.tags,
            valid_from=member.valid_from,
        )
        for member in found.assets
    ]
    return ImportedList(items=[*items, *(ImportedItem(symbol=text) for text in found.pending)])
