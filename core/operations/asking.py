"""Live answers for many readings: the cache, the providers, and the last known word."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from core.domain.answers import LAST_WORD, PATIENT_SECONDS, Answer
from core.domain.resolving import Knowledge, live_needs
from core.domain.symbology import Reading, Refusal
from core.operations.operation import Context
from core.operations.pacing import in_turns

Readings = Mapping[str, Reading | Refusal]

LIVE_SYMBOLS = 500
"""How many symbols one call may ask providers for; the rest is unverified, not refused."""

ROUNDS = 4

LAST_STEPS = 0.15
"""Seconds kept back for deciding, suggestions and writing, where the machine has nothing to do."""

LAST_STEP_EACH = 0.0001
"""Seconds more of them for each input, so that thousands are answered about when it was asked."""


@dataclass(slots=True, kw_only=True)
class Asking:
    """One call's questions.

    `sources` says for each answered symbol where its answer came from; `unasked` are those that no
    provider was asked for, for want of time or budget.
    """

    ctx: Context
    readings: Readings
    knowledge: Knowledge
    sources: dict[str, str] = field(default_factory=dict[str, str])
    unasked: set[str] = field(default_factory=set[str])
    _looked_up: set[str] = field(default_factory=set[str])
    _asked: int = 0

    async def run(self, *, seconds: float, began: float) -> None:
        """Rounds of questions, cache first, until nothing is open or the time is up."""
        live = self.ctx.services.live
        # The cache is asked about all of them: what it holds says more than the catalogue's row.
        everything = await self._open(replace(self.knowledge, fresh=frozenset()))
        await self._remember(everything, is_patient=seconds > PATIENT_SECONDS)
        is_answered = all(self._is_alive(symbol) for symbol in everything)
        until = began + seconds - self._held_back(seconds, spent=monotonic() - began)
        for _ in range(0 if live.is_offline or is_answered else ROUNDS):
            wanted = await self._open(self.knowledge)
            if not wanted:
                break
            await self._remember(wanted, is_patient=seconds > PATIENT_SECONDS)
            left = [symbol for symbol in wanted if not self._is_settled(symbol)]
            await self._ask(left, seconds=until - monotonic())
            settled = sum(1 for symbol in everything if self._is_settled(symbol))
            await self.ctx.report(settled, len(everything))
        if self.knowledge.undecided:
            await self._recall(self.knowledge.undecided)
        self.ctx.notes.extend(live.notes())

    def _held_back(self, seconds: float, *, spent: float) -> float:
        """What the steps after the last answer take: the caller wants his by the deadline.

        They read the catalogue as the steps before the first question did, about twice as often,
        and a busy machine slows both alike.
        """
        quiet = min(LAST_STEPS, seconds / 10) + LAST_STEP_EACH * len(self.readings)
        return min(max(quiet, 2 * spent), seconds / 2)

    async def _open(self, knowledge: Knowledge) -> Sequence[str]:
        """What the readings still need, in the order they were given."""
        wanted: dict[str, None] = {}
        async for reading in in_turns(self.readings.values()):
            wanted |= dict.fromkeys(sorted(live_needs(reading, knowledge)))
        return list(wanted)

    def _is_alive(self, symbol: str) -> bool:
        quote = self.knowledge.quotes.get(symbol)
        return quote is not None and quote.alive

    def _is_settled(self, symbol: str) -> bool:
        return symbol in self.knowledge.quotes or symbol in self.knowledge.undecided

    async def _remember(self, symbols: Sequence[str], *, is_patient: bool) -> None:
        new = [symbol for symbol in symbols if symbol not in self._looked_up]
        if not new:
            return
        self._looked_up.update(new)
        found = await self.ctx.services.live.remembered(new)
        undecided = frozenset[str]() if is_patient else found.undecided - self.knowledge.fresh
        self._learn(undecided, found.answers, source="cache")

    async def _ask(self, symbols: Sequence[str], *, seconds: float) -> None:
        live, user = self.ctx.services.live, self.ctx.principal.user_id
        allowed = symbols[: LIVE_SYMBOLS - self._asked if seconds > 0 else 0]
        granted = len(allowed)
        if not self.ctx.is_background:
            granted = await live.allowance(user, len(allowed))
        if granted < len(allowed):
            self.ctx.notes.append(
                f"Your budget of live look-ups is spent for the moment: {len(allowed) - granted}"
                " symbols could not be asked for. It fills again within minutes."
            )
        asked = allowed[:granted]
        self._asked += len(asked)
        self.unasked.update(symbols[granted:])
        answers = await live.ask(asked, seconds=seconds)
        now = self.ctx.services.now()
        usable = {s: a for s, a in answers.items() if not a.is_alive or _is_usable(a, now)}
        self._learn(symbols, usable, source="live")

    async def _recall(self, symbols: Collection[str]) -> None:
        """The last known word beats none; an old denial only takes the catalogue's word away."""
        words = await self.ctx.services.answers.latest(symbols)
        now = self.ctx.services.now()
        usable = {symbol: word for symbol, word in words.items() if _is_usable(word, now)}
        self._learn((), usable, source="last_known")
        doubted = {s for s, word in words.items() if s not in usable and self._outweighs(word)}
        self.knowledge = replace(self.knowledge, doubted=self.knowledge.doubted | doubted)

    def _outweighs(self, word: Answer) -> bool:
        """Whether a denial is newer than what confirmed the catalogue's asset, if anything did."""
        asset = self.knowledge.assets.get(word.symbol)
        confirmed = asset.last_validated_at if asset else None
        return not word.is_alive and (confirmed is None or confirmed < word.observed_at)

    def _learn(self, asked: Collection[str], answers: Mapping[str, Answer], *, source: str) -> None:
        self.sources |= dict.fromkeys(answers, source)
        is_old = source == "cache"
        self.knowledge = self.knowledge.with_answers(asked, answers, by_cache=is_old)


def _is_usable(answer: Answer, now: datetime) -> bool:
    """A denial only while it holds, a confirmation for a month, with a warning of its age."""
    if answer.is_alive:
        return now - answer.observed_at <= LAST_WORD
    return answer.holds(now)
