"""How the fixtures of the tests are read."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.text import Span, TextEdit
from tests.annotated import Mark, apply_edits, check_clean, check_fix, check_rule, crlf, cursor, marked


def test_the_cursor_is_taken_out() -> None:
    """The offset is where `$0` stood."""
    assert cursor("FROM ub$0untu\n") == ("FROM ubuntu\n", 7)


@pytest.mark.parametrize("text", ["FROM ubuntu\n", "FR$0OM ub$0untu\n"])
def test_there_is_one_cursor(text: str) -> None:
    """A fixture that forgets the cursor, or has two, is a mistake."""
    with pytest.raises(ValueError, match="one"):
        cursor(text)


def test_the_indentation_of_the_test_is_taken_away() -> None:
    """That of the Dockerfile stays."""
    text, offset = cursor("""
        FROM ubuntu
        RUN a \\
            b$0
        """)

    assert text == "FROM ubuntu\nRUN a \\\n    b\n"
    assert offset == text.index("b\n") + 1


def test_a_mark_names_the_text_above_it() -> None:
    """Words after the name are words of the message; without a space after the `#`, it marks its own column too."""
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
    """All of them are about the line of the Dockerfile, whatever its line end."""
    text, marks = marked(crlf("COPY a b\n#    ^ One\n  #    ^ Two\nUSER x\n"))

    assert text == "COPY a b\r\nUSER x\r\n"
    assert [(mark.span.of(text), mark.name) for mark in marks] == [("a", "One"), ("b", "Two")]


def test_a_mark_inside_an_instruction() -> None:
    """It stands below the line that it is about, and does not become a comment of the instruction."""
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
    """A line with anything else than carets and words is no mark."""
    text = "# a comment\n#\n# ^caret\nFROM ubuntu # ^^^\n"

    assert marked(text) == (text, [])


def test_edits_are_made_at_once() -> None:
    """Their positions are those of the text before all of them."""
    edits = [TextEdit(Span(3, 3), "-"), TextEdit(Span(0, 1), "xyz")]

    assert apply_edits("abcd", edits) == "xyzbc-d"


def test_edits_that_overlap_are_a_mistake() -> None:
    """No editor makes them."""
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
    """A finding without mark, with another span, rule or message, and a mark without finding."""
    with pytest.raises(AssertionError):
        check_rule(rule, fixture)


def test_a_right_mark_passes() -> None:
    """The finding comes back for closer looks."""
    assert [finding.rule.name for finding in check_rule("RetiredImage", MARKED + " deprecated")] == ["RetiredImage"]


def test_a_file_with_a_finding_is_not_clean() -> None:
    """Whatever the rule."""
    with pytest.raises(AssertionError):
        check_clean(RETIRED)


def test_a_fix_that_makes_something_else_fails() -> None:
    """All of the text counts."""
    with pytest.raises(AssertionError):
        check_fix("RetiredImage", RETIRED, RETIRED)
