"""UnusedStage: a FROM whose stage no other stage uses."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "UnusedStage"


def test_two_images_that_do_not_combine() -> None:
    """The image of the first FROM is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnusedStage Nothing of this stage is in the image
        FROM python:3.12
        RUN pip install --no-cache-dir numpy
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_a_stage_with_instructions_before_an_image_of_azure_ml() -> None:
    """The first stage installs packages that the image lacks."""
    [finding] = check_rule(
        RULE,
        """
        FROM python:3.12
        #    ^^^^^^^^^^^ UnusedStage
        RUN pip install --no-cache-dir numpy
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        """,
    )

    assert finding.fixes == ()


def test_three_images() -> None:
    """A stage that another one copies from does not make the others used."""
    [finding, _] = check_rule(
        RULE,
        """
        ARG BASE=mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        FROM $BASE
        #    ^^^^^ UnusedStage
        FROM python:3.12
        FROM ubuntu:24.04
        #    ^^^^^^^^^^^^ UnusedStage
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY --from=1 /usr/local /usr/local
        """,
    )

    # Without a FROM, the number of the stage to copy from would be another.
    assert finding.fixes == ()


@pytest.mark.parametrize(
    "lines",
    [
        FROM_TRAINING,
        f"{FROM_TRAINING[:-1]} AS base\nFROM python:3.12\n",
        f"{FROM_TRAINING[:-1]} AS base\nFROM base\n",
        f"{FROM_TRAINING}FROM python:3.12\nCOPY --from=0 /a /a\n",
        f"{FROM_TRAINING}FROM python:3.12\nRUN --mount=type=bind,from=0,target=/a cp -r /a /b\n",
        f"{FROM_TRAINING}FROM python:3.12\nONBUILD COPY --from=0 /a /a\n",
        f"{FROM_TRAINING}FROM python:3.12\nARG N=0\nRUN --mount=from=$N,target=/a cp -r /a /b\n",
        f"{FROM_TRAINING}FROM\n",
        f"FROM\n{FROM_INFERENCE}",
        "FROM python:3.12\nFROM ubuntu:24.04\n",
    ],
)
def test_stages_that_may_be_used(lines: str) -> None:
    """The rule is silent for a named stage, for one that is copied or mounted by its number, and without Azure ML."""
    check_rule(RULE, lines)


def test_the_fix_removes_an_empty_stage() -> None:
    """The image stays the same, and the comments stay."""
    before = f"# training\n{FROM_TRAINING}# serving\nFROM python:3.12\nRUN pip install numpy\n"
    after = "# training\n# serving\nFROM python:3.12\nRUN pip install numpy\n"

    check_fix(RULE, before, after, "Remove this FROM")
    check_fix(RULE, crlf(before), crlf(after), "Remove this FROM")


@pytest.mark.parametrize("comment", ["# check=skip=UntaggedImage", "# escape=`", "# syntax=docker/dockerfile:1"])
def test_no_fix_makes_a_directive_of_a_comment(comment: str) -> None:
    """At the top of the file, without an instruction above it, the comment would be one."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}{comment}\nFROM python:3.12\n")

    assert finding.fixes == ()
    [below] = findings_of(RULE, f"# a\n{FROM_TRAINING}{comment}\nFROM python:3.12\n")
    assert below.fixes


def test_no_fix_makes_a_second_directive_of_a_comment() -> None:
    """BuildKit refuses a directive that is there twice."""
    [finding] = findings_of(RULE, f"# check=skip=A\nFROM python:3.12\n# check=skip=B\n{FROM_INFERENCE}")
    assert finding.fixes == ()
