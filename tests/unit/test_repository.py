"""What the repository promises a stranger: its documents, its limits, and that it stands alone."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 300

# Each is written so that it does not match itself.
FOREIGN = re.compile(
    "|".join(
        (
            r"/wor[k]/",
            r"/bash_job[s]",
            r"\.\./share[d]",
            r"/opt/(pyp[i]|wheel[s])",
            r"/\.pyen[v]/",
            r"pypi\.or[g]",
            r"pythonhoste[d]",
            r"registry\.npmj[s]",
        )
    )
)
WAIVER = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore)")
EXPLAINED_WAIVER = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(, [A-Z]+\d+)*|(type|pyright): ignore\[[\w, -]+\])(?P<reason>.*)"
)
CODE = re.compile(r"`[^`\n]+`|^    .*|```.*?```", re.DOTALL | re.MULTILINE)
MARKDOWN_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")


def files(pattern: str = "*") -> list[Path]:
    """The files of the repository, new ones included, ignored ones not."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and path.match(pattern)]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_at_most_300_lines() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in files("*.py")}

    assert lengths
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def test_the_migrations_are_no_package_so_that_import_alembic_finds_the_library() -> None:
    assert (ROOT / "alembic" / "env.py").exists()
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found: list[str] = []
    for path in files():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), 1):
            if FOREIGN.search(line):
                found.append(f"{named(path)}:{number}: {line.strip()[:100]}")

    assert found == []


def test_each_waived_rule_has_a_code_and_a_reason() -> None:
    waivers = [waiver for path in files("*.py") for waiver in waivers_of(path)]

    assert waivers
    assert [place for place, is_explained in waivers if not is_explained] == []


def waivers_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Where a rule is waived, and whether its line or the comment above says why."""
    lines = path.read_text().splitlines()
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
        if token.type == tokenize.COMMENT and WAIVER.match(token.string):
            row = token.start[0]
            above = lines[row - 2].strip() if row > 1 else ""
            explained = EXPLAINED_WAIVER.match(token.string)
            has_reason = bool(explained and re.search(r"\w\w+", explained["reason"]))
            yield f"{named(path)}:{row}", bool(explained) and (has_reason or above[:2] == "# ")


def test_the_lock_pins_each_package_by_hash_and_names_no_address() -> None:
    lock = text_of("requirements.lock")
    entries = re.split(r"\n(?=\S)", lock.strip())

    assert len(entries) > 50
    assert [e for e in entries if not re.match(r"[a-z0-9][a-z0-9._\[\]-]*==\S+", e)] == []
    assert [e.split("\n")[0] for e in entries if "--hash=sha256:" not in e] == []
    assert "://" not in lock
    assert not (ROOT / "uv.lock").exists()


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=!; ]", wanted, maxsplit=1)[0].lower() for wanted in asked}

    locked = set(re.findall(r"^([a-z0-9._-]+)==", text_of("requirements.lock"), re.MULTILINE))

    assert names - locked == set()


def test_each_setting_is_documented_and_no_other() -> None:
    settings = {f"UNIVERSE_{name.upper()}" for name in Settings.model_fields}
    rows = re.findall(r"^\| `(UNIVERSE_\w+)`", text_of("docs/settings.md"), re.MULTILINE)

    assert sorted(rows) == sorted(settings)


def generate_tools(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "generate_tools.py"), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_of_tools_is_up_to_date() -> None:
    done = generate_tools(ROOT / "docs", "--check")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_stale_page_of_tools_is_told_and_rewritten(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docs" / "generate_tools.py", tmp_path)
    (tmp_path / "tools.md").write_text(text_of("docs/tools.md").replace("universe", "list", 1))

    stale = generate_tools(tmp_path, "--check")
    written = generate_tools(tmp_path)

    assert stale.returncode == 1
    assert "make docs" in stale.stderr
    assert written.returncode == 0
    assert (tmp_path / "tools.md").read_text() == text_of("docs/tools.md")


def test_the_readme_names_the_two_commands() -> None:
    readme = text_of("README.md")

    assert "make demo" in readme
    assert "make test" in readme


def test_the_readme_s_client_configurations_are_json_that_starts_the_server() -> None:
    blocks = re.findall(r"```json\n(.*?)```", text_of("README.md"), re.DOTALL)
    servers = [
        server for block in blocks for server in json.loads(block).get("mcpServers", {}).values()
    ]

    assert servers
    assert {" ".join([Path(s["command"]).name, *s["args"][-2:]]) for s in servers} == {
        "universe mcp",
        "docker universe mcp",
    }


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_only_make_targets_that_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z.-]+):", text_of("Makefile"), re.MULTILINE))
    code = CODE.findall(text_of(document))
    asked = {name for part in code for name in re.findall(r"\bmake ([a-z.-]*[a-z])", part)}

    assert asked
    assert asked - targets == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path in files("*.md")
        for target in MARKDOWN_LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in files("docs/adr/[0-9]*.md"))

    assert numbers[:1] == [1]
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))


def test_the_check_of_a_change_can_be_run_as_it_is() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
