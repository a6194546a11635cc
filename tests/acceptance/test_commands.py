"""The `universe` command: results on stdout, words on stderr, and an exit code to rely on."""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest

from cli import main
from core.adapters.embedded import Lease, Role
from db.schema import HEAD
from tests.acceptance.doors import command
from tests.conftest import run_as_admin

HEADER = "symbol,name,asset_class,exchange,currency,country,sector,industry,isin,market_cap_bucket"
GOOD = "ZZTOP,Made Up Motors,equity,NASDAQ,USD,United States,,,,\n"
BAD = "'; DROP,Nobody,equity,,,,,,,\n"


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A file of one good and one bad row."""
    path = tmp_path / "catalogue.csv"
    path.write_text(f"{HEADER}\n{GOOD}{BAD}")
    return path


class Universe(Protocol):
    """Runs the command in this process, which saves the second that starting one takes."""

    def __call__(
        self, env: Mapping[str, str], *arguments: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def universe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Universe:
    def run(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["universe", *arguments])
            for name in env.keys() - os.environ.keys():
                patch.setenv(name, env[name])
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out, err)

    return run


def assets(universe: Universe, env: Mapping[str, str]) -> int:
    return json.loads(universe(env, "catalog", "status", "--json").stdout)["assets"]


def test_help_names_every_command(universe: Universe) -> None:
    done = universe({}, "--help")

    assert done.returncode == 0
    for name in ("mcp", "serve", "db", "catalog", "doctor", "demo"):
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["catalog", "import"],
        ["catalog", "nonsense"],
        ["serve", "--port", "many"],
        ["serve", "--port", "99999"],
        ["db", "upgrade", "--force"],
    ],
)
def test_wrong_usage_exits_2(universe: Universe, arguments: list[str]) -> None:
    done = universe({}, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_an_import_reports_rejected_rows_and_is_done(
    universe: Universe, env: dict[str, str], catalogue: Path
) -> None:
    before = assets(universe, env)

    done = universe(env, "catalog", "import", str(catalogue), "--json")
    again = universe(env, "catalog", "import", str(catalogue), "--json")

    report = json.loads(done.stdout)
    assert (done.returncode, report["added"], report["rejected"]) == (0, 1, 1)
    assert report["rejected_rows"][0]["line"] == 3
    assert report["rejected_rows"][0]["symbol"] == "'; DROP"
    assert "line 3" in done.stderr
    assert json.loads(again.stdout)["unchanged"] == 1
    assert assets(universe, env) == before + 1


def test_a_strict_import_with_rejected_rows_exits_1(
    universe: Universe, env: dict[str, str], catalogue: Path
) -> None:
    done = universe(env, "catalog", "import", str(catalogue), "--strict")

    assert (done.returncode, done.stdout) == (1, "")
    assert "1 rejected" in done.stderr


def test_a_broken_file_changes_nothing(
    universe: Universe, env: dict[str, str], tmp_path: Path
) -> None:
    packed = gzip.compress(f"{HEADER}\n{GOOD}".encode() * 50)
    broken: dict[str, bytes] = {
        "header.csv": b"symbol,nome\nZZTOP,Made Up Motors\n",
        "binary.csv": b"\xff\xfe\x00garbage",
        "cut.csv.gz": packed[: len(packed) // 2],
        "empty.csv": b"",
    }
    before = assets(universe, env)

    for name, content in broken.items():
        path = tmp_path / name
        path.write_bytes(content)
        done = universe(env, "catalog", "import", str(path))
        assert (done.returncode, done.stdout) == (1, ""), name
        assert name in done.stderr, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
    missing = universe(env, "catalog", "import", str(tmp_path / "missing.csv"))

    assert missing.returncode == 1
    assert "missing.csv" in missing.stderr
    assert assets(universe, env) == before


def test_the_status_of_the_catalogue_is_for_people_and_for_programs(
    universe: Universe, env: dict[str, str]
) -> None:
    plain = universe(env, "catalog", "status")
    with_json = universe(env, "catalog", "status", "--json")

    status: dict[str, Any] = json.loads(with_json.stdout)
    assert plain.stdout == ""
    assert f"{status['assets']} assets" in plain.stderr
    assert sum(status["by_class"].values()) == status["assets"]
    assert status["imports"][0]["source"] == "builtin"


def test_the_doctor_finds_a_healthy_service(universe: Universe, env: dict[str, str]) -> None:
    done = universe(env, "doctor", "--json")

    findings = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert all(finding["ok"] for finding in findings)
    assert {"user", "providers", "servers", "service", "catalogue"} <= {f["part"] for f in findings}


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("UNIVERSE_REDIS_URL", "redis://127.0.0.1:1", "cache"),
        ("UNIVERSE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing", "service"),
        ("UNIVERSE_PROVIDERS", "yaho", "service"),
    ],
)
def test_the_doctor_names_what_is_wrong_and_exits_1(
    universe: Universe, env: dict[str, str], name: str, value: str, part: str
) -> None:
    done = universe(env | {name: value}, "doctor", "--json")

    broken = [finding for finding in json.loads(done.stdout) if not finding["ok"]]
    assert done.returncode == 1
    assert [finding["part"] for finding in broken] == [part]
    assert re.search(rf"FAIL +{part} ", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNIVERSE_DATABASE_URL", "nonsense"),
        ("UNIVERSE_DATABASE_URL", "postgresql://host:port/name"),
        ("UNIVERSE_REDIS_URL", "http://127.0.0.1"),
        ("UNIVERSE_USER", "x" * 101),
        ("UNIVERSE_YAHOO_BASE_URL", "https://example.com"),
    ],
)
def test_an_unusable_setting_is_named_and_exits_1(
    universe: Universe, env: dict[str, str], name: str, value: str
) -> None:
    done = universe(env | {name: value}, "catalog", "status", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_no_schema_is_sent_to_the_upgrade(
    universe: Universe, env: dict[str, str]
) -> None:
    base, _, query = env["UNIVERSE_DATABASE_URL"].partition("?")
    nowhere = f"{base.rpartition('/')[0]}/postgres?{query}"

    done = universe(env | {"UNIVERSE_DATABASE_URL": nowhere}, "catalog", "status")

    assert done.returncode == 1
    assert "universe db upgrade" in done.stderr


def test_an_upgrade_makes_an_empty_database_usable(
    universe: Universe, env: dict[str, str], servers: Lease
) -> None:
    name = f"empty_{uuid4().hex}"
    run_as_admin(servers, f"create database {name}")
    env = env | {
        "UNIVERSE_DATABASE_URL": servers.postgres_url(Role.SERVICE, database=name),
        "UNIVERSE_MIGRATION_DATABASE_URL": servers.postgres_url(Role.ADMIN, database=name),
    }

    before = universe(env, "doctor", "--json")
    upgraded = universe(env, "db", "upgrade", "--json")
    again = universe(env, "db", "upgrade", "--json")
    after = universe(env, "doctor", "--json")

    run_as_admin(servers, f"drop database {name} with (force)")
    assert (before.returncode, after.returncode) == (1, 0), after.stderr
    assert json.loads(upgraded.stdout) == json.loads(again.stdout) == {"revision": HEAD}
    assert f"schema {HEAD}" in upgraded.stderr


def test_an_upgrade_that_cannot_reach_its_database_exits_1(
    universe: Universe, env: dict[str, str]
) -> None:
    nowhere = {"UNIVERSE_MIGRATION_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    done = universe(env | nowhere, "db", "upgrade")

    assert (done.returncode, done.stdout) == (1, "")
    assert "UNIVERSE_MIGRATION_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_imports_no_door_before_one_is_asked_for() -> None:
    heavy = ["yfinance", "pandas", "numpy", "alembic", "mcp", "sqlalchemy", "uvicorn"]
    program = f"import sys, cli; sys.exit(' '.join(set({heavy!r}) & set(sys.modules)) or 0)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.returncode == 0


def test_the_command_exits_with_the_code_it_decided_on(
    env: dict[str, str], catalogue: Path
) -> None:
    done = subprocess.run(
        command("catalog", "import", str(catalogue), "--json", "--strict"),
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert json.loads(done.stdout)["rejected"] == 1
    assert "Traceback" not in done.stderr
