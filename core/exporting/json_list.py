"""`json`: everything a list holds, for programs."""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.errors import InvalidInputError
from core.domain.universe import Constituent
from core.exporting.model import Exported, ImportedItem, ImportedList, ListToExport

KIND = "universe/1"
MOST_DESCRIBED = 2000


class JsonMember(BaseModel):
    model_config = ConfigDict(extra="ignore")

    symbol: str
    weight: Decimal | None = None
    note: str | None = None
    tags: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None


class JsonList(BaseModel):
    model_config = ConfigDict(extra="ignore")

    description: Annotated[str, Field(max_length=MOST_DESCRIBED)] = ""
    assets: list[JsonMember | str]
    past: list[JsonMember] = []
    pending: list[str] = []


def export(given: ListToExport) -> Exported:
    body = {
        "format": KIND,
        "name": given.name,
        "description": given.description,
        "version": given.version,
        "exported_at": given.exported_at.isoformat(),
        "assets": [_member(member) for member in given.members],
        "past": [_member(stay) for stay in given.past],
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
        "valid_to": member.valid_to.isoformat() if member.valid_to else None,
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
            valid_to=member.valid_to,
        )
        for member in (*found.assets, *found.past)
    ]
    if any(item.valid_to and not _is_a_stay(item) for item in items):
        raise InvalidInputError(
            "A member with valid_to needs a valid_from that lies before it.", field="content"
        )
    items += [ImportedItem(symbol=text) for text in found.pending]
    return ImportedList(items=items, description=found.description)


def _is_a_stay(item: ImportedItem) -> bool:
    return bool(item.valid_from and item.valid_to and item.valid_from < item.valid_to)
