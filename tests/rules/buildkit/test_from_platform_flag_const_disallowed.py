"""FromPlatformFlagConstDisallowed: fROM sets a fixed platform."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "FromPlatformFlagConstDisallowed"


def test_a_constant_platform() -> None:
    """The value is marked."""
    check_rule(
        RULE,
        """
        FROM --platform=linux/amd64 alpine
        #               ^^^^^^^^^^^ FromPlatformFlagConstDisallowed should not use constant value "linux/amd64"
        FROM --platform=aarch64 alpine AS build
        #               ^^^^^^^ FromPlatformFlagConstDisallowed
        """,
    )


def test_a_stage_for_one_platform() -> None:
    """The name of the stage says that one platform is meant; a variable is not a constant."""
    check_rule(
        RULE,
        """
        FROM --platform=linux/amd64 alpine AS build_amd64
        FROM --platform=x86_64 alpine AS amd64-tools
        FROM --platform=$BUILDPLATFORM alpine
        FROM --platform=!! alpine
        """,
    )


def test_the_fix() -> None:
    """The fix removes the flag."""
    check_fix(RULE, "FROM --platform=linux/amd64 alpine\n", "FROM alpine\n")
