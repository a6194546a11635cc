"""The service as its users start it: child processes, and clients that distrust every answer."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from core.config import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
MODES = ("auto", "legacy")
"""How a client opens: the protocol of 2026, and the handshake of the years before."""

ENVELOPE = {"success", "data", "message", "next_actions", "metadata"}
ESSENTIAL = {"id", "symbol", "version", "next_cursor", "verdict", "name", "currency", "sector"}
"""What a reader of the text alone has to find there, wherever it stands in the structure."""

LEFT_OUT = {"asset": {"id", "sector"}}
"""A verdict says which asset it means; what else is known of it is get_asset's to say."""

Json = dict[str, Any]


def environment(settings: Settings, **changes: str) -> dict[str, str]:
    """The environment of a child process that is to run on these settings."""
    named = {
        "UNIVERSE_DATABASE_URL": settings.database_url,
        "UNIVERSE_REDIS_URL": settings.redis_url,
        "UNIVERSE_DATA_DIR": str(settings.data_dir),
        "UNIVERSE_PROVIDERS": settings.providers,
        "UNIVERSE_USER": "alice",
    }
    return bare_environment() | named | changes


def bare_environment() -> dict[str, str]:
    """Ours without any setting of the service, and with the checkout first on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNIVERSE_")}
    return kept | {"PYTHONPATH": str(CHECKOUT)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", *arguments]


def universe(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(*arguments), env=env, capture_output=True, text=True, timeout=60, check=False
    )


def stdio_server(env: dict[str, str]) -> StdioServerParameters:
    [program, *arguments] = command("mcp")
    return StdioServerParameters(command=program, args=arguments, env=env)


@contextmanager
def stdio_process(
    env: Mapping[str, str], errlog: Path | None = None
) -> Generator[subprocess.Popen[str]]:
    """`universe mcp` with bare pipes, for what a client library would hide.

    It is killed after a minute, so that a test that waits for a line does not wait for ever.
    """
    with Path(errlog or os.devnull).open("w") as stderr:
        process = subprocess.Popen(
            command("mcp"),
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,  # not a pipe: nobody reads it while the test waits for stdout
            text=True,
        )
    alarm = threading.Timer(60, process.kill)
    alarm.start()
    with process:
        try:
            yield process
        finally:
            alarm.cancel()
            process.kill()


@contextmanager
def http_server(
    env: Mapping[str, str], *arguments: str, logged: list[str] | None = None
) -> Generator[str]:
    """`universe serve` on a free port: its address, known once it has said so.

    `logged` is given the lines it wrote to stderr from then on, once it has ended.
    """
    process = subprocess.Popen(
        command("serve", "--port", "0", *arguments), env=env, stderr=subprocess.PIPE, text=True
    )
    rest: list[str] = [] if logged is None else logged
    drain = threading.Thread(target=lambda: rest.extend(pipe(process.stderr)))
    with process:
        try:
            said = list(_until_up(pipe(process.stderr)))
            found = re.search(r"(http://\S+)/mcp is up", said[-1] if said else "")
            assert found is not None, "".join(said)
            drain.start()  # a full pipe would stop the server
            yield found[1]
        finally:
            process.terminate()
            process.wait(30)
            if drain.ident is not None:
                drain.join()
    assert process.returncode == 0, "".join(rest)


def _until_up(stderr: IO[str]) -> Iterator[str]:
    for line in stderr:
        yield line
        if " is up" in line:
            return


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def text_of(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    return block.text


class Caller:
    """Calls tools and holds each answer against what all answers promise."""

    def __init__(self, client: Client, schemas: Mapping[str, Json]) -> None:
        self.client = client
        self.called: set[str] = set()
        self._schemas = schemas

    @classmethod
    async def of(cls, client: Client) -> "Caller":
        listed = await client.list_tools()
        return cls(client, {tool.name: tool.output_schema or {} for tool in listed.tools})

    async def __call__(self, tool: str, **arguments: Any) -> Json:
        """The structured answer of a call that is to succeed."""
        self.called.add(tool)
        result = await self.client.call_tool(tool, arguments)
        answer = envelope(result)
        assert not result.is_error, answer["message"]
        assert answer["success"] is True
        Draft202012Validator(self._schemas[tool]).validate(answer)  # pyright: ignore[reportUnknownMemberType] - untyped there
        assert missing_in(text_of(result), answer) == []
        return answer

    async def refused(self, tool: str, arguments: Json) -> Json:
        """The structured answer of a call that is to fail."""
        self.called.add(tool)
        result = await self.client.call_tool(tool, arguments)
        answer = envelope(result)
        assert result.is_error, answer["message"]
        assert (answer["success"], answer["data"]) == (False, None)
        assert f"error: {answer['metadata']['error']['code']}" in text_of(result).splitlines()
        return answer


def envelope(result: CallToolResult) -> Json:
    answer: Json | None = result.structured_content
    assert answer is not None, text_of(result)
    assert answer.keys() == ENVELOPE
    assert text_of(result).splitlines()[0] == answer["message"]
    return answer


def missing_in(text: str, answer: Json) -> list[str]:
    """Essential values of the structure that the text does not hold."""
    said = [value for _, value in _values(answer["data"])]
    cursor = answer["metadata"].get("next_cursor")
    return [value for value in (*said, *([cursor] if cursor else [])) if value not in text]


def _values(node: Any) -> Iterator[tuple[str, str]]:
    for name, value in _children(node):
        if isinstance(value, dict | list):
            left_out = LEFT_OUT.get(name, set())
            yield from (found for found in _values(value) if found[0] not in left_out)
        elif value is not None and name in ESSENTIAL:
            yield name, " ".join(str(value).split())


def _children(node: Any) -> Sequence[tuple[str, Any]]:
    if isinstance(node, list):
        return [("", item) for item in node]  # pyright: ignore[reportUnknownVariableType] - JSON
    return list(node.items()) if isinstance(node, dict) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
