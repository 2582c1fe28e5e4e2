"""StageNameCasing: the name of a stage has capital letters."""

from __future__ import annotations

from tests.annotated import check_rule

RULE = "StageNameCasing"


def test_a_name_with_capitals() -> None:
    """The name is marked."""
    check_rule(
        RULE,
        """
        FROM alpine AS Build
        #              ^^^^^ StageNameCasing Stage name 'Build' should be lowercase
        FROM alpine AS base
        FROM alpine
        """,
    )
