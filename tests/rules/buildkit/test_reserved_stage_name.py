"""ReservedStageName: a stage has a name with a meaning of its own."""

from __future__ import annotations

from tests.annotated import check_rule

RULE = "ReservedStageName"


def test_the_reserved_names() -> None:
    """Both names are reserved in any letter case."""
    check_rule(
        RULE,
        """
        FROM alpine AS context
        #              ^^^^^^^ ReservedStageName Stage name should not use the same name as reserved stage "context"
        FROM alpine AS SCRATCH
        #              ^^^^^^^ ReservedStageName reserved stage "scratch"
        FROM scratch AS contexts
        """,
    )
