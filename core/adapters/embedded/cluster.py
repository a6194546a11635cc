"""Create the PostgreSQL cluster in one step, and say how it is started."""

import locale
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError
from core.adapters.embedded.identity import ServerUser, user_name
from core.adapters.embedded.layout import DATABASE, PORT, Home, Role, Service
from core.adapters.embedded.locks import open_private
from core.adapters.embedded.runtime import Runtime

# Nothing of the caller's: that holds secrets, PG* variables, locales that may be absent.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

_CTYPES = ("C.UTF-8", "en_US.UTF-8", "UTF-8")
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "io_method": "sync",
    "jit": "off",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every server of a home is started with."""

    home: Home
    runtime: Runtime
    user: ServerUser
    run: Path


def needs_password(user: ServerUser) -> bool:
    """Tell whether clients cannot be known by their user name, so that a password has to do."""
    if os.environ.get("UNIVERSE_EMBEDDED_AUTH") == "password":
        return True
    return user_name(os.geteuid()) not in _client_names(user)


def _client_names(user: ServerUser) -> tuple[str, ...]:
    # Root can read the files anyway, so it may also log in.
    names = {user_name(os.geteuid()), user.name, user_name(0)}
    return tuple(sorted(name for name in names if name and name.isprintable() and '"' not in name))


def write_access_rules(setting: Setting) -> None:
    """Write who may log in as what; outside the cluster, so that no file of it is ever edited."""
    home, user = setting.home, setting.user
    if needs_password(user):
        rule = "local all all scram-sha-256\n"
    else:
        rule = "local all all peer map=embedded\n"
    lines = [f'embedded "{name}" {role}\n' for name in _client_names(user) for role in Role]
    for path, text in ((home.hba_file, rule), (home.ident_file, "".join(lines))):
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(open_private(draft, os.O_WRONLY), "w") as stream:
            stream.write(text)
        user.own(draft)
        draft.replace(path)


def postgres_command(setting: Setting) -> list[str]:
    """The command of the server: every setting is an argument, which nothing has to quote."""
    home = setting.home
    settings = _SETTINGS | {
        "unix_socket_directories": f'"{setting.run}"',
        "hba_file": str(home.hba_file),
        "ident_file": str(home.ident_file),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(setting.runtime.postgres_bin / "postgres"), "-D", str(home.cluster), *options]


def create_cluster(setting: Setting, *, log: int) -> None:
    """Make the cluster with its roles and its database, whole or not at all."""
    home, user = setting.home, setting.user
    for rubbish in home.path.glob(f"{home.cluster.name}.new-*"):
        shutil.rmtree(rubbish, ignore_errors=True)
    if (home.cluster / "PG_VERSION").exists():
        return
    if user.name is None:
        raise EmbeddedError(
            f"PostgreSQL creates no database for a user without a name: give user id {user.uid} an"
            " entry in /etc/passwd, or set UNIVERSE_DATABASE_URL."
        )
    password = _new_password(home)
    draft = Path(tempfile.mkdtemp(prefix=f"{home.cluster.name}.new-", dir=home.path))
    user.own(draft)
    programs = setting.runtime.postgres_bin
    _run(setting, _initdb_command(programs, draft), log=log)
    single = [str(programs / "postgres"), "--single", "-D", str(draft)]
    quiet = ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "postgres"]
    _run(setting, [*single, *quiet], log=log, text=_first_statements(password))
    try:
        draft.rename(home.cluster)
    except OSError as error:
        raise EmbeddedError(f"{home.cluster} holds no database: move it away.") from error
    _flush(home.path)


def _initdb_command(programs: Path, folder: Path) -> list[str]:
    return [
        str(programs / "initdb"),
        f"--pgdata={folder}",
        f"--username={Role.ADMIN}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        # pg_trgm asks the C library what a letter is: with plain C it drops every non-ASCII one.
        f"--lc-ctype={_ctype()}",
        "--auth-local=peer",
        "--auth-host=reject",
        "--no-instructions",
    ]


def _ctype() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    for name in _CTYPES:
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    return _CTYPES[0]  # initdb will refuse it, and its log says so


def _first_statements(password: str) -> str:
    """One statement a line, as single-user mode wants; the password is safe inside quotes."""
    return (
        f"alter role {Role.ADMIN} password '{password}'\n"
        f"create role {Role.SERVICE} login nosuperuser nocreatedb nocreaterole noreplication"
        f" nobypassrls password '{password}'\n"
        f"create database {DATABASE} owner {Role.ADMIN}\n"
    )


def _new_password(home: Home) -> str:
    password = secrets.token_urlsafe(32)
    home.password_file.unlink(missing_ok=True)
    with os.fdopen(open_private(home.password_file, os.O_WRONLY), "w") as stream:
        stream.write(password)
    return password


def _run(setting: Setting, command: list[str], *, log: int, text: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own binaries, no shell
        command,
        input=text.encode(),
        stdout=log,
        stderr=log,
        env=ENVIRONMENT,
        cwd="/",
        check=False,
        **setting.user.process_user,
    )
    if done.returncode != 0:
        path = setting.home.server_log(Service.POSTGRES)
        raise EmbeddedError(f"PostgreSQL could not create its database: read {path} for the cause.")


def _flush(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
