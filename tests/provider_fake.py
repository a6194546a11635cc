"""Yahoo and Alpha Vantage on a loopback port, with instruments we made up and faults to switch on.

Only the standard library: a test of broken connections needs the bare socket anyway.
"""

import json
import socket
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LIMIT_NOTICE = "We have detected your API key as {key} and our limit is 25 requests per day."


def living_row(symbol: str, **changes: object) -> dict[str, object]:
    """A quote of a live share that nobody has issued."""
    return {
        "symbol": symbol,
        "quoteType": "EQUITY",
        "longName": f"{symbol} Industries",
        "shortName": symbol.title(),
        "exchange": "NYQ",
        "fullExchangeName": "NYSE",
        "currency": "USD",
        "regularMarketPrice": 12.5,
        "regularMarketTime": 1_760_000_000,
        "marketCap": 5_000_000_000,
        "trailingPE": 17.25,
        "trailingAnnualDividendYield": 0.0125,
        "dividendYield": 1.3,
        **changes,
    }


def ghost_none(symbol: str) -> dict[str, object]:
    """What is left of a share that Yahoo has forgotten."""
    return {"symbol": symbol, "quoteType": "NONE", "triggerable": False, "tradeable": False}


def ghost_yhd(symbol: str) -> dict[str, object]:
    """What is left of a share that went to the graveyard."""
    return {
        "symbol": symbol,
        "quoteType": "MUTUALFUND",
        "shortName": "40123",
        "exchange": "YHD",
        "fullExchangeName": "YHD",
        "regularMarketTime": 1_561_000_000,
    }


@dataclass(slots=True, kw_only=True)
class Fault:
    """`times` None is for ever; `after` questions pass first."""

    endpoint: str
    kind: str
    status: int = 200
    times: int | None = None
    after: int = 0


@dataclass(slots=True, kw_only=True)
class ProviderFake:
    """What the two providers know, what is wrong with them, and what they were asked."""

    base_url: str
    rows: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    omitted: set[str] = field(default_factory=set[str])
    validates_all: bool = False
    crumb: str = "made-up-crumb"
    cookie: str = "made-up-cookie"
    is_strict: bool = False
    latency: float = 0.0
    """Seconds that every answer takes."""
    listed: list[str] = field(default_factory=list[str])
    delisted: list[str] = field(default_factory=list[str])
    matches: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    asked: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list[tuple[str, tuple[str, ...]]]
    )
    lines: list[str] = field(default_factory=list[str])
    """Path and query of each request."""
    _faults: list[Fault] = field(default_factory=list[Fault])
    _released: threading.Event = field(default_factory=threading.Event)

    def fault(
        self,
        endpoint: str,
        kind: str,
        *,
        status: int = 200,
        times: int | None = None,
        after: int = 0,
    ) -> None:
        """Switch a fault on: status, html, garbage, empty, truncated, cut, drop, hang or notice."""
        self._faults.append(
            Fault(endpoint=endpoint, kind=kind, status=status, times=times, after=after)
        )

    def mend(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def questions(self, endpoint: str) -> list[tuple[str, ...]]:
        """Answer the symbols of each request to an endpoint, in order."""
        return [symbols for name, symbols in self.asked if name == endpoint]

    def take_fault(self, endpoint: str) -> Fault | None:
        """Answer the fault that this request meets."""
        for fault in self._faults:
            if fault.endpoint not in (endpoint, endpoint.partition(":")[0], "*"):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None

    def hang(self) -> None:
        """Hold the request until the fake is stopped."""
        self._released.wait()

    def release(self) -> None:
        """Let go of all that hangs."""
        self._released.set()

    def answer(self, endpoint: str, query: Mapping[str, str]) -> tuple[int, str]:
        """Answer status and body of a request that meets no fault."""
        symbols = _split(query.get("symbols", ""))
        if self.is_strict and not self._is_welcome(endpoint, query):
            return 401, json.dumps({"finance": {"error": {"code": "Unauthorized"}}})
        if endpoint == "quote":
            known = [self.rows[s] for s in symbols if s in self.rows and s not in self.omitted]
            return 200, json.dumps({"quoteResponse": {"result": known, "error": None}})
        if endpoint == "validate":
            result = {symbol: self.validates_all or symbol in self.rows for symbol in symbols}
            return 200, json.dumps({"symbolsValidation": {"result": [result], "error": None}})
        if endpoint == "getcrumb":
            return 200, self.crumb
        if endpoint == "av:LISTING_STATUS":
            return 200, self._listing(query.get("state", "active"))
        if endpoint == "av:SYMBOL_SEARCH":
            match = self.matches.get(query.get("keywords", ""))
            return 200, json.dumps({"bestMatches": [match] if match else []})
        return 404, ""

    def _is_welcome(self, endpoint: str, query: Mapping[str, str]) -> bool:
        if endpoint == "getcrumb":
            return f"A3={self.cookie}" in query.get("cookie", "")
        return endpoint != "quote" or query.get("crumb") == self.crumb

    def _listing(self, state: str) -> str:
        lines = ["symbol,name,exchange,assetType,ipoDate,delistingDate,status"]
        if state == "active":
            lines += self.listed
        else:
            lines += self.delisted
        return "".join(f"{line}\r\n" for line in lines)


_ENDPOINTS = {
    "/": "cookie",
    "/v1/test/getcrumb": "getcrumb",
    "/v7/finance/quote": "quote",
    "/v6/finance/quote/validate": "validate",
    "/consent": "consent",
}
_EMPTY = {
    "quote": json.dumps({"quoteResponse": {"result": [], "error": None}}),
    "validate": json.dumps({"symbolsValidation": {"result": [], "error": None}}),
}


def _split(text: str) -> Sequence[str]:
    return tuple(part for part in text.split(",") if part)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: ProviderFake

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that give up are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - the only server it has

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        query["cookie"] = self.headers.get("Cookie", "")
        endpoint = _ENDPOINTS.get(parts.path, "other")
        if parts.path == "/query":
            endpoint = f"av:{query.get('function', '')}"
        asked = query.get("symbols") or query.get("keywords") or query.get("state") or ""
        fake = self.server.fake
        fake.asked.append((endpoint, tuple(_split(asked))))
        fake.lines.append(self.path)
        if fake.latency:
            time.sleep(fake.latency)
        fault = fake.take_fault(endpoint)
        status, body = fake.answer(endpoint, query)
        if fault is None:
            self._send(status, body, cookie=endpoint == "cookie")
        else:
            self._fail(fault, endpoint, body=body, key=query.get("apikey", ""))

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def _fail(self, fault: Fault, endpoint: str, *, body: str, key: str) -> None:
        bodies = {
            "status": "Too Many Requests\r\n" if fault.status == 429 else "<html>error</html>",
            "html": "<!DOCTYPE html><html><body>Will be back soon</body></html>",
            "garbage": "edge: not found",
            "empty": _EMPTY.get(endpoint, "{}"),
            "truncated": body[: len(body) // 2],
            "notice": json.dumps({"Information": LIMIT_NOTICE.format(key=key)}),
            "note": json.dumps({"Note": "Our standard frequency is 5 calls per minute."}),
            "refusal": json.dumps({"Error Message": f"the parameter apikey {key} is invalid"}),
        }
        if fault.kind in bodies:
            self._send(fault.status, bodies[fault.kind])
            return
        if fault.kind == "hang":
            self.server.fake.hang()
        if fault.kind == "cut":
            self._send(200, body[: len(body) // 2], length=len(body))
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(
        self, status: int, body: str, *, length: int | None = None, cookie: bool = False
    ) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        if cookie:
            value = f"A3={self.server.fake.cookie}"
            self.send_header("Set-Cookie", f"{value}; Max-Age=31536000; Domain=.yahoo.com; Path=/")
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def provider_fake() -> Generator[ProviderFake]:
    """Run the fake on a free port; the canaries of our providers are in it from the start."""
    server = _Server(("127.0.0.1", 0), _Handler)
    fake = ProviderFake(base_url=f"http://127.0.0.1:{server.server_address[1]}")
    server.fake = fake
    for symbol in ("AAPL", "SPY"):
        fake.rows[symbol] = living_row(symbol)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        fake.release()
        server.shutdown()
        thread.join()
        server.server_close()
