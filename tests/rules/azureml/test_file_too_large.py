"""FileTooLarge: a Dockerfile of more than the 100 KB that Azure ML accepts."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.text import LineIndex
from tests.annotated import findings_of

RULE = "FileTooLarge"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
LIMIT = 102_400
LINE = "RUN echo 0123456789\n"


def filled(size: int, filling: str = LINE, start: str = INFERENCE) -> str:
    """A Dockerfile of exactly `size` bytes: `start`, then as many lines as fit, the last one padded."""
    count, missing = divmod(size - len(start.encode()), len(filling.encode()))
    return start + filling * (count - 1) + filling.rstrip("\n") + "x" * missing + "\n"


def test_the_first_word_after_the_limit() -> None:
    """The first word after the limit is marked, so the finding shows where to cut."""
    text = filled(LIMIT) + "RUN pip install pandas\n"
    [finding] = findings_of(RULE, text)

    assert finding.span.of(text) == "RUN"
    assert finding.span.start == LIMIT
    assert finding.severity is Severity.ERROR
    assert f"{len(text):,}" in finding.message


def test_a_word_across_the_limit() -> None:
    """The next whole word is marked, and a long word only in part."""
    text = filled(LIMIT - 5) + f"RUN pip install {'x' * 100_000}\n"
    [finding] = findings_of(RULE, text)

    assert finding.span.of(text) == "install"

    text = filled(LIMIT - 2) + f"RUN {'x' * 100_000}\n"
    [finding] = findings_of(RULE, text)

    assert finding.span.of(text) == "x" * 40


def test_the_size_is_in_bytes() -> None:
    """The same text with accents is too large."""
    short = filled(LIMIT - 1000)
    accents = short.replace("0123456789", "éééééééééé", 200)

    assert findings_of(RULE, short) == []
    [finding] = findings_of(RULE, accents)
    assert len(accents) < LIMIT < finding.span.start + 2000


def test_a_limit_in_a_heredoc() -> None:
    """The finding is in the body, on one line."""
    labels = "a label of many\n" * 8000
    text = f"{INFERENCE}COPY <<EOF /labels.txt\n{labels}EOF\n"
    [finding] = findings_of(RULE, text)
    index = LineIndex(text)

    assert finding.span.of(text) in ("a", "label", "of", "many")
    assert index.line_at(finding.span.start) == index.line_at(finding.span.end)
    assert LIMIT <= finding.span.start < LIMIT + 20


def test_comments_add_to_the_size() -> None:
    """Comments before the first and after the last instruction are included."""
    comments = "# a comment of a few words\n" * 5000

    assert len(findings_of(RULE, comments + INFERENCE)) == 1
    assert len(findings_of(RULE, INFERENCE + comments)) == 1


def test_white_space_after_the_limit() -> None:
    """Without a word after the limit, the first character after it is marked."""
    text = INFERENCE + "\n" * LIMIT
    [finding] = findings_of(RULE, text)

    assert finding.span.start == LIMIT


def test_a_word_up_to_the_end_of_the_file() -> None:
    """If one word reaches from before the limit to the end, the first character after the limit is marked."""
    [finding] = findings_of(RULE, f"{INFERENCE}RUN {'x' * 200_000}")

    assert (finding.span.start, finding.span.end) == (LIMIT, LIMIT + 1)


@pytest.mark.parametrize(
    "text",
    [
        INFERENCE,
        filled(LIMIT),
        filled(LIMIT, "RUN echo é€😀\n"),
        filled(LIMIT - 1).replace("\n", "\r\n", 1),
        filled(2 * LIMIT, start="FROM python:3.12\n"),
        filled(2 * LIMIT, start="ARG BASE\nFROM $BASE\n"),
        filled(2 * LIMIT, start=""),
        "",
    ],
)
def test_a_smaller_file_is_not_reported(text: str) -> None:
    """The rule ignores files up to the limit, and files of any size without an Azure ML image."""
    assert findings_of(RULE, text) == []
