"""A small typed client of the HTTP API: copy it, and keep what you need.

python docs/examples/client.py http://127.0.0.1:8000 "$TOKEN"
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

ATTEMPTS = 4


class ProblemError(Exception):
    """The service said no, and what to do next."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["detail"])
        self.status: int = body["status"]
        self.code: str = body["metadata"]["error"]["code"]
        self.next_actions: list[str] = body["next_actions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """A named list; its version rises with each change."""

    id: str
    name: str
    version: int
    asset_count: int
    pending_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A member of a universe."""

    id: str
    symbol: str
    name: str
    exchange: str | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one symbol that was typed."""

    input: str
    symbol: str | None
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The result of a bulk change; a job settles what nobody could verify in time."""

    version: int
    outcomes: tuple[Outcome, ...]
    job_id: str | None


@dataclass(frozen=True, slots=True)
class UniverseClient:
    """Calls over one `httpx.Client`, whose base URL and Authorization header say where and who."""

    http: httpx.Client
    sleep: Callable[[float], None] = time.sleep

    def create(self, name: str) -> Universe:
        """Make an empty universe; the key makes a repeated request harmless."""
        key = {"Idempotency-Key": uuid4().hex}
        return _universe(self._data("POST", "/universes", json={"name": name}, headers=key))

    def add(self, universe: Universe, symbols: Sequence[str]) -> Added:
        """Add up to 10,000 symbols, unless the universe was changed since it was read."""
        data = self._data(
            "POST",
            f"/universes/{universe.id}/assets",
            json={"action": "add", "symbols": list(symbols), "expected_version": universe.version},
        )
        outcomes = tuple(_of(Outcome, row) for row in data["outcomes"])
        return Added(version=data["version"], outcomes=outcomes, job_id=data["job_id"])

    def wait(self, job_id: str, *, seconds: float = 60) -> str:
        """The status of a job once it has ended, or when the time is up."""
        status = "queued"
        for _ in range(max(1, int(seconds))):
            status = str(self._data("GET", f"/jobs/{job_id}", params={"limit": 1})["status"])
            if status not in ("queued", "running"):
                break
            self.sleep(1)
        return status

    def read(self, universe_id: str) -> Universe:
        """The universe as it is now."""
        return _universe(self._data("GET", f"/universes/{universe_id}", params={"limit": 1}))

    def assets(self, universe_id: str, *, page: int = 200) -> Iterator[Asset]:
        """All members in their order, page by page."""
        query: dict[str, str | int] = {"view": "summary", "limit": page}
        while True:
            body = self._call("GET", f"/universes/{universe_id}", params=query)
            yield from (_of(Asset, row) for row in body["data"]["assets"])
            cursor = body["metadata"]["next_cursor"]
            if cursor is None:
                return
            query["cursor"] = cursor

    def _data(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        data: dict[str, Any] = self._call(method, path, **request)["data"]
        return data

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The envelope; waits as long as a rate limit or an outage asks, a few times."""
        answer = self.http.request(method, f"/api/v1{path}", **request)
        for _ in range(ATTEMPTS - 1):
            if answer.status_code not in (429, 503):
                break
            self.sleep(float(answer.headers["Retry-After"]))
            answer = self.http.request(method, f"/api/v1{path}", **request)
        body: dict[str, Any] = answer.json()
        if not answer.is_success:
            raise ProblemError(body)
        return body


def _of(kind: type[Any], row: dict[str, Any]) -> Any:
    """A value of the fields we know; the service may add others."""
    return kind(**{name: row[name] for name in kind.__dataclass_fields__})


def _universe(data: dict[str, Any]) -> Universe:
    return _of(Universe, data)


if __name__ == "__main__":
    address, token = sys.argv[1:]
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as http:
        client = UniverseClient(http)
        made = client.create(f"Example {uuid4().hex[:6]}")
        for line in (*client.add(made, sys.stdin.read().split()).outcomes, *client.assets(made.id)):
            sys.stdout.write(f"{line}\n")
