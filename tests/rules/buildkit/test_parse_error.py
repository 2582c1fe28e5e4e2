"""ParseError: BuildKit refuses to build the file."""

from __future__ import annotations

import pytest

from tests.annotated import check_clean, check_fix, check_rule

RULE = "ParseError"


def test_a_comment_after_a_backslash() -> None:
    """The error on the line below names the backslash, and the fix moves the comment above the instruction."""
    before = r"""
        FROM python:3.12
        RUN pip install --no-cache-dir numpy \  # for the model
            pandas
        #   ^^^^^^ ParseError The line above does not continue, because a comment follows its \.
        """
    after = r"""
        FROM python:3.12
        # for the model
        RUN pip install --no-cache-dir numpy \
            pandas
        """

    [finding] = check_rule(RULE, before)
    check_fix(RULE, before, after)
    check_clean(after)
    assert [place.message for place in finding.related] == ["This comment ends the instruction."]


@pytest.mark.parametrize(
    "lines",
    [
        "RUN pip install numpy\npandas",
        "RUN pip install numpy # for the model\npandas",
        "RUN pip install numpy \\ # for the model\n\npandas",
        "RUN pip install numpy \\#\npandas",
    ],
)
def test_other_unknown_instructions(lines: str) -> None:
    """They have BuildKit's words alone."""
    [finding] = check_rule(RULE, f"FROM a\n{lines}\n" + "#^^^^^ ParseError unknown instruction: pandas\n")

    assert finding.message == "unknown instruction: pandas"
