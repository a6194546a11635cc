"""What runs for a data folder, as values for `universe doctor`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One server: `version` and `pid` are None while it does not answer."""

    is_up: bool
    version: str | None
    pid: int | None
    data_dir: Path
    log: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedStatus:
    """The folders of a data root and the processes that serve it."""

    data_dir: Path
    server_files: Path
    run_dir: Path
    server_user: str
    keeper_pid: int | None
    keeper_log: Path
    postgres: ServerStatus
    valkey: ServerStatus
