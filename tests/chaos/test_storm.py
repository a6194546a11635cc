"""The small storm, at every run of the tests; `make chaos` runs the whole one."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from core.config import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.anyio
async def test_a_job_under_blows_ends_with_every_symbol_settled_once(settings: Settings) -> None:
    environment = {
        **os.environ,
        "UNIVERSE_DATABASE_URL": settings.database_url,
        "UNIVERSE_REDIS_URL": settings.redis_url,
        "UNIVERSE_DATA_DIR": str(settings.data_dir),
    }

    storm = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos", "--small"),
        *("--symbols", "60", "--workers", "2", "--kill-every", "1"),
        cwd=ROOT,
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )
    report, errors = await storm.communicate()

    assert storm.returncode == 0, (report + errors).decode()
