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
ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx")
"""What a request that fits the schema may be answered with: what it names may be gone or new."""

CURSOR = "400: a cursor is one that was issued for this very list"
UNSAYABLE: Mapping[str, tuple[str, ...]] = {
    "GET /api/v1/universes": (CURSOR,),
    "GET /api/v1/universes/{universe_id}": (
        CURSOR,
        "422: a date or a version or a stretch, which begins before it ends",
    ),
    "GET /api/v1/universes/{universe_id}/history": (CURSOR,),
    "GET /api/v1/jobs/{job_id}": (CURSOR,),
    "POST /api/v1/jobs/{job_id}": (CURSOR,),
    "GET /api/v1/assets/search": (CURSOR, "422: a sector is one of the catalogue"),
    "GET /api/v1/assets/sectors": ("422: a sector is one of the catalogue",),
    "GET /api/v1/universes/{universe_id}/turnover": ("422: a start lies before its end",),
    "POST /api/v1/screens/preview": ("422: who is to be explained is in the catalogue",),
    "POST /api/v1/universes": (
        "422: symbols, an index or a screen, and no two of them; a key belongs to one request",
    ),
    "POST /api/v1/universes/combine": ("422: a name has visible characters only",),
    "POST /api/v1/universes/import": ("422: a key belongs to one request; content has a format",),
    "POST /api/v1/universes/{universe_id}/assets": ("422: a key belongs to one request",),
    "POST /api/v1/universes/{universe_id}/revert": ("422: a version is one that was reached",),
    "POST /api/v1/universes/{universe_id}/refresh": ("422: there is a rule to refresh it by",),
    "PUT /api/v1/universes/{universe_id}": ("422: an order names members, and weights add up",),
}
"""What a schema cannot say, by operation: with which status it may refuse what fits, and why.

The check `positive_data_acceptance` holds for all others as it is.
"""


def environment(data_dir: Path) -> dict[str, str]:
    """Of a service that is offline, asks for tokens, and is not to be stopped by its own rates."""
    return bare_environment() | {
        "UNIVERSE_DATA_DIR": str(data_dir),
        "UNIVERSE_PROVIDERS": "",
        "UNIVERSE_AUTH": "token",
        "UNIVERSE_VALIDATION_RATE": "100000/minute",
    }


def configuration() -> str:
    """What schemathesis is told of each operation."""
    return "\n".join(
        [
            f"[checks.positive_data_acceptance]\nexpected-statuses = {list(ACCEPTED)}",
            *(
                f'[[operations]]\ninclude-name = "{name}"\n'
                "[operations.checks.positive_data_acceptance]\n"
                f"expected-statuses = {[*ACCEPTED, *(why.partition(':')[0] for why in reasons)]}"
                for name, reasons in UNSAYABLE.items()
            ),
        ]
    )


def fuzz(
    env: Mapping[str, str], folder: Path, *, examples: int, phases: str
) -> subprocess.CompletedProcess[str]:
    """Start the service, make a token, and run schemathesis on every operation."""
    (folder / "schemathesis.toml").write_text(configuration())
    with http_server(env) as url:
        token = universe(env, "token", "create", "--user", "fuzz").stdout.strip()
        return subprocess.run(
            [
                *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{url}/openapi.json"),
                *("--header", f"Authorization: Bearer {token}"),
                *("--checks", "all"),
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
