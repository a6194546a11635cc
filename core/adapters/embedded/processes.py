"""Look at processes of a PostgreSQL cluster, and signal none that is not one."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterProcess:
    """A process that was seen to be PostgreSQL inside the cluster's folder."""

    process: psutil.Process

    @property
    def pid(self) -> int:
        return self.process.pid

    def send(self, number: signal.Signals) -> None:
        """Signal the process, unless it is gone (psutil compares the time it was started)."""
        with contextlib.suppress(psutil.Error):
            self.process.send_signal(number)


def postmaster(cluster: Path) -> ClusterProcess | None:
    """The process that postmaster.pid names, only if it really is the server of this folder."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
    except (OSError, ValueError, psutil.Error):
        return None
    return ClusterProcess(process=process) if _serves(process, cluster) else None


def cluster_processes(cluster: Path) -> Iterator[ClusterProcess]:
    """Every PostgreSQL process that works in the cluster's folder."""
    for process in psutil.process_iter():
        if _serves(process, cluster):
            yield ClusterProcess(process=process)


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError):
        return False


def _serves(process: psutil.Process, cluster: Path) -> bool:
    try:
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.name().startswith("postgres")
            and os.path.samefile(process.cwd(), cluster)
        )
    except (OSError, psutil.Error):
        return False
