"""Find out what runs for a data folder."""

from collections.abc import Mapping
from pathlib import Path

from core.adapters.embedded.identity import server_user, user_name
from core.adapters.embedded.layout import Home, Service
from core.adapters.embedded.probe import Answer
from core.adapters.embedded.processes import is_alive, postmaster
from core.adapters.embedded.state import KeeperState
from core.adapters.embedded.values import EmbeddedStatus, ServerStatus


def describe(home: Home, *, run: Path, answers: Mapping[Service, Answer | None]) -> EmbeddedStatus:
    """Put together what the servers answered with what the folders say."""
    uid = server_user(home).uid
    keeper = KeeperState.read(home).pid
    process = postmaster(home.cluster)
    postgres, valkey = answers[Service.POSTGRES], answers[Service.VALKEY]
    return EmbeddedStatus(
        data_dir=home.data_dir,
        server_files=home.path,
        run_dir=run,
        server_user=user_name(uid) or str(uid),
        keeper_pid=keeper if keeper and is_alive(keeper) else None,
        keeper_log=home.keeper_log,
        postgres=ServerStatus(
            is_up=postgres is not None,
            version=_version(postgres),
            pid=process.pid if process else None,
            data_dir=home.cluster,
            log=home.server_log(Service.POSTGRES),
        ),
        valkey=ServerStatus(
            is_up=valkey is not None,
            version=_version(valkey),
            pid=valkey.pid if valkey else None,
            data_dir=home.valkey,
            log=home.server_log(Service.VALKEY),
        ),
    )


def _version(answer: Answer | None) -> str | None:
    return answer.version or None if answer else None
