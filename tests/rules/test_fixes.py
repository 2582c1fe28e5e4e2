"""The edits that several rules share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.rules.fixes import line_above, line_below, literal
from azureml_dockerfile_ls.rules.rule import Edit
from azureml_dockerfile_ls.rules.spans import covered_by
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span
from tests.annotated import check_fix

BACKSLASH = "\\"
IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"


def test_a_line_above() -> None:
    """The line goes above the instruction and its comments."""
    assert line_above(2, "USER root") == Edit(2, Span(0, 0), "USER root\n", is_above=True)


@pytest.mark.parametrize("text", ["RUN true", "RUN a \\\n  b", "RUN <<EOF\na\nEOF", "RUN a \\\n# b\n  c"])
def test_a_line_below(text: str) -> None:
    """The line goes after the last character of the instruction."""
    edit = line_below(1, parse_instruction(text, "\\"), "USER root")

    assert edit == Edit(1, Span(len(text), len(text)), "\nUSER root")


@pytest.mark.parametrize("text", ["RUN true \\", "RUN a && \\  ", "RUN a \\\n# b", "RUN a \\\n\n# b\n  c \\"])
def test_no_line_below_a_continuation(text: str) -> None:
    """There is no edit, because the new line would become part of the instruction."""
    assert line_below(0, parse_instruction(text, "\\"), "USER root") is None


def test_the_escape_character_of_the_file() -> None:
    """The escape character of the file decides whether a line continues."""
    assert line_below(0, parse_instruction("RUN a \\", "`"), "USER root") is not None
    assert line_below(0, parse_instruction("RUN a `", "`"), "USER root") is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("/var/azureml-app", "/var/azureml-app"),
        ("src/score.py", "src/score.py"),
        ("a b", '"a b"'),
        ("", '""'),
        ('a"$b\\c', '"a\\"\\$b\\\\c"'),
    ],
)
def test_values_are_quoted_if_necessary(value: str, written: str) -> None:
    """A value gets quotes only if it needs them."""
    assert literal(value, "\\") == written


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_docker_reads_the_value_as_meant(value: str) -> None:
    """ENV gives any value of one line back in one pair; another one, such as the name of a file, is not written."""
    written = literal(value, BACKSLASH)
    if written is None:
        assert len(f"{value}.".splitlines()) > 1
        return
    [pair] = parse(f"FROM scratch\nENV A={written}").instructions[1].pairs

    assert expand_word(pair.value or "", BACKSLASH, lambda _: None) == value


def test_the_other_escape_character_escapes_in_a_value() -> None:
    """The value is escaped with the escape character of the file."""
    assert literal("a `b` $c", "`") == '"a ``b`` `$c"'


def test_offsets_in_spans() -> None:
    """Spans can overlap, touch and come in any order; the end of a span is outside."""
    is_covered = covered_by([Span(10, 12), Span(1, 5), Span(2, 3), Span(4, 7)])

    assert [offset for offset in range(14) if is_covered(offset)] == [1, 2, 3, 4, 5, 6, 10, 11]
    assert not covered_by([])(0)


def check_style(before: str, rule: str, after: str) -> None:
    """The first fix of a rule turns a text into `after`, with the line ends of Windows as well."""
    for newline in ("\n", "\r\n"):
        check_fix(rule, before.replace("\n", newline), after.replace("\n", newline))


def test_a_new_line_follows_the_letter_case_of_the_file() -> None:
    """In a file in lower case it is too; in a mixed one the keywords are capitals."""
    check_style(
        f"from {IMAGE}\nrun apt-get update\n",
        "PackageInstallWithoutRoot",
        f"from {IMAGE}\nuser root\nrun apt-get update\nuser dockeruser\n",
    )
    check_style(
        f"FROM {IMAGE}\nrun apt-get update\n",
        "PackageInstallWithoutRoot",
        f"FROM {IMAGE}\nUSER root\nrun apt-get update\nUSER dockeruser\n",
    )


def test_a_new_line_is_indented_as_the_instruction_beside_it() -> None:
    """Above and below it; the text of an argument is not a new line."""
    check_style(
        f"FROM {IMAGE}\n  RUN apt-get update\n",
        "PackageInstallWithoutRoot",
        f"FROM {IMAGE}\n  USER root\n  RUN apt-get update\n  USER dockeruser\n",
    )
