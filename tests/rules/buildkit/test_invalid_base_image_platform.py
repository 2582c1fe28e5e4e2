"""InvalidBaseImagePlatform: the base image exists for another platform only."""

from __future__ import annotations

import pytest

from tests.annotated import check_rule

RULE = "InvalidBaseImagePlatform"


def test_a_platform_that_no_image_has() -> None:
    """Azure ML's images are for linux/amd64 only."""
    check_rule(
        RULE,
        """
        FROM --platform=linux/arm64 mcr.microsoft.com/azureml/minimal-py312-inference:latest
        #               ^^^^^^^^^^^ InvalidBaseImagePlatform platform "linux/amd64", expected "linux/arm64"
        """,
    )


@pytest.mark.parametrize(
    "line",
    [
        "FROM --platform=linux/amd64 mcr.microsoft.com/azureml/minimal-py312-inference:latest",
        "FROM --platform=amd64 mcr.microsoft.com/azureml/minimal-py312-inference:latest",
        "FROM --platform=$BUILDPLATFORM mcr.microsoft.com/azureml/minimal-py312-inference:latest",
        "FROM --platform=linux/arm64 python:3.12",
    ],
)
def test_platforms_that_may_exist(line: str) -> None:
    """The rule is silent for the right platform, an unknown one, and other images."""
    check_rule(RULE, f"{line}\n")
