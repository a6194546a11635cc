"""`make accuracy`: how often the service is right about the labelled set, and where it is not."""

import sys
import tempfile
from pathlib import Path

import anyio

from core.bootstrap import open_services
from core.config import Settings
from core.domain.validation import Verdict
from tests.accuracy.cases import Case, read_cases
from tests.accuracy.running import BUDGET, measure_offline, measure_online
from tests.accuracy.scoring import Outcome, Score


def main() -> None:
    """Measure both modes on servers of their own, and print what came of it."""
    cases = read_cases()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        offline, online = anyio.run(_measure, Path(folder) / "data", cases)
    _tell("Offline: the built-in catalogue alone", offline)
    _tell("Online: a provider that knows what is alive", online)


async def _measure(data_dir: Path, cases: tuple[Case, ...]) -> tuple[Score, Score]:
    settings = Settings(data_dir=data_dir, providers="", live_symbols_a_minute=BUDGET)
    async with open_services(settings) as services:
        offline = await measure_offline(services, cases)
        return offline, await measure_online(services, cases)


def _tell(title: str, score: Score) -> None:
    low, high = score.interval
    _say(
        "",
        title,
        f"  {len(score.answers)} cases, {len(score.decided)} decided,"
        f" {len(score.answers) - len(score.decided)} abstained"
        f" ({score.count(Outcome.ABSTAINED)} of them without need)",
        f"  right {score.right} = {score.accuracy:.2%} of the decided"
        f" (Wilson 95 %: {low:.2%} to {high:.2%}), macro {score.macro_accuracy:.2%}",
        f"  wrong identity {score.count(Outcome.WRONG_IDENTITY)},"
        f" silent substitution {score.count(Outcome.SUBSTITUTED)},"
        f" wrong verdict {score.count(Outcome.WRONG_VERDICT)},"
        f" warning or suggestion missing {score.count(Outcome.UNTOLD)}",
        "",
        *_matrix(score),
        "",
        *_kinds(score),
        *(f"  {fault}" for fault in score.faults()),
    )


def _matrix(score: Score) -> list[str]:
    counts = score.matrix()
    due = [verdict for verdict in Verdict if any(row is verdict for row, _ in counts)]
    given = [verdict for verdict in Verdict if any(column is verdict for _, column in counts)]
    head = "  due \\ given".ljust(20) + "".join(f"{verdict[:11]:>12}" for verdict in given)
    rows = (
        f"  {row:<18}" + "".join(f"{counts[row, column] or '.':>12}" for column in given)
        for row in due
    )
    return [head, *rows]


def _kinds(score: Score) -> list[str]:
    return [
        f"  {kind:<28}{counts[Outcome.RIGHT]:>4} of {sum(counts.values()):<4}"
        + "".join(f"  {outcome} {n}" for outcome, n in counts.items() if outcome != Outcome.RIGHT)
        for kind, counts in score.kinds().items()
    ]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
