"""What a command prints: results to stdout, words for people to stderr."""

import importlib
import json
import logging
import sys
from typing import Any


def lazily(module: str) -> Any:
    """A door's module, imported when its command runs: `universe --help` needs none of them."""
    return importlib.import_module(module)


def say(text: str) -> None:
    """A line for a person."""
    sys.stderr.write(text + "\n")


def say_error(text: str) -> None:
    say(f"universe: {text}")


def give(result: Any) -> None:
    """A result for a program, as one JSON document."""
    sys.stdout.write(json.dumps(result, indent=2, default=str) + "\n")


def log_to_stderr(level: str) -> None:
    """Logging for a command: stdout may be a protocol."""
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes whole URLs, keys included
