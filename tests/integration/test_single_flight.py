"""Several processes that ask for the same symbols at once put one question."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio.to_thread
import pytest
from redis import Redis

from core.adapters.providers.claims import Trust, ValkeyClaims
from core.adapters.providers.quote_cache import QuoteCache
from core.adapters.valkey_cache import ValkeyCache, ValkeyLink
from core.config import Settings
from core.live_ports import Found
from tests.integration.live_support import online, trade
from tests.provider_fake import ProviderFake, provider_fake

pytestmark = pytest.mark.anyio

PROCESSES = 8
ROOT = Path(__file__).parents[2]
SYMBOLS = [f"ZQ{n:03d}" for n in range(100)]


@pytest.fixture
def fake() -> Iterator[ProviderFake]:
    with provider_fake() as running:
        trade(running, SYMBOLS)
        running.latency = 0.1
        yield running


def start(order: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.asking_process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    tell(process, order)
    return process


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(processes: Sequence[subprocess.Popen[str]]) -> list[str]:
    """The next line of each."""
    return [process.stdout.readline().strip() for process in processes if process.stdout]


def run_crew(order: str) -> list[dict[str, str]]:
    """What each process was told, all asking at once."""
    processes = [start(order) for _ in range(PROCESSES)]
    try:
        assert hear(processes) == ["ready"] * PROCESSES
        for process in processes:
            tell(process, "go")
        return [json.loads(line) for line in hear(processes)]
    finally:
        for process in processes:
            process.communicate(timeout=30)


async def test_eight_processes_that_ask_for_the_same_symbols_put_each_batch_once(
    settings: Settings, fake: ProviderFake
) -> None:
    given = online(settings, fake, providers="yahoo").model_dump(mode="json")
    order = json.dumps({"settings": given, "symbols": SYMBOLS})

    said = await anyio.to_thread.run_sync(run_crew, order)

    asked = fake.questions("quote")
    assert said == [dict.fromkeys(SYMBOLS, "valid")] * PROCESSES
    assert sorted(symbol for batch in asked for symbol in batch) == SYMBOLS
    assert len(asked) == 2


async def test_a_claim_is_one_processs_until_it_lets_go_or_knows(settings: Settings) -> None:
    link = ValkeyLink(settings.redis_url)
    one, other = ValkeyClaims(link), ValkeyClaims(link)
    quotes = QuoteCache(ValkeyCache(link))

    first = await one.take(["A", "B"], trust=Trust.ALL)
    second = await other.take(["B", "C"], trust=Trust.ALL)
    await other.release(["B"])
    still = await other.take(["B"], trust=Trust.ALL)
    await quotes.mark_undecided(["B"])
    doubted = await other.take(["B"], trust=Trust.ALL)
    await one.release(["A", "B"])
    again = await other.take(["A", "B"], trust=Trust.DECIDED)
    await link.aclose()

    assert (first.mine, first.busy) == (["A", "B"], [])
    assert (second.mine, second.busy) == (["C"], ["B"])
    assert still.busy == ["B"]
    assert doubted.found == Found(undecided=frozenset({"B"}))
    assert again.mine == ["A", "B"]


async def test_while_valkey_is_away_every_process_asks_for_itself() -> None:
    link = ValkeyLink("redis://127.0.0.1:1/0")
    claims = ValkeyClaims(link)

    share = await claims.take(["A"], trust=Trust.ALL)
    await claims.release(["A"])
    await link.aclose()

    assert list(share.mine) == ["A"]


async def test_a_claim_of_a_process_that_died_ends_by_itself(settings: Settings) -> None:
    link = ValkeyLink(settings.redis_url)
    await ValkeyClaims(link).take(["A"], trust=Trust.ALL)
    await link.aclose()

    with Redis.from_url(settings.redis_url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        [key] = [key for key in valkey.scan_iter() if b"asking:" in key]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped in redis-py
        left = valkey.pttl(key)  # pyright: ignore[reportUnknownArgumentType] - untyped in redis-py

    assert isinstance(left, int)
    assert 0 < left <= 15_000
