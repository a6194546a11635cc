"""How hosts are told to start the server: the snippet for each, ready to paste."""

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.domain.errors import InvalidInputError

SERVER = "universe"

Render = Callable[[Sequence[str]], str]


def snippet(host: str, *, read_only: bool = False) -> str:
    """What a host's configuration needs, with the program of this installation.

    Raises:
        InvalidInputError: The host is not one of those known.
    """
    render = HOSTS.get(host)
    if render is None:
        raise InvalidInputError(
            f"There is no snippet for this host. Known are: {', '.join(HOSTS)}.", field="host"
        )
    return render([_program(), "mcp", *(["--read-only"] if read_only else [])])


def _program() -> str:
    """The console script beside the interpreter that runs us: hosts know no virtual environment."""
    return str(Path(sys.executable).with_name("universe"))


def _object(key: str, **more: object) -> Render:
    """JSON with the servers under `key`, as most hosts have it."""

    def render(command: Sequence[str]) -> str:
        entry: Mapping[str, object] = {**more, "command": command[0], "args": list(command[1:])}
        return json.dumps({key: {SERVER: entry}}, indent=2)

    return render


def _zed(command: Sequence[str]) -> str:
    entry = {"source": "custom", "command": command[0], "args": list(command[1:])}
    return json.dumps({"context_servers": {SERVER: entry}}, indent=2)


def _claude_code(command: Sequence[str]) -> str:
    return f"claude mcp add --scope user {SERVER} -- {shlex.join(command)}"


def _codex(command: Sequence[str]) -> str:
    arguments = json.dumps(list(command[1:]))
    return f"[mcp_servers.{SERVER}]\ncommand = {json.dumps(command[0])}\nargs = {arguments}"


def _goose(command: Sequence[str]) -> str:
    arguments = "".join(f"\n      - {argument}" for argument in command[1:])
    return (
        f"extensions:\n  {SERVER}:\n    type: stdio\n    enabled: true\n    name: {SERVER}\n"
        f"    timeout: 300\n    cmd: {json.dumps(command[0])}\n    args:{arguments}"
    )


HOSTS: Mapping[str, Render] = {
    "claude-desktop": _object("mcpServers"),
    "claude-code": _claude_code,
    "cursor": _object("mcpServers"),
    "vscode": _object("servers", type="stdio"),
    "windsurf": _object("mcpServers"),
    "cline": _object("mcpServers"),
    "gemini-cli": _object("mcpServers"),
    "codex": _codex,
    "goose": _goose,
    "zed": _zed,
}
