"""`make search-quality`: how well search finds what is meant, kind by kind."""

import sys
import tempfile
import time
from pathlib import Path

import anyio

from core.bootstrap import open_services
from core.config import Settings
from core.operations import SCOPES
from core.operations.operation import Context
from core.ports import Principal
from tests.quality.evaluate import GOAL, Answer, ask, by_kind, queries, share


async def measure(settings: Settings) -> list[Answer]:
    async with open_services(settings) as services:
        principal = Principal(user_id=await services.user("bench"), actor="bench", scopes=SCOPES)
        ctx = Context(principal=principal, services=services)
        for query in queries()[:40]:  # plans and caches are made
            await ask(ctx, query)
        answers: list[Answer] = []
        durations: list[float] = []
        for query in queries():
            began = time.perf_counter()
            answers.append(await ask(ctx, query))
            durations.append(time.perf_counter() - began)
    durations.sort()
    print(
        f"{len(answers)} queries: p50 {durations[len(durations) // 2] * 1000:.1f} ms,"
        f" p95 {durations[int(len(durations) * 0.95)] * 1000:.1f} ms"
    )
    return answers


def report(answers: list[Answer]) -> None:
    for kind, given in sorted(by_kind(answers).items()):
        first = sum(answer.is_first for answer in given) / len(given)
        print(f"{kind:<26} {len(given):>4}   hit@5 {share(given):.2f}   first {first:.2f}")
    for answer in answers:
        if not answer.is_hit:
            print(f"missed: {answer.query.text!r} is {answer.query.expected}, not {answer.found}")
    print(f"hit@5 {share(answers):.3f}, goal {GOAL}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="universe-quality-") as folder:
        settings = Settings(data_dir=Path(folder) / "data", providers="")
        answers = anyio.run(measure, settings)
    report(answers)
    sys.exit(share(answers) < GOAL)


if __name__ == "__main__":
    main()
