"""Folding: which lines an editor can hide."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.folding import FoldKind, folds
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex
from tests.annotated import dockerfile


def check_folds(fixture: str, *expected: str, limit: int | None = None) -> None:
    """The folds of a text, each as `KIND FIRST-LAST`, with lines counted from 0."""
    text = dockerfile(fixture)
    found = folds(analyse(text), LineIndex(text), limit)
    assert [f"{fold.kind.name.lower()} {fold.first}-{fold.last}" for fold in found] == list(expected)


def test_comments_and_instructions_of_several_lines_fold() -> None:
    """A comment of one line does not; neither does a directive."""
    check_folds("# a\n# b\nFROM node\nRUN x && \\\n  y && \\\n  z\n", "comment 0-1", "stage 2-5", "instruction 3-5")
    check_folds("#escape=`\n# a\n# b\nFROM node\n", "comment 1-2")
    check_folds("# a\n\n# b\nFROM node\n")


def test_a_stage_folds_up_to_its_last_instruction() -> None:
    """The comment above the next stage stays visible."""
    check_folds(
        """
        FROM a AS b
        RUN c

        # the image
        FROM d
        """,
        "stage 0-1",
    )


def test_a_stage_of_one_instruction_has_one_fold() -> None:
    """That of its FROM."""
    check_folds("FROM node\\\nAS setup\n\nFROM alpine\\\nAS base", "instruction 0-1", "instruction 3-4")


def test_comments_in_an_instruction_fold() -> None:
    """Where there are two or more together."""
    check_folds(
        """
        FROM a
        RUN b && \\
          # c
          # d
          e && \\
          # f
          g
        """,
        "stage 0-6",
        "instruction 1-6",
        "comment 2-3",
    )


def test_each_heredoc_folds() -> None:
    """Its terminator stays visible, with the next heredoc below. The first one has the fold of the instruction."""
    check_folds(
        """
        FROM a
        RUN <<EOF
        b
        EOF
        COPY <<A <<B /x/
        c
        A
        d
        e
        B
        """,
        "stage 0-9",
        "instruction 1-3",
        "instruction 4-9",
        "heredoc 6-8",
    )


@pytest.mark.parametrize(("limit", "expected"), [(2, ["stage 2-5", "instruction 3-5"]), (1, ["stage 2-5"]), (0, [])])
def test_a_client_that_takes_few_folds_gets_the_most_useful(limit: int, expected: list[str]) -> None:
    """Stages, then instructions."""
    check_folds("# a\n# b\nFROM node\nRUN x && \\\n  y && \\\n  z\n", *expected, limit=limit)


def test_the_kinds_are_ranked() -> None:
    """A stage hides most."""
    assert sorted(FoldKind) == [FoldKind.STAGE, FoldKind.INSTRUCTION, FoldKind.COMMENT, FoldKind.HEREDOC]
