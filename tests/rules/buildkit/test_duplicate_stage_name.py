"""DuplicateStageName: two stages have the same name."""

from __future__ import annotations

from tests.annotated import check_rule

RULE = "DuplicateStageName"


def test_the_later_name_is_marked() -> None:
    """The related information is the first stage with the name."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM alpine AS base
        FROM alpine AS Base
        #              ^^^^ DuplicateStageName Duplicate stage name "base", stage names should be unique
        FROM alpine AS other
        FROM alpine AS base
        #              ^^^^ DuplicateStageName
        """,
    )

    assert [place.span for place in finding.related] == [(15, 19)]
