"""What commands print: results for programs, words for people, each on its own stream."""

import json
from datetime import UTC, datetime

import pytest

from cli.output import give, say, say_error


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
