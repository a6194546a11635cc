"""Answers that are kept: found under their stamp alone, and never more than there is room for."""

from core.domain.kept import LONGEST, KeptAnswers
from core.domain.result import Result


def an_answer(size: int = 10) -> Result[str]:
    return Result[str](data="x" * size, message="Read.")


def test_an_answer_is_found_as_it_was_written_but_without_its_values() -> None:
    kept, answer = KeptAnswers(), an_answer()
    kept.keep("call", "stamp", answer)

    found = kept.find("call", "stamp")

    assert found is not None
    assert found.data is None
    assert found.written().json == answer.written().json


def test_another_stamp_or_another_call_finds_nothing() -> None:
    kept = KeptAnswers()
    kept.keep("call", "stamp", an_answer())

    assert kept.find("call", "later stamp") is None
    assert kept.find("other call", "stamp") is None


def test_a_newer_answer_takes_the_place_of_the_older_one() -> None:
    kept = KeptAnswers()
    kept.keep("call", "1", an_answer(100))
    kept.keep("call", "2", an_answer(200))

    assert kept.find("call", "1") is None
    assert kept.size == len(an_answer(200).written().json)


def test_what_was_not_used_for_longest_makes_room() -> None:
    one = len(an_answer(1000).written().json)
    kept = KeptAnswers(most_bytes=2 * one)
    for call in ("first", "second"):
        kept.keep(call, "stamp", an_answer(1000))
    kept.find("first", "stamp")

    kept.keep("third", "stamp", an_answer(1000))

    there = [call for call in ("first", "second", "third") if kept.find(call, "stamp")]
    assert there == ["first", "third"]
    assert kept.size == 2 * one


def test_an_answer_of_unusual_length_is_not_kept_and_pushes_nothing_out() -> None:
    kept = KeptAnswers()
    kept.keep("call", "stamp", an_answer())

    kept.keep("long", "stamp", an_answer(LONGEST))

    assert kept.find("long", "stamp") is None
    assert kept.find("call", "stamp") is not None
