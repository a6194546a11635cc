"""Stands in for `lease` on platforms where that module cannot even be imported (Windows)."""

import sys
from pathlib import Path

from core.adapters.embedded.refusals import check_platform


class Lease:
    """Cannot be had here."""

    def __init__(self) -> None:
        check_platform(sys.platform)


def acquire(
    data_dir: Path, *, postgres: bool = True, valkey: bool = True, timeout: float = 60.0
) -> Lease:
    """Refuse, and say what to use instead."""
    del data_dir, postgres, valkey, timeout
    return Lease()
