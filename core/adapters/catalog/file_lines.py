"""The lines of a catalogue file as text, plain or gzipped, with every fault of the file told."""

import gzip
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from core.domain.errors import InvalidInputError

MAX_UNPACKED = 512 << 20

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def text_lines(path: Path) -> Iterator[str]:
    """Lines of the file with their line ends; faults raise InvalidInputError naming the line."""
    with _unbroken(path), _opened(path) as stream:
        number = 0
        for number, line in enumerate(stream, start=1):
            raw = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            try:
                yield raw.decode()
            except UnicodeDecodeError as error:
                raise InvalidInputError(
                    f"Line {number} of {path.name} is not UTF-8; save the file as UTF-8 and "
                    "import it again."
                ) from error
        if number == 0:
            raise InvalidInputError(f"{path.name} is empty; it needs at least its header.")


@contextmanager
def _opened(path: Path) -> Generator[Iterable[bytes]]:
    """Told by content, because a browser unpacks .csv.gz and keeps the name."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise InvalidInputError(f"There is no file {path}.") from error
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read; it has to be a file.") from error
    with file:
        zipped = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        if not zipped:
            yield file
            return
        with gzip.open(file, "rb") as packed:
            # In one piece: reading a gzip line by line takes as long as all the rest of a line.
            content = packed.read(MAX_UNPACKED + 1)
        if len(content) > MAX_UNPACKED:
            raise InvalidInputError(
                f"{path.name} unpacks to more than {MAX_UNPACKED >> 20} MiB; split it."
            )
        yield BytesIO(content)


@contextmanager
def _unbroken(path: Path) -> Generator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidInputError(
            f"{path.name} is damaged or cut off: its compressed data does not end as it should. "
            "Nothing was imported; fetch the file again."
        ) from error
