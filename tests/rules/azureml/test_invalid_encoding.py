"""InvalidEncoding: characters that replace bytes that are not UTF-8, and NUL."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of

RULE = "InvalidEncoding"


def test_a_replacement_character() -> None:
    """Only the first occurrence is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        LABEL author="Ren\ufffd"
        #                ^ InvalidEncoding bytes that are not UTF-8
        RUN echo \ufffd
        """,
    )

    assert finding.severity is Severity.ERROR


def test_a_nul_character() -> None:
    """A NUL ends the texts of the shell and the kernel."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        RUN echo a\0b
        #         ^ InvalidEncoding NUL
        """,
    )


def test_inside_a_continued_instruction() -> None:
    """Comments between the lines of an instruction, and between instructions, are skipped."""
    check_rule(
        RULE,
        """
        # \ufffd
        FROM python:3.12
        # \0
        RUN echo a \\
            # \ufffd \0
            \ufffd b
        #   ^ InvalidEncoding
        """,
    )


def test_the_body_of_a_heredoc() -> None:
    """The body becomes part of the image, so it is checked."""
    text = "FROM python:3.12\nCOPY <<EOF /a.txt\n# caf\ufffd\nEOF\n"
    [finding] = findings_of(RULE, text)

    assert finding.span.start == text.index("\ufffd")


def test_a_utf_16_file_has_one_finding() -> None:
    """A file in another encoding that is read as UTF-8 has one finding."""
    text = "FROM python:3.12\nRUN echo hello\n".encode("utf-16").decode("utf-8", "replace")

    assert len(findings_of(RULE, text)) == 1


@pytest.mark.parametrize(
    "text", ["# caf\ufffd \0\nFROM python:3.12\n# caf\ufffd\n", "FROM python:3.12\nRUN a \\\n# \ufffd\n  b\n"]
)
def test_a_comment_is_information(text: str) -> None:
    """The first character is marked, because an editor that saves the file replaces the byte."""
    [finding] = findings_of(RULE, text)

    assert finding.severity is Severity.INFORMATION
    assert finding.span.start == text.index("\ufffd")


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.12\nLABEL author=René\n",
        "\ufeffFROM python:3.12\n",
        "FROM python:3.12\nRUN echo 'naïve – 日本語 😀'\n",
        "# \0\nFROM python:3.12\nRUN a \\\n# \0\n  b\n",
        "# \ufffd only\n",
        "",
    ],
)
def test_valid_text_is_not_reported(text: str) -> None:
    """The rule ignores any other character, a byte order mark, and NUL in comments."""
    assert findings_of(RULE, text) == []
