"""Logs of what runs for long: one JSON object a line on stderr, for programs to read."""

import logging
import sys

import structlog


def log_as_json(level: str) -> None:
    """Everything that is logged, with what was told beside the message."""
    told = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(told)
    logging.basicConfig(level=level, handlers=[handler])
    for chatty in ("httpx", "httpcore"):  # they write whole URLs, keys included
        logging.getLogger(chatty).setLevel(logging.WARNING)
