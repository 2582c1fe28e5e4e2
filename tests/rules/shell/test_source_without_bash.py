"""SourceWithoutBash: `source` in a shell that does not have it."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "SourceWithoutBash"


def test_source_in_a_run() -> None:
    """The word `source` is marked, and the build stops there."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN source /opt/miniconda/etc/profile.d/conda.sh && conda activate base && pip install numpy
        #   ^^^^^^ SourceWithoutBash sh has no source command
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "lines",
    [
        f"{FROM_INFERENCE}RUN pip list && source /a/activate && make\n",
        "FROM ubuntu:22.04\nRUN source /a/env.sh && make\n",
        "FROM debian:12 AS base\nFROM base\nRUN <<EOF\nset -e\nsource /a/env.sh\nmake\nEOF\n",
        f'{FROM_TRAINING}SHELL ["/bin/sh", "-ec"]\nRUN source /a/env.sh && make\n',
        f"{FROM_TRAINING}RUN sh -c 'source /a/env.sh && make'\n",
        f"{FROM_TRAINING}RUN source /opt/ros/setup.bash && make\n",
    ],
)
def test_images_with_dash(lines: str) -> None:
    """The rule knows the images whose `sh` is dash, and every form of a RUN that `sh` reads."""
    assert len(findings_of(RULE, lines)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        f'{FROM_TRAINING}SHELL ["/bin/bash", "-c"]\nRUN source /a/env.sh && make\n',
        f"{FROM_TRAINING}RUN bash -c 'source /a/env.sh && make'\n",
        f"{FROM_TRAINING}RUN bash <<EOF\nsource /a/env.sh\nmake\nEOF\n",
        f"{FROM_TRAINING}RUN ln -sf /bin/bash /bin/sh\nRUN source /a/env.sh && make\n",
        f"{FROM_TRAINING}RUN dpkg-reconfigure dash\nRUN source /a/env.sh && make\n",
        f"{FROM_TRAINING}RUN . /a/env.sh && make\n",
        f"{FROM_TRAINING}RUN source /a/env.sh || . /a/env.sh && make\n".replace("source", "false || source"),
        f'{FROM_TRAINING}RUN [ -z "$BASH" ] || source /a/env.sh\n',
        f"{FROM_TRAINING}RUN echo source /a/env.sh\n",
        f"{FROM_TRAINING}RUN source\n",
        f"{FROM_TRAINING}RUN <<EOF\n#!/bin/bash\nsource /a/env.sh\nmake\nEOF\n",
        f"{FROM_TRAINING}RUN <<EOF\n#!/usr/bin/env -S bash -e\nsource /a/env.sh\nmake\nEOF\n",
        f'{FROM_TRAINING}RUN ["source", "/a/env.sh"]\n',
        f"{FROM_TRAINING}RUN source activate a\n",
        "FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280:1\nRUN source /a/env.sh && make\n",
        "FROM mcr.microsoft.com/azureml/aifx/stable-ubuntu2004-cu117-py38-torch200:1\nRUN source /a/env.sh && make\n",
        "FROM mcr.microsoft.com/azureml/curated/acpt-pytorch-2.2-cuda12.1:9\nRUN source /a/env.sh && make\n",
        "FROM alpine:3.20\nRUN source /a/env.sh && make\n",
        "FROM example.com/base:1\nRUN source /a/env.sh && make\n",
        "ARG BASE\nFROM $BASE\nRUN source /a/env.sh && make\n",
    ],
)
def test_a_shell_that_may_have_source(lines: str) -> None:
    """The rule is silent in bash, on images whose shell is unknown, and where CondaActivateLost has the repair."""
    check_rule(RULE, lines)


def test_a_run_that_continues() -> None:
    """After `;` the build continues without the script, so the finding is a hint."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN source /a/env.sh; make\n")

    assert finding.severity is Severity.HINT
    assert "so the script does not run" in finding.message


def test_the_fix_uses_a_dot() -> None:
    """`.` is the same command under its POSIX name."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN source /a/env.sh && make\n",
        f"{FROM_TRAINING}RUN . /a/env.sh && make\n",
        "Use .",
    )


def test_the_fix_selects_bash() -> None:
    """SHELL goes above the RUN; it is the only fix for a script of bash, or with arguments."""
    for script in ("/opt/ros/setup.bash", "activate score", "env.sh"):
        check_fix(
            RULE,
            f"{FROM_TRAINING}RUN source {script} && make\n",
            f'{FROM_TRAINING}SHELL ["/bin/bash", "-c"]\nRUN source {script} && make\n',
        )
