"""`python -m bench`: everything, on servers of its own in a temporary folder."""

import tempfile
from functools import partial
from pathlib import Path

import anyio

from bench import answers, dashboard, doors, interchange, search, serving, validating, work
from core.adapters.embedded import acquire
from core.config import Settings


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="universe-bench-") as folder:
        data_dir = Path(folder) / "data"
        anyio.run(doors.measure, data_dir)
        anyio.run(answers.measure, data_dir)
        with acquire(data_dir) as lease:
            settings = Settings(data_dir=data_dir, providers="")
            anyio.run(work.measure, settings, lease)
            anyio.run(interchange.measure, settings, lease)
            anyio.run(validating.measure, settings, lease)
            anyio.run(partial(serving.measure, settings, lease, memory_seconds=20.0))
            anyio.run(dashboard.measure, settings)
        anyio.run(search.measure, Settings(data_dir=Path(folder) / "search", providers=""))


if __name__ == "__main__":
    main()
