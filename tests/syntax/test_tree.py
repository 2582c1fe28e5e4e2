"""A whole Dockerfile as a tree: where its parts are, and what an edit leaves alone."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span


def test_the_segments_cover_the_text() -> None:
    """Each segment begins where the one before it ends."""
    text = "\ufeff# escape=`\n\nFROM a\r\n# c\nRUN <<E\nb\nE\nRUN c `"
    tree = parse(text)

    assert [
        text[start : start + segment.length] for start, segment in zip(tree.starts, tree.segments, strict=True)
    ] == [
        "\ufeff",
        "# escape=`\n",
        "\n",
        "FROM a\r\n",
        "# c\n",
        "RUN <<E\nb\nE\n",
        "RUN c `",
    ]
    assert [tree.segments[number].kind for number in tree.instruction_segments] == [SegmentKind.INSTRUCTION] * 3


def test_the_tree_knows_where_an_instruction_starts() -> None:
    """The spans of an instruction are relative to its start, which only the tree knows."""
    text = "\nFROM a\n  RUN b \\\n c\n"
    tree = parse(text)

    assert [tree.offset_of(index) for index in (0, 1)] == [1, 8]
    assert tree.span_of(0).of(text) == "FROM a"
    assert tree.span_of(1).of(text) == "RUN b \\\n c"


@pytest.mark.parametrize(
    ("offset", "index"), [(0, None), (1, 0), (7, 0), (8, None), (11, None), (12, 1), (17, 1), (18, None)]
)
def test_the_instruction_at_an_offset(offset: int, index: int | None) -> None:
    """An instruction reaches from the start of its first line to the end of its last."""
    assert parse("\nFROM a\n# c\nRUN b\n").index_at(offset) == index


def test_the_comments_above_an_instruction() -> None:
    """They are the block of comment lines directly above it; a blank line or another instruction ends it."""
    tree = parse("# a\n\n# b\n  # c \nFROM a\nRUN b\n# d\nRUN c\n")
    above = [[span.of(tree.text) for span in tree.comments_above(index)] for index in range(3)]

    assert above == [["# b", "# c "], [], ["# d"]]


def test_a_directive_is_not_a_comment_above() -> None:
    """A directive belongs to the file."""
    tree = parse("# syntax=a\n# check=skip=all\nFROM a\n")

    assert tree.comments_above(0) == ()


@pytest.mark.parametrize(
    ("text", "newline"), [("FROM a\r\nRUN b\n", "\r\n"), ("FROM a\nRUN b\r\n", "\n"), ("FROM a", "\n"), ("", "\n")]
)
def test_the_line_end_of_a_file_is_that_of_its_first_line(text: str, newline: str) -> None:
    """The first line decides, also where lines end differently."""
    assert parse(text).newline == newline


# Edits

TEXT = "# escape=`\nFROM a AS b\n# c\nRUN d `\n  e\nCOPY <<E /f\nE\nUSER g\n"


def instructions(tree: Tree) -> list[tuple[str, Span]]:
    """The texts of the instructions, and their spans."""
    return [(instruction.text, tree.span_of(index)) for index, instruction in enumerate(tree.instructions)]


@pytest.mark.parametrize("old", ["", "a", "#", "`", "\n", "  e\n", "<<E", "E\n", "RUN d `\n  e\n", TEXT])
@pytest.mark.parametrize(
    "new", ["", "x", "\n", " \\\n", "`", "# ", "# escape=\\\n", "<<E\n", "E\n", "\ufeff", "USER x\n"]
)
def test_the_tree_of_an_edited_text_is_that_of_a_new_one(old: str, new: str) -> None:
    """Any replacement gives the same tree with and without the previous one."""
    start = TEXT.index(old)
    text = TEXT[:start] + new + TEXT[start + len(old) :]
    tree, fresh = parse(text, parse(TEXT)), parse(text)

    assert repr(tree) == repr(fresh)
    assert instructions(tree) == instructions(fresh)


def test_what_an_edit_leaves_alone_is_not_parsed_again() -> None:
    """The instructions before and after the edit are the same objects, also where they have moved."""
    before = parse(TEXT)
    after = parse(TEXT.replace("d", "long"), before)

    assert after.instructions[0] is before.instructions[0]
    assert after.instructions[1].words[0].value == "long   e"
    assert after.instructions[2] is before.instructions[2]
    assert after.instructions[3] is before.instructions[3]


def test_an_instruction_that_comes_back_is_not_parsed_again() -> None:
    """It is found by its text, wherever it was."""
    before = parse("FROM a\nRUN b\nRUN c\n")
    after = parse("RUN c\nRUN b\nFROM a\n", before)

    assert [after.instructions[2 - index] is before.instructions[index] for index in range(3)] == [True] * 3


def test_an_instruction_that_becomes_a_copy_of_another_is_not_parsed_again() -> None:
    """Instructions with the same text are the same object, however far they are from the edit."""
    before = parse("FROM a\nRUN b\nUSER c\nUSER d\nRUN e\nUSER f\n")
    after = parse(before.text.replace("RUN e", "RUN b"), before)

    assert after.instructions[4] is before.instructions[1]


@pytest.mark.parametrize("edit", ["E\n", "USER x\n", "RUN <<E\n", "RUN <<F\n"])
@pytest.mark.parametrize("at", ["FROM", "RUN <<E", "b\n", "RUN c", "RUN <<F", "RUN e"])
def test_an_edit_among_open_heredocs(at: str, edit: str) -> None:
    """An insertion before, inside or after open heredocs gives the tree of a fresh parse, and so does its removal."""
    text = "FROM a\nRUN <<E\nb\nRUN c\nRUN <<F\nd\nRUN e\n"
    start = text.index(at)
    changed = text[:start] + edit + text[start:]
    tree = parse(changed, parse(text))

    assert repr(tree) == repr(parse(changed))
    assert repr(parse(text, tree)) == repr(parse(text))


def test_another_escape_character_makes_everything_new() -> None:
    """An instruction depends on its text and the escape character, so none is reused."""
    before = parse("FROM a\nRUN b\n")
    after = parse("# escape=`\nFROM a\nRUN b\n", before)

    assert after.instructions[0] is not before.instructions[0]
    assert after.instructions[0].escape == "`"


def test_a_terminator_far_below_closes_a_heredoc() -> None:
    """An edit far below an open heredoc can move its end."""
    text = "FROM a\nRUN <<E\nb\nRUN c\nUSER d\nRUN e\n"
    opened = parse(text)
    closed = parse(f"{text}E\n", opened)

    assert [instruction.name for instruction in opened.instructions] == ["FROM", "RUN", "RUN", "USER", "RUN"]
    assert [instruction.name for instruction in closed.instructions] == ["FROM", "RUN"]
    assert instructions(parse(text, closed)) == instructions(opened)


@pytest.mark.parametrize(("old", "new"), [("\ufeffFROM a\n", "\n\ufeffFROM a\n"), ("FROM a\n", "\ufeffFROM a\n")])
def test_a_byte_order_mark_is_one_at_the_start_only(old: str, new: str) -> None:
    """A byte order mark that an edit has pushed down is part of the keyword, as it is for BuildKit."""
    assert repr(parse(new, parse(old))) == repr(parse(new))
    assert parse("\n\ufeffFROM a\n").instructions[0].name == "\ufeffFROM"
