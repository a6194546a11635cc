"""Ask the servers over their sockets whether they answer, without driver or process."""

import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.adapters.embedded.layout import DATABASE, Role

_PROTOCOL = 3 << 16
_TERMINATE = b"X" + struct.pack("!i", 4)
_PATIENCE_SECONDS = 2.0
_STARTING_OR_STOPPING = frozenset({"57P01", "57P02", "57P03"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server that takes connections; empty where it would not say."""

    version: str = ""
    pid: int | None = None


def ask_postgres(address: Path) -> Answer | None:
    """Log in as far as the server lets us; None while it is down, starting or stopping."""
    try:
        with _connect(address) as connection:
            connection.sendall(_startup_message())
            with connection.makefile("rb") as stream:
                answer = _read_login(stream.read)
            with contextlib.suppress(OSError):  # it may have hung up on us already
                connection.sendall(_TERMINATE)
    except (OSError, EOFError):
        return None
    return answer


def ask_valkey(address: Path) -> Answer | None:
    """Ping the server; None while it is down or still loading its data."""
    try:
        with _connect(address) as connection:
            connection.sendall(b"PING\r\nINFO server\r\n")
            with connection.makefile("rb") as stream:
                if not stream.readline().startswith((b"+PONG", b"-ERR max")):
                    return None
                return _read_info(stream.readline, stream.read)
    except (OSError, ValueError):
        return None


def shut_down_valkey(address: Path) -> None:
    """Ask the server to write its log and end; a server that is gone already is fine."""
    try:
        with _connect(address) as connection:
            connection.sendall(b"SHUTDOWN\r\n")
            connection.recv(64)
    except OSError:
        pass


def _connect(address: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_PATIENCE_SECONDS)
        connection.connect(str(address))
    except OSError:
        connection.close()
        raise
    return connection


def _startup_message() -> bytes:
    parameters = ("user", Role.SERVICE, "database", DATABASE, "application_name", "probe")
    body = b"".join(text.encode() + b"\0" for text in parameters) + b"\0"
    return struct.pack("!ii", len(body) + 8, _PROTOCOL) + body


def _read_login(read: Callable[[int], bytes]) -> Answer | None:
    version = ""
    while True:
        kind, body = _read_message(read)
        if kind == b"S" and body.startswith(b"server_version\0"):
            version = body.split(b"\0")[1].decode()
        # A request for a password comes after the check that the server takes connections.
        if kind == b"Z" or (kind == b"R" and body[:4] != b"\0\0\0\0"):
            return Answer(version=version)
        if kind == b"E":
            # "Too many clients" is an answer too: waiting or restarting would not mend it.
            return None if _sqlstate(body) in _STARTING_OR_STOPPING else Answer()


def _read_message(read: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    head = read(5)
    if len(head) < 5:
        raise EOFError
    (length,) = struct.unpack("!i", head[1:])
    return head[:1], read(length - 4)


def _sqlstate(body: bytes) -> str:
    fields = {field[:1]: field[1:] for field in body.split(b"\0")}
    return fields.get(b"C", b"").decode()


def _read_info(read_line: Callable[[], bytes], read: Callable[[int], bytes]) -> Answer:
    head = read_line()
    if not head.startswith(b"$"):
        return Answer()
    lines = read(int(head[1:])).decode(errors="replace").splitlines()
    told = dict(line.split(":", 1) for line in lines if ":" in line)
    return Answer(
        version=told.get("valkey_version", ""), pid=int(told.get("process_id", 0)) or None
    )
