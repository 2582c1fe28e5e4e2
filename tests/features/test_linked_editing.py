"""Linked editing of the names of heredocs."""

from __future__ import annotations

import re

import pytest

from azureml_dockerfile_ls.features.linked_editing import HEREDOC_NAME, linked_spans
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import check_marks, cursor


def check_linked(fixture: str) -> None:
    """Check that the places that change with the one at the cursor are the marks called `linked`."""
    text, offset = cursor(fixture)
    check_marks("linked", fixture, linked_spans(analyse(text), offset))


def test_both_ends_of_a_heredoc_change_together() -> None:
    """Typed at either end, without the quotes and the tabs."""
    check_linked("FROM a\nRUN cat <<-'EO$0F' > x\n#           ^^^^^ linked\n\tx\n\tEOF\n\t#^^ linked\n")
    check_linked("FROM a\nCOPY <<ABC <<B /x/\n#      ^^^ linked\n$0ABC\n#^^^^ linked\nB\n")


@pytest.mark.parametrize("fixture", ["FROM a\nRUN <<EO$0F\nx\n", "FROM a\nENV A$0=1\n", "FROM a AS b$0\nFROM b\n"])
def test_nothing_else_is_linked(fixture: str) -> None:
    """A heredoc without an end has one place; a variable is renamed."""
    check_linked(fixture)


def test_the_pattern_covers_usual_names() -> None:
    """A blank ends the link."""
    assert re.fullmatch(HEREDOC_NAME, "END_OF-file.txt")
    assert not re.fullmatch(HEREDOC_NAME, "E F")
