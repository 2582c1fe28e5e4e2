"""InvalidDefaultArgInFrom: the image of a FROM is invalid unless `--build-arg` sets a variable."""

from __future__ import annotations

import pytest

from tests.annotated import check_rule

RULE = "InvalidDefaultArgInFrom"


def test_an_image_without_its_build_argument() -> None:
    """The image is empty or invalid with the defaults alone."""
    check_rule(
        RULE,
        """
        ARG TAG
        ARG BASE
        FROM alpine:$TAG
        #    ^^^^^^^^^^^ InvalidDefaultArgInFrom Default value for ARG alpine:$TAG results in empty or invalid
        FROM ${BASE}
        #    ^^^^^^^ InvalidDefaultArgInFrom
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "ARG TAG=3\nFROM alpine:$TAG\n",
        "ARG TAG\nFROM alpine:${TAG:-3}\n",
        "ARG TAG\nFROM alpine${TAG:+:$TAG}\n",
        "FROM alpine:$TARGETARCH\n",
        "FROM alpine AS base\nFROM base\n",
    ],
)
def test_valid_defaults(lines: str) -> None:
    """A default, also in the reference itself, and the arguments of the platform make a valid image."""
    check_rule(RULE, lines)
