"""The package's own data files, wherever it is installed."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def data_text(name: str) -> str:
    """Text of one data file."""
    return files("core.adapters.catalog").joinpath("data", name).read_text(encoding="utf-8")


def data_rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one data file by column name."""
    return csv.DictReader(data_text(name).splitlines())
