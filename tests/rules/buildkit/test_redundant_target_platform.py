"""RedundantTargetPlatform: fROM sets the platform that it has anyway."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "RedundantTargetPlatform"


def test_the_target_platform() -> None:
    """The flag is marked in each notation."""
    check_rule(
        RULE,
        """
        FROM --platform=$TARGETPLATFORM alpine
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^ RedundantTargetPlatform Setting platform to predefined $TARGETPLATFORM in FROM
        FROM --platform=${TARGETPLATFORM} alpine
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RedundantTargetPlatform
        FROM --platform=$BUILDPLATFORM alpine
        FROM --platform=${TARGETPLATFORM}/v8 alpine
        """,
    )


def test_the_fix() -> None:
    """The fix removes the flag."""
    check_fix(RULE, "FROM --platform=$TARGETPLATFORM  alpine AS a\n", "FROM alpine AS a\n")
