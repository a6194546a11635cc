"""A scripted agent: calls tools through a real client, and knows what each call cost."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from mcp import Client
from mcp.types import TextContent

Json = dict[str, Any]


@dataclass(kw_only=True)
class Agent:
    """What it was answered is all it knows; `look` is for whoever checks the result."""

    client: Client
    calls: int = 0
    characters: int = 0
    errors: list[str] = field(default_factory=list[str])

    async def call(self, tool: str, **arguments: Any) -> Json:
        """The envelope of a call that counts."""
        answer, size = await self._called(tool, arguments)
        self.calls += 1
        self.characters += size + len(json.dumps(arguments))
        if not answer["success"]:
            self.errors.append(answer["metadata"]["error"]["code"])
        return answer

    async def look(self, tool: str, **arguments: Any) -> Any:
        """The data of a call that costs nothing."""
        answer, _ = await self._called(tool, arguments)
        return answer["data"]

    async def follow(self, answer: Json, tool: str, **more: Any) -> Json:
        """The ready call of this tool that an answer names."""
        ready = [call for call in answer["metadata"]["next_calls"] if call["tool"] == tool]
        return await self.call(tool, **(ready[0]["arguments"] | more))

    async def _called(self, tool: str, arguments: Json) -> tuple[Json, int]:
        result = await self.client.call_tool(tool, arguments)
        structured: Json = result.structured_content or {}
        text = sum(len(block.text) for block in result.content if isinstance(block, TextContent))
        return structured, max(text, len(json.dumps(structured)))

    @property
    def tokens(self) -> int:
        return self.characters // 4


Check = Callable[[Agent], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A goal, and what a good agent does about it; it ends with whether the goal was reached."""

    goal: str
    run: Check

    @property
    def name(self) -> str:
        return self.run.__name__


TASKS: list[Task] = []


def task(goal: str) -> Callable[[Check], Check]:
    def keep(run: Check) -> Check:
        TASKS.append(Task(goal=goal, run=run))
        return run

    return keep


def details(answer: Json) -> Json:
    """What an error says for programs."""
    return answer["metadata"]["error"]["details"] or {}


def meant(answer: Json) -> str:
    """The name an error thinks was meant."""
    found = re.search(r"did you mean (\w+)\?", answer["message"])
    assert found is not None, answer["message"]
    return found[1]


def number(answer: Json) -> int:
    """The number that an error names as the limit."""
    found = re.search(r"at most (\d+)|less than or equal to (\d+)", answer["message"])
    assert found is not None, answer["message"]
    return int(found[1] or found[2])


def symbols(listing: Json) -> list[str]:
    return [asset["symbol"] for asset in listing["assets"]]
