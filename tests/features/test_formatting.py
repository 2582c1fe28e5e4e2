"""Formatting: the smallest edits, and never another meaning."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.formatting import DEFAULT, Style, format_document, format_range
from azureml_dockerfile_ls.features.formatting.typing import format_on_type
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span, apply_edits
from tests.annotated import crlf, cursor, dockerfile

TAB = Style("\t")


def check_formatted(before: str, after: str, style: Style = DEFAULT) -> None:
    """Formatting makes `after` of a text, and leaves that as it is."""
    text = dockerfile(before)
    formatted = apply_edits(text, format_document(analyse(text), style))
    assert formatted == dockerfile(after)
    assert format_document(analyse(formatted), style) == ()


def check_kept(fixture: str, style: Style = DEFAULT) -> None:
    """A text is formatted already."""
    check_formatted(fixture, fixture, style)


def check_typed(fixture: str, typed: str, after: str | None = None, style: Style = DEFAULT) -> None:
    """After `typed` before the cursor the text is formatted to `after`; without it nothing happens."""
    text, offset = cursor(fixture)
    edited = apply_edits(text, format_on_type(analyse(text), offset, typed, style))
    assert edited == (text if after is None else after)


# Letter case


def test_keywords_in_both_cases_get_the_usual_one() -> None:
    """The case that most instructions of the file have; AS, NONE and a trigger are keywords too."""
    check_formatted(
        """
        FROM a as b
        run x
        ENV A=1
        ONBUILD copy a b
        HEALTHCHECK none
        """,
        """
        FROM a AS b
        RUN x
        ENV A=1
        ONBUILD COPY a b
        HEALTHCHECK NONE
        """,
    )
    check_formatted("from a AS b\nrun x\nENV A=1\n", "from a as b\nrun x\nenv A=1\n")


def test_as_many_in_each_case_become_upper_case() -> None:
    """That is how most people write them; a keyword in mixed case has neither."""
    check_formatted("from a\nRUN x\n", "FROM a\nRUN x\n")
    check_formatted("From a\n", "FROM a\n")


def test_a_file_in_lower_case_stays_in_lower_case() -> None:
    """Formatting takes no side."""
    check_kept("from a as b\nrun x\n")


def test_an_unknown_instruction_keeps_its_case() -> None:
    """Its meaning is unknown."""
    check_kept("FROM a\nrnu x\n")


# White space


def test_trailing_blanks_go() -> None:
    """After instructions, comments, escape characters and on blank lines."""
    check_formatted(
        "FROM a \n# why \t\n \nRUN b && \\ \t\n    # c \n    d\t\n", "FROM a\n# why\n\nRUN b && \\\n    # c\n    d\n"
    )


def test_line_ends_stay() -> None:
    """Also those that an edit adds."""
    text = crlf("FROM a \nRUN b && \\ \nc")
    assert apply_edits(text, format_document(analyse(text))) == crlf("FROM a\nRUN b && \\\n    c\n")


def test_blank_lines_at_both_ends_and_many_in_a_row_go() -> None:
    """Two in a row stay, and so does each single one."""
    check_formatted("\n\nFROM a\n\n\n\n\nRUN b\n\n\nRUN c\n\n\n", "FROM a\n\n\nRUN b\n\n\nRUN c\n")


def test_a_blank_line_above_a_comment_at_the_top_stays() -> None:
    """Without it, the comment would be a directive."""
    check_kept("\n# escape=`\nFROM a\n")


def test_the_file_ends_with_one_newline() -> None:
    """It gets one if it has none; an empty file stays empty."""
    check_formatted("FROM a", "FROM a\n")
    check_kept("")
    check_kept("\n")


def test_a_value_of_a_directive_stays() -> None:
    """A blank can be the value."""
    check_kept("# escape= \nFROM a\n")
    check_formatted("# escape=` \nFROM a\n", "# escape=`\nFROM a\n")


def test_blanks_after_a_keyword_become_one_space() -> None:
    """Unless the arguments are aligned with those of the lines around, where these follow a flag too."""
    check_formatted("FROM   a\n\nRUN\tb\n", "FROM a\n\nRUN b\n")
    check_formatted("FROM a\nCOPY  a b\nCOPY  c d\n", "FROM a\nCOPY a b\nCOPY c d\n")
    check_kept("FROM a\nCOPY    a b\nWORKDIR /c\n")
    check_kept("FROM a\nCOPY           a b\nCOPY           c d\nCOPY --parents e f\n")


def test_an_indented_instruction_moves_to_the_margin() -> None:
    """With its continuation lines, and the comment above it."""
    check_formatted(
        "FROM a\n  # why\n  RUN b && \\\n      c && \\\n    d\n", "FROM a\n# why\nRUN b && \\\n    c && \\\n  d\n"
    )


# Continuation lines


def test_a_continuation_line_at_the_margin_is_indented() -> None:
    """As the others of its instruction, else as those of the file, else as the editor says."""
    check_formatted("FROM a\nRUN b && \\\nc && \\\n  d\n", "FROM a\nRUN b && \\\n  c && \\\n  d\n", TAB)
    check_formatted("FROM a\nRUN b && \\\n  c\nRUN d \\\ne\n", "FROM a\nRUN b && \\\n  c\nRUN d \\\n  e\n", TAB)
    check_formatted("FROM a\nEXPOSE 80 \\\n81\n", "FROM a\nEXPOSE 80 \\\n\t81\n", TAB)


def test_lines_below_a_word_of_the_first_one_show_no_indentation() -> None:
    """They are aligned by hand, which says nothing about other instructions."""
    aligned = "RUN pip install a \\\n                b\n"
    check_formatted(f"FROM a\n{aligned}RUN c \\\n&& d\n", f"FROM a\n{aligned}RUN c \\\n\t&& d\n", TAB)
    check_formatted("FROM a\nRUN b \\\n    c\nRUN d \\\ne\n", "FROM a\nRUN b \\\n    c\nRUN d \\\n    e\n", TAB)


@pytest.mark.parametrize(
    "instruction",
    [
        "RUN apt-get install -y \\\n      a \\\n      # why\n      b   \\\n   && c",
        "RUN a \\\n# at the margin\n  b",
        "COPY a   \\\n     bcd \\\n     e/",
        "EXPOSE 8081\\\n\t8082",
    ],
)
def test_alignment_by_hand_stays(instruction: str) -> None:
    """And the comments between the lines."""
    check_kept(f"FROM a\n{instruction}\n")


@pytest.mark.parametrize(
    "instruction",
    [
        "RUN ab\\\ncd",
        "RUN echo 'a \\\nb'",
        'RUN echo "a \\\nb"',
        'RUN echo "$(printf "a \\\nb")"',
        "RUN echo `a \\\nb`",
        "RUN echo $'a\\'  \\\nb'",
        "RUN echo ${A:-b \\\nc}",
        'ENV A="b \\\nc"',
        "ENV A b \\\nc",
        "LABEL a='b \\\nc'",
        'CMD ["a \\\nb"]',
        "MAINTAINER a \\\nb",
        'SHELL ["cmd", "/c"]\nRUN echo a \\\nb',
        'SHELL ["powershell"]\nRUN echo a \\\nb',
    ],
)
def test_white_space_that_belongs_to_a_value_stays(instruction: str) -> None:
    """An indentation would be a part of it, or would divide a word."""
    check_kept(f"FROM a\n{instruction}\n")


def test_lines_around_a_long_string_are_indented_all_the_same() -> None:
    """Only the lines of the string stay."""
    check_formatted(
        "FROM a\nRUN b && \\\necho 'c \\\nd' && \\\ne\n", "FROM a\nRUN b && \\\n    echo 'c \\\nd' && \\\n    e\n"
    )


def test_aligned_escape_characters_stay_aligned() -> None:
    """One that is out of line moves to the column of the others."""
    check_formatted(
        "FROM a\nRUN a     && \\\n    b     && \\\n    cc &&    \\\n    d        \\\n    e        \\\n    f\n",
        "FROM a\nRUN a     && \\\n    b     && \\\n    cc &&    \\\n    d        \\\n    e        \\\n    f\n",
    )
    check_formatted(
        "FROM a\nRUN a   \\\n    b   \\\n    c \\\n    d   \\\n    e\n",
        "FROM a\nRUN a   \\\n    b   \\\n    c   \\\n    d   \\\n    e\n",
    )
    check_kept("FROM a\nRUN a \\\n    bc \\\n    def \\\n    g\n")


# Heredocs


def test_the_body_of_a_heredoc_stays() -> None:
    """Every byte of it; the line above it is formatted."""
    check_formatted(
        "from a\nRUN <<EOF  \n  a \n\n\n\nrun b\\\nc\nEOF\nRUN x\n",
        "FROM a\nRUN <<EOF\n  a \n\n\n\nrun b\\\nc\nEOF\nRUN x\n",
    )


def test_nothing_changes_below_a_heredoc_that_is_not_closed() -> None:
    """BuildKit reads all of that as the body."""
    check_formatted("FROM a \nRUN <<EOF\nb \nRUN c \n\n\n", "FROM a\nRUN <<EOF\nb \nRUN c \n\n\n")


# Options, ranges, typing


def test_an_editor_can_keep_trailing_blanks_and_the_end_of_the_file() -> None:
    """If it says so."""
    check_formatted(
        "from a \nRUN b\\\n  c \n\n\n", "FROM a \nRUN b\\\n  c \n\n\n", Style("  ", trims_lines=False, trims_end=False)
    )
    check_kept("FROM a", Style(ends_with_newline=False))


def test_a_range_formats_its_lines_only() -> None:
    """A range that ends at the start of a line does not include it."""
    text = "FROM a \nRUN b \nRUN c \n"
    second = text.index("RUN b")
    for span in (Span(second + 1, second + 3), Span(second, second + len("RUN b \n"))):
        assert apply_edits(text, format_range(analyse(text), span)) == "FROM a \nRUN b\nRUN c \n"


def test_a_range_in_a_continuation_that_is_indented_has_no_edits() -> None:
    """It is formatted already, whatever the line above it needs."""
    text = "EXPOSE 8081\\ \n\t8082"
    assert format_range(analyse(text), Span(text.index("\t"), text.index("8082")), TAB) == ()
    assert len(format_range(analyse(text), Span(text.index("\t"), len(text)), TAB)) == 1


def test_a_new_line_of_an_instruction_is_indented() -> None:
    """As the line above, else as in the rest of the file; not outside an instruction."""
    check_typed("FROM a\nRUN b && \\\n$0", "\n", "FROM a\nRUN b && \\\n    ")
    check_typed("FROM a\nRUN b && \\\n  c && \\\n$0\nRUN d\n", "\n", "FROM a\nRUN b && \\\n  c && \\\n  \nRUN d\n")
    check_typed("FROM a\nRUN b && \\\n# why\n$0c\n", "\n", "FROM a\nRUN b && \\\n# why\n    c\n")
    check_typed("FROM a\n$0RUN b\n", "\n")
    check_typed("FROM a\n# b \\\n$0\n", "\n")
    check_typed("# escape=`\nFROM a\nRUN b \\\n$0\n", "\n")
    check_typed("FROM a\nRUN <<E\nb \\\n$0\nE\n", "\n")


def test_a_new_line_below_an_instruction_loses_the_indentation_that_the_editor_copied() -> None:
    """Only if nothing else is on it."""
    check_typed("FROM a\nRUN b && \\\n    c\n    $0\n", "\n", "FROM a\nRUN b && \\\n    c\n\n")
    check_typed("FROM a\nRUN b && \\\n    c\n    $0d\n", "\n")


def test_the_line_below_a_new_escape_character_is_indented() -> None:
    """Unless it begins an instruction, or another character escapes in this file."""
    check_typed("FROM busybox\nEXPOSE 8080 \\$0\n8081\n", "\\", "FROM busybox\nEXPOSE 8080 \\\n    8081\n")
    check_typed("# escape=`\nFROM a\nEXPOSE 8080 \\$0\n8081\n", "\\")
    check_typed("# escape=`\nFROM a\nEXPOSE 8080 `$0\n8081\n", "`", "# escape=`\nFROM a\nEXPOSE 8080 `\n    8081\n")
    check_typed("FROM a\nRUN b \\$0\nRUN c\n", "\\")
    check_typed("FROM a\nRUN b \\$0 c\nd\n", "\\")
    check_typed("FROM a\n# b \\$0\nc\n", "\\")
