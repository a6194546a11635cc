"""The compose file and the image: what they run is what the embedded default runs."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

from core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def test_the_compose_file_obeys_the_compose_specification() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(COMPOSE)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_publishes_the_server_alone_on_the_loopback_and_with_tokens() -> None:
    services = compose()["services"]

    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"server": ["${UNIVERSE_PUBLISH:-127.0.0.1:8000}:8000"]}
    assert services["server"]["environment"]["UNIVERSE_AUTH"] == "${UNIVERSE_AUTH:-token}"
    assert [n for n, service in services.items() if service.get("network_mode") == "host"] == []


def test_compose_sets_only_settings_that_exist() -> None:
    services = compose()["services"]
    known = {f"UNIVERSE_{name.upper()}" for name in Settings.model_fields}

    for name in ("migrate", "server", "worker"):
        assert set(services[name]["environment"]) <= known


def test_the_database_of_compose_sorts_and_folds_like_the_embedded_one() -> None:
    postgres = compose()["services"]["postgres"]
    embedded = text_of("core/adapters/embedded/cluster.py")

    options = postgres["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert [o for o in options if o.partition("=")[0] + "=" not in embedded] == []
    assert {"--locale-provider=builtin", "--builtin-locale=C.UTF-8"} <= set(options)
    assert "postgres:/var/lib/postgresql" in postgres["volumes"]


def test_the_valkey_of_compose_keeps_and_evicts_like_the_embedded_one() -> None:
    words = compose()["services"]["valkey"]["command"][1:]
    embedded = text_of("core/adapters/embedded/servers.py")

    pairs = dict(zip(words[::2], words[1::2], strict=True))
    assert pairs["--maxmemory-policy"] == "volatile-ttl"
    for option, value in pairs.items():
        said = f"{option.removeprefix('--')} {value or chr(34) * 2}"
        assert said in embedded


def test_the_image_holds_every_package_of_the_wheel() -> None:
    wheel = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    let_in = {line[1:] for line in text_of(".dockerignore").splitlines() if line[:1] == "!"}

    assert {*wheel["packages"], *wheel["force-include"]} <= let_in
