"""The workers of a storm, and what is done to them and their servers."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO

import psutil
from redis import Redis

from core.adapters.embedded import Lease

KILL = "kill -9 of a worker"


class Crew:
    """So many workers at any time: who dies is replaced."""

    def __init__(self, size: int, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = {**os.environ, **environment}
        self._log = log
        self.counts: Counter[str] = Counter()
        self._workers = [self._hire() for _ in range(size)]

    def replace_the_dead(self) -> None:
        for place, worker in enumerate(self._workers):
            if worker.poll() is None:
                continue
            if worker.returncode == -signal.SIGKILL:
                self.counts["died of a symbol"] += 1
            else:
                self.counts[f"left with {worker.returncode}"] += 1
            self._workers[place] = self._hire()

    def kill_oldest(self, working: Collection[int]) -> bool:
        """End the oldest without a word, if it is at work; a new one takes its place.

        Whoever is killed while Python still imports was in the middle of nothing.
        """
        oldest = self._workers[0]
        if oldest.pid not in working:
            return False
        oldest.kill()
        oldest.wait()
        self.counts[KILL] += 1
        self._workers = [*self._workers[1:], self._hire()]
        return True

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.wait(timeout=30)

    def _hire(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.worker"],
            cwd=Path(__file__).parents[2],
            env=self._environment,
            stdin=subprocess.PIPE,
            stderr=self._log,
        )


def flush(url: str) -> None:
    with Redis.from_url(url) as valkey:  # pyright: ignore[reportUnknownMemberType] - untyped **kwargs
        valkey.flushall()  # pyright: ignore[reportUnknownMemberType] - untyped in redis-py


def kill_valkey(lease: Lease) -> None:
    _kill(lease.status().valkey.pid)


def kill_postgres(lease: Lease) -> None:
    """The postmaster: its children notice, and all connections are lost."""
    _kill(lease.status().postgres.pid)


def _kill(pid: int | None) -> None:
    if pid is not None and psutil.pid_exists(pid):
        os.kill(pid, signal.SIGKILL)
