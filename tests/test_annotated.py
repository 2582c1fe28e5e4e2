"""The fixtures of the tests."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.text import Span, TextEdit
from tests.annotated import Mark, apply_edits, check_clean, check_fix, check_marks, check_rule, crlf, cursor, marked


def test_the_cursor_is_removed() -> None:
    """The fixture gives its text without `$0`, and the offset of `$0`."""
    assert cursor("FROM ub$0untu\n") == ("FROM ubuntu\n", 7)


@pytest.mark.parametrize("text", ["FROM ubuntu\n", "FR$0OM ub$0untu\n"])
def test_there_is_one_cursor(text: str) -> None:
    """A fixture without a cursor, or with two, raises an error."""
    with pytest.raises(ValueError, match="one"):
        cursor(text)


def test_the_indentation_of_the_test_is_removed() -> None:
    """The indentation of the test is removed, and that of the Dockerfile stays."""
    text, offset = cursor("""
        FROM ubuntu
        RUN a \\
            b$0
        """)

    assert text == "FROM ubuntu\nRUN a \\\n    b\n"
    assert offset == text.index("b\n") + 1


def test_a_mark_names_the_text_above_it() -> None:
    """A mark has a span, a name and words of a message; a `#` directly before the carets is part of the span."""
    text, marks = marked("""
        FROM ubuntu
        #    ^^^^^^ Rule some words
        USER joe
        #^^^
        """)

    assert text == "FROM ubuntu\nUSER joe\n"
    assert marks == [Mark(Span(5, 11), "Rule", "some words"), Mark(Span(12, 16), "", "")]
    assert [mark.span.of(text) for mark in marks] == ["ubuntu", "USER"]


def test_several_marks_below_one_line() -> None:
    """All marks below a line belong to that line, with any line end."""
    text, marks = marked(crlf("COPY a b\n#    ^ One\n  #    ^ Two\nUSER x\n"))

    assert text == "COPY a b\r\nUSER x\r\n"
    assert [(mark.span.of(text), mark.name) for mark in marks] == [("a", "One"), ("b", "Two")]


def test_a_mark_inside_an_instruction() -> None:
    """A mark can be between the lines of an instruction, and does not become a comment of it."""
    text, marks = marked(
        r"""
        RUN a && \
            b
        #   ^ Rule
        """
    )

    assert text == "RUN a && \\\n    b\n"
    assert [mark.span.of(text) for mark in marks] == ["b"]


def test_other_comments_stay() -> None:
    """A comment without carets at its start is not a mark."""
    text = "# a comment\n#\n# ^caret\nFROM ubuntu # ^^^\n"

    assert marked(text) == (text, [])


def test_edits_are_made_at_once() -> None:
    """The spans of edits are those of the text before all edits."""
    edits = [TextEdit(Span(3, 3), "-"), TextEdit(Span(0, 1), "xyz")]

    assert apply_edits("abcd", edits) == "xyzbc-d"


def test_overlapping_edits_raise_an_error() -> None:
    """Overlapping edits raise an error, because an editor refuses them."""
    with pytest.raises(AssertionError, match="overlaps"):
        apply_edits("abcd", [TextEdit(Span(0, 2), ""), TextEdit(Span(1, 3), "")])


RETIRED = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest\n"
MARKED = RETIRED + "#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage"


@pytest.mark.parametrize(
    ("rule", "fixture"),
    [
        ("RetiredImage", RETIRED),
        ("RetiredImage", MARKED.replace("^^^", "^^")),
        ("RetiredImage", MARKED.replace("RetiredImage", "UnknownImage")),
        ("RetiredImage", MARKED + " these words are not there"),
        ("RetiredImage", MARKED.replace("20.04", "22.04")),
    ],
)
def test_a_wrong_mark_fails(rule: str, fixture: str) -> None:
    """A finding without a mark, with another span, rule or message, and a mark without a finding fail."""
    with pytest.raises(AssertionError):
        check_rule(rule, fixture)


def test_a_right_mark_passes() -> None:
    """A correct mark passes, and the findings are returned."""
    assert [finding.rule.name for finding in check_rule("RetiredImage", MARKED + " deprecated")] == ["RetiredImage"]


STAGES = """
    FROM python AS ba$0se
    #              ^^^^^^ definition
    #^^^ type keyword
    #           ^^ type keyword
    FROM base
    #    ^^^^ reference
    """


def spans_of(text: str, *words: str) -> list[Span]:
    """The spans of words, each at its last occurrence."""
    return [Span(text.rindex(word), text.rindex(word) + len(word)) for word in words]


def test_marks_of_a_role() -> None:
    """A mark can name a role; its span is that of the text without the cursor, and the order does not matter."""
    text, offset = cursor(STAGES)

    assert text == "FROM python AS base\nFROM base\n"
    assert offset == text.index("se\n")
    check_marks("definition", STAGES, [Span(15, 19)])
    check_marks("reference", STAGES, spans_of(text, "base"))
    check_marks("type keyword", STAGES, [*spans_of(text, "AS"), Span(0, 4)])
    check_marks("highlight", STAGES, [])


@pytest.mark.parametrize("found", [[], [Span(15, 18)], [Span(15, 19), Span(0, 4)]])
def test_a_wrong_span_of_a_role_fails(found: list[Span]) -> None:
    """A missing span, another span and an additional span fail."""
    with pytest.raises(AssertionError):
        check_marks("definition", STAGES, found)


def test_a_file_with_a_finding_is_not_clean() -> None:
    """A finding of any rule fails the check."""
    with pytest.raises(AssertionError):
        check_clean(RETIRED)


def test_a_fix_that_makes_something_else_fails() -> None:
    """A fix must give exactly the expected text."""
    with pytest.raises(AssertionError):
        check_fix("RetiredImage", RETIRED, RETIRED)
