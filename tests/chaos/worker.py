"""A worker process for the storm: the real one with shorter times, which some symbols kill."""

import importlib
import logging
import os
import signal
import sys
from typing import Any

from core.config import read_settings
from tests.chaos.hurry import hurry

POISON = "ZQX"
"""Symbols that begin with this kill the process that asks for them."""


def main() -> int:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    hurry()
    running: Any = importlib.import_module("core.operations.job_running")
    validate_all = running.validate_all

    async def lethal(ctx: object, inputs: list[str], **options: Any) -> object:
        answer = await validate_all(ctx, inputs, **options)
        if any(text.startswith(POISON) for text in inputs):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    running.validate_all = lethal
    options = importlib.import_module("workers.options").WorkerOptions(
        concurrency=2, drain_seconds=5.0, sweep_seconds=0.7, beat_seconds=1.0
    )
    return importlib.import_module("workers.child").work(read_settings(), options)


if __name__ == "__main__":
    sys.exit(main())
