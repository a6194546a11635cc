"""Services over the fake providers, and symbols that only those know."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.bootstrap import open_services
from core.config import Settings
from core.domain.validation import ValidationResult
from core.operations import SCOPES
from core.operations.operation import Context
from core.operations.validating import validate_all
from core.ports import Principal, Services
from tests.provider_fake import ProviderFake, living_row

KEY = "MADEUPKEY0123456789"

# Neither the catalogue nor any exchange has them.
LIVING = ("ZQXA", "ZQXB", "ZQXC")
DEAD = "ZQDD"
UNKNOWN = "ZQNN"


def online(settings: Settings, fake: ProviderFake, **changes: object) -> Settings:
    """The settings with both providers at the fake's address."""
    return settings.model_copy(
        update={
            "providers": "yahoo,alpha_vantage",
            "yahoo_base_url": fake.base_url,
            "alpha_vantage_base_url": fake.base_url,
            "alpha_vantage_api_key": KEY,
            **changes,
        }
    )


def list_symbols(fake: ProviderFake, symbols: Iterable[str]) -> None:
    """Give Alpha Vantage a complete list of today with these on it."""
    today = datetime.now(UTC).date().isoformat()
    names = ["AAPL", "IBM", "XOM", *symbols, *(f"FILL{n}" for n in range(5000))]
    fake.listed = [f"{name},{name} Industries,NYSE,Stock,{today},null,Active" for name in names]
    fake.matches["IBM"] = {"1. symbol": "IBM", "2. name": "IBM", "3. type": "Equity"}


def trade(fake: ProviderFake, symbols: Iterable[str]) -> None:
    """Let Yahoo quote these as traded a minute ago."""
    now = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
    for symbol in symbols:
        fake.rows[symbol] = living_row(symbol, regularMarketTime=now)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[tuple[Services, Context]]:
    """Services and a context of one user on them."""
    async with open_services(settings) as services:
        yield services, await context_on(services)


async def context_on(services: Services, *, user: str = "alice") -> Context:
    principal = Principal(
        user_id=await services.user(user), actor=user, scopes=SCOPES, client="tests 1"
    )
    return Context(principal=principal, services=services)


def later(ctx: Context, age: timedelta) -> Context:
    """The same caller, that much later."""
    services = replace(ctx.services, now=lambda: datetime.now(UTC) + age)
    return replace(ctx, services=services, notes=[])


async def verdicts(ctx: Context, symbols: Sequence[str], *, seconds: float = 2.0) -> dict[str, str]:
    """The verdict on each symbol."""
    results = await checked(ctx, symbols, seconds=seconds)
    return {symbol: str(result.verdict) for symbol, result in results.items()}


async def checked(
    ctx: Context, symbols: Sequence[str], *, seconds: float = 2.0
) -> dict[str, ValidationResult]:
    """The result for each symbol."""
    results = await validate_all(ctx, symbols, seconds=seconds)
    return dict(zip(symbols, results, strict=True))
