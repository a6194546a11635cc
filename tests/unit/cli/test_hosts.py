"""Snippets for hosts, and what registries and bundles are told: all about this installation."""

import json
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from cli.hosts import HOSTS, snippet
from core.domain.errors import InvalidInputError

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"


@pytest.mark.parametrize("host", HOSTS)
def test_a_snippet_names_the_program_of_this_installation(host: str) -> None:
    told = snippet(host, read_only=True)

    assert "/universe" in told
    assert "mcp" in told
    assert "--read-only" in told


@pytest.mark.parametrize("host", HOSTS)
def test_a_snippet_is_what_the_host_can_read(host: str) -> None:
    told = snippet(host)

    match host:
        case "claude-code":
            assert told.startswith("claude mcp add --scope user universe -- /")
        case "codex":
            assert tomllib.loads(told)["mcp_servers"]["universe"]["args"] == ["mcp"]
        case "goose":
            assert yaml.safe_load(told)["extensions"]["universe"]["args"] == ["mcp"]
        case _:
            [servers] = json.loads(told).values()
            assert servers["universe"]["args"] == ["mcp"]


def test_an_unknown_host_is_answered_with_those_known() -> None:
    with pytest.raises(InvalidInputError, match="claude-desktop"):
        snippet("emacs")


@pytest.mark.parametrize("name", ["server.json", "manifest.json"])
def test_what_is_published_tells_the_version(name: str) -> None:
    told = json.loads((PACKAGING / name).read_text())

    assert told["version"] == version("universe-service")
    assert len(told["description"]) <= 100
