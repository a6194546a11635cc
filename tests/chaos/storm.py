"""One job under a storm: who is killed when, and what the ledger says at the end."""

import asyncio
import itertools
import string
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import IO
from uuid import UUID

from core.bootstrap import open_services
from core.config import Settings
from core.domain.errors import CoreError
from core.operations import CATALOG, SCOPES
from core.operations.job_making import adopt_pending
from core.operations.operation import Context
from core.ports import Principal, Services
from tests.chaos.crew import KILL, Crew
from tests.chaos.ledger import Ledger, read_ledger
from tests.chaos.worker import POISON
from tests.provider_fake import ProviderFake, living_row

Blow = tuple[float, str, Callable[[], None]]
"""When, what, and how."""
UNKNOWN_EVERY = 10
"""Each so many symbols the provider knows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much work, how many workers, how many symbols that kill, and what happens when."""

    symbols: int
    workers: int
    poison: int
    kill_every: float
    kills: int
    latency: float
    seconds: float
    blows: tuple[Blow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    ledger: Ledger
    seconds: float
    blows: dict[str, int]


def made_up(count: int, *, prefix: str = "ZQ") -> list[str]:
    """Symbols that nobody lists; none of them is poison."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVW"  # without X: see POISON
    return [prefix + "".join(ending) for ending in itertools.islice(_endings(letters), count)]


def _endings(letters: str) -> Iterator[tuple[str, ...]]:
    return itertools.product(letters, repeat=3)


def poisonous(count: int) -> list[str]:
    return [POISON + first + "A" for first in string.ascii_uppercase[:count]]


async def storm(plan: Plan, settings: Settings, fake: ProviderFake, log: IO[bytes]) -> Outcome:
    """Add the symbols while no provider is asked, then let workers settle them under blows."""
    symbols = made_up(plan.symbols - plan.poison) + poisonous(plan.poison)
    fake.latency = plan.latency
    for number, symbol in enumerate(symbols):
        if number % UNKNOWN_EVERY or symbol.startswith(POISON):
            fake.rows[symbol] = living_row(symbol)
    online = settings.model_copy(update={"providers": "yahoo", "yahoo_base_url": fake.base_url})
    universe_id = await _add(settings.model_copy(update={"providers": ""}), symbols)
    async with open_services(online) as services:
        ctx = await _context(services)
        [job_id] = await adopt_pending(services)
        crew = Crew(plan.workers, _environment(online), log)
        began = monotonic()
        try:
            ledger = await _watch(plan, ctx, crew, universe_id, job_id)
        finally:
            crew.dismiss()
    return Outcome(ledger=ledger, seconds=monotonic() - began, blows=dict(crew.counts))


async def _add(offline: Settings, symbols: list[str]) -> UUID:
    """A universe of symbols that nobody could be asked about."""
    create = next(operation for operation in CATALOG if operation.name == "create_universe")
    async with open_services(offline) as services:
        answer = await create.invoke(
            await _context(services), {"name": "Storm", "symbols": symbols}
        )
    sent = answer.model_dump(mode="json")
    if not sent["success"] or sent["data"]["bulk"]["pending"] != len(symbols):
        raise AssertionError(answer.message)
    return UUID(sent["data"]["id"])


async def _context(services: Services) -> Context:
    principal = Principal(
        user_id=await services.user("storm"), actor="storm", scopes=SCOPES, client="storm"
    )
    return Context(principal=principal, services=services)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        f"UNIVERSE_{name.upper()}": str(getattr(settings, name))
        for name in ("database_url", "redis_url", "data_dir", "providers", "yahoo_base_url")
    }


async def _watch(plan: Plan, ctx: Context, crew: Crew, universe_id: UUID, job_id: UUID) -> Ledger:
    began = monotonic()
    blows = sorted(plan.blows, key=lambda blow: blow[0])
    next_kill = plan.kill_every
    ledger: Ledger | None = None
    while ledger is None or ledger.is_open:
        elapsed = monotonic() - began
        if elapsed > plan.seconds:
            break
        crew.replace_the_dead()
        is_time = elapsed >= next_kill and crew.counts[KILL] < plan.kills
        if is_time and crew.kill_oldest(await _at_work(ctx.services, plan.kill_every)):
            next_kill = elapsed + plan.kill_every
        if blows and elapsed >= blows[0][0] and crew.counts[KILL]:
            _, name, blow = blows.pop(0)
            await asyncio.to_thread(blow)
            crew.counts[name] += 1
        await asyncio.sleep(0.1)
        with suppress(CoreError):  # the database may be the one that was killed
            ledger = await read_ledger(ctx, universe_id, job_id, asked=plan.symbols)
    if ledger is None:
        raise TimeoutError("The database never answered.")
    return ledger


async def _at_work(services: Services, seconds: float) -> Collection[int]:
    """Who has been up for that long: however slow the machine, everybody gets to work."""
    try:
        workers = await services.jobs.workers(within_seconds=5)
    except CoreError:
        return ()
    return [w.pid for w in workers if (w.seen_at - w.started_at).total_seconds() >= seconds]
