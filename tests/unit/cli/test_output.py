"""What commands print: results for programs, words for people, each on its own stream."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from cli.output import give, say, say_error
from cli.progress import progress_bar


def test_a_result_goes_to_stdout_as_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    give({"at": datetime(2026, 1, 2, tzinfo=UTC), "rows": [1]})

    out, err = capsys.readouterr()
    assert json.loads(out) == {"at": "2026-01-02 00:00:00+00:00", "rows": [1]}
    assert err == ""


def test_words_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("Done.")
    say_error("It failed.")

    out, err = capsys.readouterr()
    assert out == ""
    assert err == "Done.\nuniverse: It failed.\n"


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else() -> None:
    terminal, file = io.StringIO(), io.StringIO()

    for drawn in (terminal, file):
        with progress_bar(Console(file=drawn, force_terminal=drawn is terminal)) as bar:
            bar.update(bar.add_task("reading", total=3), completed=2)

    assert "2/3" in terminal.getvalue()
    assert file.getvalue() == ""
