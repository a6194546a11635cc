"""`make fuzz`: the HTTP API against its own document, with schemathesis, on the real service."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.acceptance.doors import bare_environment, http_server, universe

ENOUGH = 2000
UNSAYABLE = "positive_data_acceptance"
"""The one check left out: it wants every request that fits the schema to be accepted.

A schema cannot say that a cursor is one we issued, a sector one of the catalogue's, or a start
before its end.
"""


def environment(data_dir: Path) -> dict[str, str]:
    """Of a service that is offline, asks for tokens, and is not to be stopped by its own rates."""
    return bare_environment() | {
        "UNIVERSE_DATA_DIR": str(data_dir),
        "UNIVERSE_PROVIDERS": "",
        "UNIVERSE_AUTH": "token",
        "UNIVERSE_VALIDATION_RATE": "100000/minute",
    }


def fuzz(
    env: Mapping[str, str], folder: Path, *, examples: int, phases: str
) -> subprocess.CompletedProcess[str]:
    """Start the service, make a token, and run schemathesis on every operation."""
    with http_server(env) as url:
        token = universe(env, "token", "create", "--user", "fuzz").stdout.strip()
        return subprocess.run(
            [
                *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{url}/openapi.json"),
                *("--header", f"Authorization: Bearer {token}"),
                *("--checks", "all", "--exclude-checks", UNSAYABLE),
                *("--phases", phases, "--max-examples", str(examples)),
                *("--generation-database", "none", "--continue-on-failure", "--no-color"),
                # values of a megabyte would end up in the report, many times over
                *("--output-truncate", "true", "--no-shrink", "--warnings", "off"),
                *("--seed", "1"),
            ],
            cwd=folder,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )


def cases_of(report: str) -> int:
    """How many requests it made up."""
    found = re.search(r"(\d+) generated", report)
    return int(found[1]) if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=40, help="at most so many each, by phase")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - as root the servers run as a user of their own
        done = fuzz(
            environment(Path(folder) / "data"),
            Path(folder),
            examples=arguments.examples,
            phases="examples,coverage,fuzzing,stateful",
        )
    cases = cases_of(done.stdout)
    sys.stderr.write(done.stdout + done.stderr)
    if cases < ENOUGH:
        sys.stderr.write(f"Only {cases} cases; {ENOUGH} are wanted.\n")
    return done.returncode or int(cases < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
