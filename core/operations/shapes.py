"""The shapes of the contract: what `data` holds, and how domain values become it."""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from core.domain.asset import Asset
from core.domain.result import Metadata, NextCall, Result
from core.domain.universe import Constituent, Universe
from core.domain.validation import Suggestion, ValidationResult

ECHO_LENGTH = 80


def echoed(text: str) -> str:
    """What the caller typed, cut where it is too long to be anything: it has the whole."""
    return text if len(text) <= ECHO_LENGTH else text[:ECHO_LENGTH] + "…"


Echo = Annotated[str, AfterValidator(echoed)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class AssetShape(Shape):
    """A listed instrument; money stands beside its currency, a yield is a fraction."""

    id: UUID
    symbol: str
    name: str
    asset_class: str
    exchange: str | None = None
    mic: str | None = None
    currency: str | None = None
    country: str | None = None
    sector: str | None = None
    industry: str | None = None
    isin: str | None = None
    market_cap: float | None = None
    market_cap_currency: str | None = None
    market_cap_bucket: str | None = None
    pe_ratio: float | None = None
    dividend_yield: float | None = None
    status: str
    is_validated: bool
    last_validated_at: datetime | None = None


ASSET_FIELDS = tuple(AssetShape.model_fields)
ASSET_VALUES = attrgetter(*ASSET_FIELDS)


class ConstituentShape(AssetShape):
    """With what the member carries; `weight` is a fraction."""

    position: int
    valid_from: date | None = None
    valid_to: date | None = None
    weight: float | None = None
    note: str | None = None
    tags: list[str] = []


class ConstituentSummary(Shape):
    id: UUID
    symbol: str
    name: str
    exchange: str | None = None
    position: int


class FoundAsset(AssetShape):
    other_listings: int = 0


class PendingShape(Shape):
    input: str
    since: datetime


class UniverseShape(Shape):
    id: UUID
    name: str
    description: str
    version: int
    asset_count: int
    pending_count: int
    created_at: datetime
    updated_at: datetime
    source: str
    validation_status: str
    doubtful_count: int
    made_with: str | None = None
    index_code: str | None = None
    tracked: bool = False


class SuggestionShape(Shape):
    symbol: str
    name: str
    exchange: str | None = None
    reason: str


class EvidenceShape(Shape):
    source: str
    claim: str
    observed_at: datetime


class WarningShape(Shape):
    code: str
    message: str


class ValidationShape(Shape):
    """The answer to one input."""

    input: Echo
    verdict: str
    symbol: str | None = None
    asset: AssetShape | None = None
    confidence: float
    reason: str
    evidence: list[EvidenceShape]
    warnings: list[WarningShape]
    suggestions: list[SuggestionShape]


class Outcome(Shape):
    """What became of one input of a bulk change."""

    input: Echo
    symbol: str | None = None
    name: str | None = None
    status: str
    reason: str = ""
    suggestions: list[SuggestionShape] = []


class BulkShape(Shape):
    """Counts, and outcomes in input order; over 100 inputs only the exceptions are listed."""

    added: int = 0
    already_member: int = 0
    removed: int = 0
    not_member: int = 0
    pending: int = 0
    rejected: int = 0
    outcomes: list[Outcome]
    job_id: UUID | None = None
    version: int
    dry_run: bool = False


def constituent_shape(member: Constituent) -> ConstituentShape:
    return ConstituentShape(
        **asset_fields(member.asset),
        position=member.position,
        valid_from=member.valid_from,
        valid_to=member.valid_to,
        weight=None if member.weight is None else float(member.weight),
        note=member.note,
        tags=list(member.tags),
    )


def asset_fields(asset: Asset) -> dict[str, Any]:
    """The fields of an asset for a shape that adds to it."""
    return dict(zip(ASSET_FIELDS, ASSET_VALUES(asset), strict=True))


def universe_shape(universe: Universe) -> UniverseShape:
    return UniverseShape.model_validate(universe)


def validation_shape(result: ValidationResult) -> ValidationShape:
    return ValidationShape.model_validate(result)


def suggestion_shapes(suggestions: Sequence[Suggestion]) -> list[SuggestionShape]:
    return [SuggestionShape.model_validate(suggestion) for suggestion in suggestions]


def universe_metadata(universe: Universe, **more: Any) -> Metadata:
    """What every answer about one universe says beside its data."""
    return Metadata(
        validation_status=universe.validation_status,
        asset_count=universe.asset_count,
        pending_count=universe.pending_count,
        version=universe.version,
        **more,
    )


def about(
    universe: Universe,
    message: str,
    *,
    call: str = "get_universe",
    next_actions: tuple[str, ...] = ("get_universe",),
) -> Result[UniverseShape]:
    """The answer of an operation that is about one universe; `call` is ready to be made on it."""
    ready = NextCall(tool=call, arguments={"universe_id": str(universe.id)})
    return Result[UniverseShape](
        data=universe_shape(universe),
        message=message,
        next_actions=next_actions,
        metadata=universe_metadata(universe, next_calls=(ready,)),
    )
