"""From typed texts to verdicts: parse, cache, catalogue, providers, each asked once for all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

from core.domain.asset import Asset, FormerSymbol
from core.domain.resolving import (
    Knowledge,
    SuggestionNeeds,
    decide,
    follow_up,
    live_needs,
    needs,
    suggestion_needs,
    with_asset,
)
from core.domain.symbology import Reading, Refusal, read
from core.domain.validation import ValidationResult
from core.operations.operation import Context
from core.ports import UnitOfWork

Readings = Mapping[str, Reading | Refusal]

FRESH = timedelta(hours=24)
"""A confirmation younger than this needs no provider."""

LIVE_SYMBOLS = 500
"""How many symbols one call may ask providers for; the rest is unverified, not refused."""

SUGGESTED_FOR = 50
"""For how many inputs of one call similar names are searched: the first ones."""

DEFAULT_SECONDS = 2.0
ROUNDS = 4


async def validate_all(
    ctx: Context,
    inputs: Sequence[str],
    *,
    expected_names: Mapping[str, str] | None = None,
    seconds: float = DEFAULT_SECONDS,
) -> list[ValidationResult]:
    """One verdict an input, in the order asked; `seconds` bounds the wait for providers."""
    readings = {text: read(text) for text in dict.fromkeys(inputs)}
    async with ctx.unit_of_work() as uow:
        knowledge = await _look_up(uow, readings.values(), ctx.services.now())
    knowledge = await _ask(ctx, readings, knowledge, seconds=seconds)
    names = expected_names or {}

    def verdict(text: str, known: Knowledge) -> ValidationResult:
        return decide(
            text,
            readings[text],
            known,
            now=ctx.services.now(),
            offline=ctx.services.live.is_offline,
            expected_name=names.get(text),
        )

    results = {text: verdict(text, knowledge) for text in readings}
    wanted = [suggestion_needs(readings[text], result) for text, result in results.items()]
    open_questions = [need for need in wanted if need.name or need.spellings][:SUGGESTED_FOR]
    if open_questions:
        async with ctx.unit_of_work() as uow:
            knowledge = knowledge.merged(await _similar(uow, open_questions))
        texts = {need.text for need in open_questions}
        results |= {t: verdict(t, knowledge) for t, r in readings.items() if r.text in texts}
    results = await _identified(ctx, results)
    return [results[text] for text in inputs]


async def _look_up(
    uow: UnitOfWork, readings: Iterable[Reading | Refusal], now: datetime
) -> Knowledge:
    """What the catalogue knows of all readings, and of what they lead to."""
    wanted = needs(readings)
    knowledge = await _symbols(uow, wanted.symbols, now)
    listings: dict[str, tuple[Asset, ...]] = {}
    for asset in await uow.assets.by_isins(wanted.isins):
        listings[asset.isin or ""] = (*listings.get(asset.isin or "", ()), asset)
    roots = await uow.assets.by_roots(wanted.roots)
    found = [asset for group in listings.values() for asset in group]
    knowledge = knowledge.merged(
        Knowledge(
            listings=listings,
            roots={root: tuple(assets) for root, assets in roots.items()},
            fresh=_fresh(found, now),
        )
    )
    while more := follow_up(knowledge):
        knowledge = knowledge.merged(await _symbols(uow, more, now))
    return knowledge


async def _symbols(uow: UnitOfWork, symbols: Collection[str], now: datetime) -> Knowledge:
    assets = await uow.assets.by_symbols(symbols)
    former: dict[str, FormerSymbol] = {}
    for record in await uow.assets.former(symbols):
        former.setdefault(record.symbol, record)  # the latest first
    return Knowledge(
        assets=assets,
        former=former,
        fresh=_fresh(assets.values(), now),
        searched=frozenset(symbols),
    )


def _fresh(assets: Iterable[Asset], now: datetime) -> frozenset[str]:
    return frozenset(
        asset.symbol
        for asset in assets
        if asset.is_validated and asset.last_validated_at and now - asset.last_validated_at < FRESH
    )


async def _ask(
    ctx: Context, readings: Readings, knowledge: Knowledge, *, seconds: float
) -> Knowledge:
    """Rounds of questions, cache first, until nothing is open or the time is up."""
    live = ctx.services.live
    if live.is_offline:
        return knowledge
    until = monotonic() + seconds
    budget = LIVE_SYMBOLS
    for _ in range(ROUNDS):
        wanted = sorted({s for r in readings.values() for s in live_needs(r, knowledge)})
        if not wanted:
            break
        remembered = await live.remembered(wanted)
        knowledge = knowledge.with_answers(remembered.keys(), remembered, provider="cache")
        asked = [symbol for symbol in wanted if symbol not in remembered]
        answers = await live.ask(asked[:budget], seconds=until - monotonic())
        knowledge = knowledge.with_answers(asked, answers, provider="yahoo")
        budget = max(0, budget - len(asked))
    return knowledge


async def _similar(uow: UnitOfWork, wanted: Sequence[SuggestionNeeds]) -> Knowledge:
    """Assets of a similar name or spelling, for the inputs that found nothing."""
    names = await uow.assets.by_names({need.name for need in wanted if need.name})
    spellings = {symbol for need in wanted for symbol in need.spellings}
    near = await uow.assets.by_symbols(spellings)
    return Knowledge(
        name_matches={need.text: tuple(names.get(need.name or "", ())) for need in wanted},
        near={
            # in the order of `near`: a slip is more often meant for a company people name often
            need.text: tuple(asset for symbol, asset in near.items() if symbol in need.spellings)
            for need in wanted
        },
    )


async def _identified(
    ctx: Context, results: dict[str, ValidationResult]
) -> dict[str, ValidationResult]:
    """With ids for assets that only a provider knew until now: they enter the catalogue."""
    found = {
        result.discovered.symbol: result.discovered
        for result in results.values()
        if result.discovered
    }
    if not found:
        return results
    stored = await ctx.services.catalog.save_quotes(list(found.values()))
    return {
        text: with_asset(result, stored[result.discovered.symbol]) if result.discovered else result
        for text, result in results.items()
    }
