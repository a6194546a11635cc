"""`universe demo`: the main job, told as a story."""

from cli.output import lazily


def run() -> None:
    """Build a universe from what people type, through a real MCP client, and show each step."""
    lazily("cli.story").tell()
