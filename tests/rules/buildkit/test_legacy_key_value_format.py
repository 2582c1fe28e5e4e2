"""LegacyKeyValueFormat: eNV or LABEL separates the name from the value by a space."""

from __future__ import annotations

from tests.annotated import check_rule

RULE = "LegacyKeyValueFormat"


def test_the_pair_is_marked() -> None:
    """ENV and LABEL are marked; an ARG has no such form."""
    check_rule(
        RULE,
        """
        FROM alpine
        ENV A b c
        #   ^^^^^ LegacyKeyValueFormat "ENV key=value" should be used instead of legacy "ENV key value" format
        LABEL a b
        #     ^^^ LegacyKeyValueFormat "LABEL key=value" should be used
        ENV A=b C="d e"
        ARG A
        """,
    )
