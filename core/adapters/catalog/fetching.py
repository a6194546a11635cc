"""Getting a published list: only when it changed, only up to a size, and whole or not at all."""

import bz2
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import anyio
import httpx

from core.adapters.catalog.file_rows import RefusedRowError, read_row
from core.adapters.catalog.published import PublishedList
from core.domain.catalog import CatalogRow
from core.domain.errors import InvalidInputError, UnavailableError

MAX_BYTES = 64 << 20
MAX_UNPACKED = 512 << 20
TIMEOUT = httpx.Timeout(30, connect=10)
MAX_SECONDS = 600
"""For the whole of a list: each part of one that trickles comes within the time for a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered; `etag` is what to ask with next time."""

    content: bytes
    etag: str | None


@dataclass(slots=True)
class ReadList:
    """The rows of a list by symbol, and how many were left out."""

    rows: dict[str, CatalogRow] = field(default_factory=dict[str, CatalogRow])
    rejected: int = 0


async def fetch(
    client: httpx.AsyncClient, wanted: PublishedList, *, etag: str | None
) -> Fetched | None:
    """The file, or None where it is still the one with this `etag`.

    Raises:
        UnavailableError: No answer, an error, one that breaks off, is too large, or takes too long.
    """
    headers = {"If-None-Match": etag} if etag else {}
    try:
        with anyio.fail_after(MAX_SECONDS):
            return await _download(client, wanted, headers=headers)
    except TimeoutError as error:
        raise UnavailableError(
            f"{wanted.name} did not arrive within {MAX_SECONDS} seconds and was not loaded: try"
            " again later, or name a mirror in the settings."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnavailableError(
            f"{wanted.name} could not be fetched ({type(error).__name__}): try again later, or name"
            " a mirror in the settings."
        ) from error


async def _download(
    client: httpx.AsyncClient, wanted: PublishedList, *, headers: Mapping[str, str]
) -> Fetched | None:
    async with client.stream("GET", wanted.url, headers=headers) as response:
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return None
        if response.status_code != HTTPStatus.OK:
            raise UnavailableError(
                f"{wanted.name} answered {response.status_code}: see whether its address in the"
                " settings is right, or try again later."
            )
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > MAX_BYTES:
                raise UnavailableError(
                    f"{wanted.name} is larger than {MAX_BYTES >> 20} MiB and was not read."
                )
        return Fetched(content=bytes(content), etag=response.headers.get("ETag"))


def read_list(wanted: PublishedList, content: bytes) -> ReadList:
    """Every row of the file in our vocabulary; of two with one symbol the first counts.

    Raises:
        InvalidInputError: It is damaged, or not the list we know.
    """
    found = ReadList()
    try:
        text = io.StringIO(_unpacked(wanted, content).decode("utf-8-sig"), newline="")
        for record in _records(wanted, text):
            _take(found, wanted, record)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(f"{wanted.name} is damaged and was not loaded.") from error
    if not found.rows:
        raise InvalidInputError(f"{wanted.name} holds no asset and was not loaded.")
    return found


def _unpacked(wanted: PublishedList, content: bytes) -> bytes:
    if not wanted.is_packed:
        return content
    unpacker = bz2.BZ2Decompressor()
    try:
        unpacked = unpacker.decompress(content, MAX_UNPACKED)
    except OSError as error:
        raise InvalidInputError(f"{wanted.name} is no bzip2 file and was not loaded.") from error
    if not unpacker.eof:
        raise InvalidInputError(f"{wanted.name} is cut off or too large and was not loaded.")
    return unpacked


def _records(wanted: PublishedList, text: io.StringIO) -> Iterator[dict[str, str]]:
    reader = csv.reader(text, strict=True)
    header = next(reader, list[str]())
    missing = [column for column in wanted.required if column not in header]
    if missing:
        raise InvalidInputError(
            f"{wanted.name} lacks the columns {', '.join(missing)}: its format changed, nothing was"
            " loaded."
        )
    for cells in reader:
        if len(cells) == len(header):
            yield dict(zip(header, cells, strict=True))
        elif cells:
            raise InvalidInputError(
                f"{wanted.name} has {len(cells)} fields on line {reader.line_num} where its header"
                f" has {len(header)}: it is cut off or damaged, nothing was loaded."
            )


def _take(found: ReadList, wanted: PublishedList, record: dict[str, str]) -> None:
    cells = wanted.cells(record)
    if cells is None:
        return
    try:
        row = read_row(tuple(cell.strip() for cell in cells)).row
    except RefusedRowError:
        found.rejected += 1
        return
    found.rows.setdefault(row.symbol, row)
