"""`universe worker`: runs what is queued, in processes of its own."""

import sys
from typing import Annotated

import typer

from cli.output import lazily, say
from core.config import read_settings


def run(
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="How many items each runs at a time.")
    ] = 4,
    child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Run queued work and schedules; Ctrl-C or SIGTERM finishes or returns what is under way."""
    settings = read_settings()
    lazily("cli.logs").log_as_json(settings.log_level)
    options = lazily("workers.options").WorkerOptions(concurrency=concurrency)
    if child:
        raise typer.Exit(lazily("workers.child").work(settings, options))
    supervisor = lazily("workers.supervisor")
    say(f"universe: {processes} worker process(es) coming up (Ctrl-C stops them)")
    # -P: a folder named `cli` where the command happens to run is not ours
    command = [sys.executable, "-P", "-m", "cli", "worker", "--child"]
    crew = supervisor.Crew(
        command=[*command, "--concurrency", str(concurrency)],
        processes=processes,
        grace_seconds=options.grace_seconds,
    )
    raise typer.Exit(supervisor.supervise(crew))
