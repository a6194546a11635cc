"""The universe card: a page that hosts of MCP Apps show beside an answer, in one document.

It is put together from the dashboard's own modules when a host asks for it: each becomes a
function that gives what it exports, so that names of one module stay its own.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from mcp.server.apps import APP_MIME_TYPE, Apps
from mcp.server.mcpserver.resources import FunctionResource

URI = "ui://universe/card.html"
TOOL_META: Mapping[str, dict[str, Any]] = {"get_universe": {"ui": {"resourceUri": URI}}}
"""Which tools are shown as a card: those whose answer is a universe with its assets."""

ENTRY = "card.js"
STYLES = ("css/base.css", "css/controls.css", "css/panels.css", "css/card.css")
IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([\w.-]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function) ?(\w+))", re.MULTILINE)
DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Universe</title>
<style>
{style}
</style>
</head>
<body>
<script type="module">
const modules = {{}};
{script}
</script>
</body>
</html>
"""

Read = Callable[[str], str]
"""The text of a file of the dashboard, by its name."""


def card_app() -> Apps:
    """The extension that serves the card; hosts without it get the same answers as text."""
    apps = Apps()
    apps.add_resource(
        FunctionResource(
            uri=URI,
            name="universe_card",
            title="Universe card",
            description="A universe with its assets, sectors and validation quality.",
            mime_type=APP_MIME_TYPE,
            meta={"ui": {"prefersBorder": True}},
            fn=card_html,
        )
    )
    return apps


@cache
def card_html() -> str:
    """The document, which needs nothing from anywhere."""
    folder = files("http_shim") / "static"

    def read(name: str) -> str:
        return (folder / name).read_text("utf-8")

    script = "\n".join(_as_function(name, read(name)) for name in _in_order(ENTRY, read))
    style = "\n".join(map(read, STYLES))
    if "</" in script + style:
        raise ValueError("No module or style of the card may hold `</`: it could end its element.")
    return DOCUMENT.format(style=style, script=script)


def _in_order(name: str, read: Read) -> list[str]:
    """The modules that this one needs, before it, each once."""
    seen: dict[str, None] = {}

    def visit(module: str) -> None:
        for _, needed in IMPORT.findall(read(module)):
            if needed not in seen:
                visit(needed)
        seen[module] = None

    visit(name)
    return list(seen)


def _as_function(name: str, text: str) -> str:
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", IMPORT.sub(_taken, text))
    return f'modules["{name}"] = (() => {{\n{body}return {{ {exported} }};\n}})();'


def _taken(match: re.Match[str]) -> str:
    names, module = match.groups()
    if names is None:
        return ""
    return f'const {{{names.replace(" as ", ": ")}}} = modules["{module}"];\n'
