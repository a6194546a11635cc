"""From typed texts to verdicts: parse, cache, catalogue, providers, each asked once for all."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from time import monotonic

from core.domain.answers import LIVING, SOFT
from core.domain.asset import Asset
from core.domain.resolving import (
    Knowledge,
    SuggestionNeeds,
    decide,
    deciding_records,
    follow_up,
    mismatch_needs,
    needs,
    suggestion_needs,
    with_asset,
)
from core.domain.resolving.aging import confirmed_at, settled
from core.domain.symbology import HOME_SUFFIXES, Reading, Refusal, read
from core.domain.validation import ValidationResult, Verdict
from core.operations.asking import Asking
from core.operations.operation import Context
from core.operations.pacing import in_turns
from core.ports import UnitOfWork

SUGGESTED_FOR = 50
"""For how many inputs of one call similar names are searched: the first ones."""

SEARCHED_AT_ONCE = 5
"""Names and spellings searched for before the time is looked at again."""

LAST_SEARCHES = 0.1
"""Seconds past the deadline after which nothing more is searched for."""

LOOKED_UP_AT_ONCE = 1000
"""Inputs whose rows are read in one go: more would keep everybody else waiting."""

DEFAULT_SECONDS = 2.0


async def validate_all(
    ctx: Context,
    inputs: Sequence[str],
    *,
    expected_names: Mapping[str, str] | None = None,
    seconds: float = DEFAULT_SECONDS,
) -> list[ValidationResult]:
    """One verdict an input, in the order asked; `seconds` bounds the wait for providers.

    What the caller should know of the check itself (a cache that is away, a budget that is spent)
    goes to the notes of the context.
    """
    began = monotonic()
    readings = {text: _read(text) async for text in in_turns(dict.fromkeys(inputs))}
    async with ctx.unit_of_work() as uow:
        knowledge = await _look_up(uow, readings.values(), ctx.services.now())
    asking = Asking(ctx=ctx, readings=readings, knowledge=knowledge)
    await asking.run(seconds=seconds, began=began)
    deciding = _Deciding(asking=asking, expected_names=expected_names or {})
    results = await deciding.all(readings)
    until = began + seconds + LAST_SEARCHES
    results |= await deciding.again(await _with_suggestions(ctx, deciding, results, until=until))
    results = await _identified(ctx, results)
    _renew(ctx, results.values())
    _count(ctx, asking, results)
    return [results[text] for text in inputs]


def _read(text: str) -> Reading | Refusal:
    return _read_before(text) if len(text) <= _LONGEST_KEPT else read(text)


# Reading is pure, and most of what people check they have checked before.
_read_before = lru_cache(maxsize=10_000)(read)
_LONGEST_KEPT = 40


@dataclass(slots=True, kw_only=True)
class _Deciding:
    """The last step, pure but for its pace; repeated for those that suggestions were found for."""

    asking: Asking
    expected_names: Mapping[str, str]

    async def all(self, texts: Iterable[str]) -> dict[str, ValidationResult]:
        return {text: self._verdict(text) async for text in in_turns(texts)}

    async def again(self, names: Collection[str]) -> dict[str, ValidationResult]:
        """The verdicts on readings, or expected names, that more is known of now."""
        return await self.all(
            text
            for text, reading in self.asking.readings.items()
            if names and (reading.text in names or self.expected_names.get(text) in names)
        )

    def _verdict(self, text: str) -> ValidationResult:
        services = self.asking.ctx.services
        now, offline = services.now(), services.live.is_offline
        known = self.asking.knowledge
        result = decide(
            text,
            self.asking.readings[text],
            known,
            now=now,
            offline=offline,
            expected_name=self.expected_names.get(text),
        )
        symbol = result.symbol or ""
        return settled(
            result,
            known.quotes.get(symbol),
            now=now,
            offline=offline,
            unasked=self._is_unasked(text),
        )

    def _is_unasked(self, text: str) -> bool:
        reading, unasked = self.asking.readings[text], self.asking.unasked
        if not unasked or not isinstance(reading, Reading):
            return False
        return any(candidate.symbol in unasked for candidate in reading.candidates)


def _first(asking: Asking, text: str) -> str:
    """The symbol that is meant first."""
    reading = asking.readings[text]
    return reading.candidates[0].symbol if isinstance(reading, Reading) and reading.tiers else ""


async def _with_suggestions(
    ctx: Context, deciding: _Deciding, results: Mapping[str, ValidationResult], *, until: float
) -> set[str]:
    """Look up what may have been meant where a verdict leaves that open; whom it is about.

    Names and slips are dear: they are searched for while the caller still waits.
    """
    asking, names = deciding.asking, deciding.expected_names
    wanted = chain(
        (suggestion_needs(asking.readings[text], result) for text, result in results.items()),
        (mismatch_needs(result, names.get(text)) for text, result in results.items()),
    )
    open_questions = [need for need in wanted if need]
    left = deque(open_questions[:SUGGESTED_FOR])
    if left and monotonic() < until:
        async with ctx.unit_of_work() as uow:
            found = await _elsewhere(uow, open_questions)
            while left and monotonic() < until:
                part = [left.popleft() for _ in range(min(SEARCHED_AT_ONCE, len(left)))]
                found = found.merged(await _similar(uow, part))
        asking.knowledge = asking.knowledge.merged(found)
    if left:
        ctx.notes.append(
            f"What may have been meant was not searched for {len(left)} of the symbols, for want of"
            " time. Ask for them alone, or with more wait_seconds, or with search_assets."
        )
    return {need.text for need in open_questions}


def _renew(ctx: Context, results: Iterable[ValidationResult]) -> None:
    """What was confirmed some hours ago is answered as it is, and asked anew behind the answer."""
    now = ctx.services.now()
    due = {
        result.asset.symbol: None
        for result in results
        if result.asset and (at := confirmed_at(result)) and SOFT < now - at <= LIVING
    }
    if due:
        ctx.services.live.refresh(list(due))


def _count(ctx: Context, asking: Asking, results: Mapping[str, ValidationResult]) -> None:
    tiers: Counter[str] = Counter()
    for text, result in results.items():
        if isinstance(asking.readings[text], Refusal):
            tiers["parse"] += 1
        elif result.verdict is Verdict.UNVERIFIED:
            tiers["none"] += 1
        else:
            tiers[asking.sources.get(result.symbol or _first(asking, text), "catalog")] += 1
    for tier, amount in tiers.items():
        ctx.services.counters.add("validations", amount, tier=tier)


async def _look_up(
    uow: UnitOfWork, readings: Iterable[Reading | Refusal], now: datetime
) -> Knowledge:
    """What the catalogue knows of all readings, and of what they lead to."""
    knowledge, left = Knowledge(), iter(readings)
    while part := list(islice(left, LOOKED_UP_AT_ONCE)):
        knowledge = knowledge.merged(await _look_up_part(uow, part, now))
    return knowledge


async def _look_up_part(
    uow: UnitOfWork, readings: Sequence[Reading | Refusal], now: datetime
) -> Knowledge:
    wanted = needs(readings)
    knowledge = await _symbols(uow, wanted.symbols, now)
    listings: dict[str, tuple[Asset, ...]] = {}
    for asset in await uow.assets.by_isins(wanted.isins):
        listings[asset.isin or ""] = (*listings.get(asset.isin or "", ()), asset)
    roots = await uow.assets.by_roots(wanted.roots, suffixes=HOME_SUFFIXES)
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
    return Knowledge(
        assets=assets,
        former=deciding_records(await uow.assets.former(symbols)),
        fresh=_fresh(assets.values(), now),
        searched=frozenset(symbols),
    )


def _fresh(assets: Iterable[Asset], now: datetime) -> frozenset[str]:
    return frozenset(
        asset.symbol
        for asset in assets
        if asset.is_validated and asset.last_validated_at and now - asset.last_validated_at < LIVING
    )


async def _elsewhere(uow: UnitOfWork, wanted: Sequence[SuggestionNeeds]) -> Knowledge:
    """What the texts that found nothing may mean besides: on other venues, in another dialect."""
    roots = await uow.assets.by_roots({need.root for need in wanted if need.root})
    return Knowledge(
        assets=await uow.assets.by_symbols({need.other for need in wanted if need.other}),
        roots={root: tuple(assets) for root, assets in roots.items()},
    )


async def _similar(uow: UnitOfWork, wanted: Sequence[SuggestionNeeds]) -> Knowledge:
    """Assets of a similar name or spelling, for the inputs that found nothing."""
    sought = {need.name for need in wanted if need.name}
    names = await uow.assets.by_names(sought)
    others = await uow.assets.by_other_names(sought)
    spellings = {symbol for need in wanted for symbol in need.spellings}
    near = await uow.assets.by_symbols(spellings)
    return Knowledge(
        name_matches={need.text: tuple(names.get(need.name or "", ())) for need in wanted},
        other_names={need.text: tuple(others.get(need.name or "", ())) for need in wanted},
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
