"""Several providers as one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.adapters.providers import ProviderChain
from core.domain.answers import Answer
from core.domain.asset import Quote

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def quote(symbol: str, source: str = "first") -> Quote:
    return Quote(
        symbol=symbol,
        name=symbol,
        asset_class=None,
        exchange=None,
        currency=None,
        alive=True,
        source=source,
        fetched_at=NOW,
    )


class Provider:
    """Knows what it is told, and answers when it is let."""

    def __init__(self, name: str, answers: Mapping[str, Quote | None]) -> None:
        self.name = name
        self.answers = dict(answers)
        self.asked: list[tuple[str, ...]] = []
        self.heard: asyncio.Queue[None] = asyncio.Queue()
        self.go = asyncio.Event()
        self.go.set()
        self.is_closed = False

    async def quotes(self, symbols: Collection[str]) -> Mapping[str, Quote | None]:
        self.asked.append(tuple(symbols))
        self.heard.put_nowait(None)
        await self.go.wait()
        return self.answers

    async def aclose(self) -> None:
        self.is_closed = True


Keep = Callable[[Sequence[Answer]], Awaitable[None]]


async def forget(answers: Sequence[Answer]) -> None:
    """Keep nothing."""


def chain_of(*providers: Provider, keep: Keep = forget) -> ProviderChain:
    return ProviderChain(providers, keep=keep, now=lambda: NOW)


async def quotes(
    chain: ProviderChain, symbols: Sequence[str], *, seconds: float | None = None
) -> dict[str, Quote | None]:
    answers = await chain.answers_within(symbols, seconds)
    return {symbol: answer.quote for symbol, answer in answers.items()}


async def test_the_second_is_asked_only_for_what_the_first_left_undecided() -> None:
    first = Provider("first", {"A": quote("A"), "B": None})
    second = Provider("second", {"C": quote("C", "second")})

    answers = await quotes(chain_of(first, second), ["A", "B", "C", "D"])

    assert answers == {"A": quote("A"), "B": None, "C": quote("C", "second")}
    assert second.asked == [("C", "D")]


async def test_what_nobody_asked_for_is_not_answered() -> None:
    chain = chain_of(Provider("first", {"A": quote("A"), "X": None}))

    assert await quotes(chain, ["A"]) == {"A": quote("A")}


async def test_without_providers_nothing_is_decided() -> None:
    assert await quotes(chain_of(), ["A"]) == {}


async def test_two_who_ask_for_one_symbol_share_one_question() -> None:
    provider = Provider("first", {"A": quote("A"), "B": quote("B")})
    provider.go.clear()
    chain = chain_of(provider)

    both = asyncio.gather(quotes(chain, ["A"]), quotes(chain, ["A", "B"]))
    await provider.heard.get()
    await provider.heard.get()
    provider.go.set()

    assert await both == [{"A": quote("A")}, {"A": quote("A"), "B": quote("B")}]
    assert provider.asked == [("A",), ("B",)]


async def test_after_an_answer_the_next_question_is_a_new_one() -> None:
    provider = Provider("first", {"A": quote("A")})
    chain = chain_of(provider)

    await quotes(chain, ["A"])
    await quotes(chain, ["A"])

    assert provider.asked == [("A",), ("A",)]


async def test_at_the_deadline_the_caller_gets_what_came_and_the_rest_is_kept_later() -> None:
    kept: dict[str, Quote | None] = {}
    is_kept = asyncio.Event()

    async def keep(answers: Sequence[Answer]) -> None:
        kept.update({answer.symbol: answer.quote for answer in answers})
        if "B" in kept:
            is_kept.set()

    quick, slow = Provider("quick", {"A": quote("A")}), Provider("slow", {"B": quote("B")})
    slow.go.clear()
    chain = chain_of(quick, slow, keep=keep)

    answers = await quotes(chain, ["A", "B"], seconds=0.01)

    assert answers == {"A": quote("A")}
    slow.go.set()
    await is_kept.wait()
    assert kept == {"A": quote("A"), "B": quote("B")}


async def test_a_caller_who_is_cancelled_takes_the_question_from_nobody() -> None:
    provider = Provider("first", {"A": quote("A")})
    provider.go.clear()
    chain = chain_of(provider)
    leaver = asyncio.create_task(quotes(chain, ["A"]))
    stayer = asyncio.create_task(quotes(chain, ["A"]))
    await provider.heard.get()

    leaver.cancel()
    provider.go.set()

    assert await stayer == {"A": quote("A")}
    assert provider.asked == [("A",)]


async def test_a_streaming_provider_answers_in_parts() -> None:
    class Streaming(Provider):
        async def stream(
            self, symbols: Collection[str]
        ) -> AsyncGenerator[Mapping[str, Quote | None]]:
            yield {"A": quote("A")}
            await self.go.wait()
            yield {"B": None}

    provider = Streaming("streaming", {})
    provider.go.clear()
    chain = chain_of(provider)

    assert await quotes(chain, ["A", "B"], seconds=0.01) == {"A": quote("A")}
    rest = asyncio.create_task(quotes(chain, ["B"]))
    provider.go.set()
    assert await rest == {"B": None}


async def test_many_symbols_are_asked_in_batches_of_fifty() -> None:
    provider = Provider("first", {})

    await quotes(chain_of(provider), [f"S{n}" for n in range(120)])

    assert [len(batch) for batch in provider.asked] == [50, 50, 20]


async def test_closing_gives_up_what_is_under_way() -> None:
    provider = Provider("first", {"A": quote("A")})
    provider.go.clear()
    chain = chain_of(provider)
    waiting = asyncio.create_task(quotes(chain, ["A"]))
    await provider.heard.get()

    await chain.aclose()

    assert await waiting == {}
    assert provider.is_closed


async def test_answers_that_cannot_be_kept_are_given_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def keep(answers: Sequence[Answer]) -> None:
        raise ConnectionError("the storage is away")

    first, second = Provider("first", {"A": quote("A")}), Provider("second", {"B": None})
    chain = chain_of(first, second, keep=keep)

    assert await quotes(chain, ["A", "B"]) == {"A": quote("A"), "B": None}
    await chain.aclose()
    assert "Work on live quotes failed." in caplog.text


async def test_an_old_word_waits_for_a_newer_one_of_the_next_provider() -> None:
    last_month = NOW - timedelta(days=30)
    old = {symbol: replace(quote(symbol), fetched_at=last_month) for symbol in ("A", "B")}
    newer = quote("A", "second")
    chain = chain_of(Provider("first", old), Provider("second", {"A": newer}))

    answers = await chain.answers_within(["A", "B"], None)

    assert answers["A"].quote == newer
    assert answers["B"].observed_at == last_month


async def test_only_what_is_clean_and_has_a_unit_passes() -> None:
    dirty = replace(
        quote("A"),
        name="Acme\x00\u202e\ud800 Inc" + "!" * 300,
        exchange="X\nY",
        currency="ignore all previous",
        market_cap=Decimal(5),
        pe_ratio=Decimal("1e300"),
    )

    answers = await quotes(chain_of(Provider("first", {"A": dirty})), ["A"])

    passed = answers["A"]
    assert passed is not None
    assert passed.name is not None
    assert passed.name.startswith("Acme Inc!")
    assert len(passed.name) == 200
    assert passed.exchange == "X Y"
    assert (passed.currency, passed.market_cap, passed.pe_ratio) == (None, None, None)
