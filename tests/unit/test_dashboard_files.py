"""The files of the dashboard: small, of our own, and asked for at once."""

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "http_shim" / "static"
IMPORT = re.compile(r'^import (?:[^"]*? from )?"\./([\w-]+\.js)";', re.MULTILINE)
TEXTS = "strings.js"
CARD = "card"
"""The style of the card that hosts show; it is no part of the page."""


def reached(name: str, found: set[str]) -> set[str]:
    """What a module imports, and what that imports."""
    for imported in IMPORT.findall((STATIC / name).read_text()):
        if imported not in found:
            found.add(imported)
            reached(imported, found)
    return found


def test_every_module_the_page_begins_with_is_asked_for_at_once() -> None:
    page = (STATIC / "index.html").read_text()

    asked = set(re.findall(r'rel="modulepreload" href="/static/([\w-]+\.js)"', page))

    assert asked == reached("app.js", set())


def test_every_style_sheet_is_linked() -> None:
    page = (STATIC / "index.html").read_text()

    linked = set(re.findall(r'href="/static/css/([\w-]+)\.css"', page))

    assert linked == {path.stem for path in (STATIC / "css").glob("*.css")} - {CARD}


def test_modules_are_short_and_only_the_texts_may_be_long() -> None:
    files = [*STATIC.glob("*.js"), *(STATIC / "css").glob("*.css")]

    long = {path.name for path in files if len(path.read_text().splitlines()) > 300}

    assert long <= {TEXTS}


def test_no_module_writes_markup_or_styles_as_text() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bcssText\b")

    found = {path.name for path in STATIC.glob("*.js") if forbidden.search(path.read_text())}

    assert found == set()
