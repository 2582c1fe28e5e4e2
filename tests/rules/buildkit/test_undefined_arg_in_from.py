"""UndefinedArgInFrom: fROM uses an ARG that nothing declares."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "UndefinedArgInFrom"


def test_an_arg_that_nothing_declares() -> None:
    """An ARG below FROM is not an ARG of FROM, and a default value does not declare the variable."""
    check_rule(
        RULE,
        """
        ARG VERSION=3
        FROM alpine:$VERSIN
        #           ^^^^^^^ UndefinedArgInFrom FROM argument 'VERSIN' is not declared (did you mean VERSION?)
        ARG BASE=x
        FROM ${BASE:-alpine}
        #    ^^^^^^^^^^^^^^^ UndefinedArgInFrom
        FROM --platform=$PLAT alpine
        #               ^^^^^ UndefinedArgInFrom
        """,
    )


def test_declared_and_predefined_args() -> None:
    """An ARG without a value, and those of the platform, are declared."""
    check_rule(RULE, "ARG A\nARG B=1\nFROM --platform=$BUILDPLATFORM alpine:$A$B-$TARGETARCH\n")


def test_the_fix() -> None:
    """The fix takes the declared name."""
    check_fix(RULE, "ARG VERSION=3\nFROM alpine:${VERSON}\n", "ARG VERSION=3\nFROM alpine:${VERSION}\n")
