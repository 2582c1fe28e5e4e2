"""The letter case and the indentation of a file."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.style import continuation_indent, in_case_of, indented
from azureml_dockerfile_ls.syntax.tree import parse


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("from a\nrun b\n", "user root\nrun x && \\\n    RUN y"),
        ("FROM a\nRUN b\n", "USER root\nRUN x && \\\n    RUN y"),
        ("FROM a\nrun b\n", "USER root\nRUN x && \\\n    RUN y"),
        ("From a\nRun b\n", "USER root\nRUN x && \\\n    RUN y"),
        ("", "USER root\nRUN x && \\\n    RUN y"),
    ],
)
def test_keywords_follow_the_file(file: str, line: str) -> None:
    """In lower case only where the first instruction and the one beside the line are; only keywords change."""
    assert in_case_of(parse(file), 1 if file else -1, "USER root\nRUN x && \\\n    RUN y") == line


def test_lines_are_indented_but_not_blank_ones() -> None:
    """Each line that has text."""
    assert indented("  ", "a\n\nb\n") == "  a\n\n  b\n"
    assert indented("", "a\n") == "a\n"


@pytest.mark.parametrize(
    ("file", "indent"),
    [
        ("FROM a\nRUN b \\\n  c\nRUN d\n", "  "),
        ("FROM a\nRUN d\nRUN b \\\r\n\tc\n", "\t"),
        ("FROM a\n  RUN b \\\n      c\n  RUN d\n", "    "),
        ("FROM a\nRUN b \\\nc\nRUN d\n", None),
        ("FROM a\nRUN b\n", None),
    ],
)
def test_the_nearest_continuation_line_sets_the_indentation(file: str, indent: str | None) -> None:
    """Before or after the place; relative to its instruction."""
    assert continuation_indent(parse(file), 1) == indent
