"""A loopback server of published lists: entity tags, and answers that break off."""

import bz2
import hashlib
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EQUITIES = "/compression/equities.bz2"
MEMBERS = "/s-and-p-500-companies/main/data/constituents.csv"
OTHER = "/nyse-other-listings/main/data/other-listed.csv"
NASDAQ = "/nasdaq-listings/main/data/nasdaq-listed.csv"

EQUITY_HEADER = (
    "symbol,name,summary,currency,sector,industry_group,industry,exchange,country,market_cap,isin,"
    "delisted"
)


def equity(symbol: str, name: str = "", *, isin: str = "", delisted: str = "") -> str:
    """A record as FinanceDatabase has them, with a text that holds a comma and a line end."""
    return (
        f'{symbol},{name or symbol + " Works"},"Makes things,\nmany.",EUR,Industrials,'
        f"Capital Goods,Machinery,GER,Germany,Mid Cap,{isin},{delisted}"
    )


def equities(*records: str) -> bytes:
    """The packed file of these records."""
    return bz2.compress("\n".join([EQUITY_HEADER, *records, ""]).encode())


@dataclass(slots=True)
class ListServer:
    """Serves `files` by path.

    A path in `broken` sends half of what it promises, one in `stuck` half and then nothing until
    the server ends.
    """

    base_url: str
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    broken: set[str] = field(default_factory=set[str])
    stuck: set[str] = field(default_factory=set[str])
    ended: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def statuses(self, path: str) -> Sequence[int]:
        return [status for asked, status in self.answers if asked == path]


@contextmanager
def serving_lists() -> Generator[ListServer]:
    """The server, on a free port, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = lists.files.get(self.path)
            if content is None:
                self._send(404)
                return
            tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                self._send(304)
                return
            self._send(200, content, tag=tag)

        def _send(self, status: int, content: bytes = b"", *, tag: str = "") -> None:
            lists.answers.append((self.path, status))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            half = self.path in lists.broken | lists.stuck
            self.wfile.write(content[: len(content) // 2] if half else content)
            if self.path in lists.stuck:
                self.wfile.flush()
                lists.ended.wait()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing: a test reads `answers`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    lists = ListServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield lists
    finally:
        lists.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
