"""Schemas of tools: short where that loses nothing, whole where it would."""

from mcp_server.schemas import trimmed


def test_generated_titles_go_and_fields_called_title_stay() -> None:
    schema = {
        "title": "Book",
        "type": "object",
        "properties": {"title": {"title": "Title", "type": "string"}},
        "$defs": {"title": {"title": "T", "type": "integer"}},
    }

    assert trimmed(schema, docs=True) == {
        "type": "object",
        "properties": {"title": {"type": "string"}},
        "$defs": {"title": {"type": "integer"}},
    }


def test_a_null_that_means_left_out_is_not_offered_as_an_argument() -> None:
    optional = {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}], "default": None}

    assert trimmed(optional, docs=True) == {"type": "string", "maxLength": 9}


def test_a_null_stays_where_it_says_something() -> None:
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    with_default = nullable | {"default": "x"}
    either = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}], "default": None}

    assert trimmed(nullable, docs=False) == nullable
    assert trimmed(with_default, docs=True) == with_default
    assert trimmed(either, docs=True) == either


def test_an_answer_is_described_without_prose_at_any_depth() -> None:
    schema = {
        "description": "x",
        "items": {"description": "y", "type": "array", "items": {"title": "Z", "type": "string"}},
        "additionalProperties": False,
    }

    assert trimmed(schema, docs=False) == {
        "items": {"type": "array", "items": {"type": "string"}},
        "additionalProperties": False,
    }
