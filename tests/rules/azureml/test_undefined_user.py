"""UndefinedUser: `USER dockeruser` on a training image, which has no such user."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UndefinedUser"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"


def test_a_training_image() -> None:
    """The name is marked: the next RUN, or the container, fails."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get update
        USER dockeruser
        #    ^^^^^^^^^^ UndefinedUser This image has no user dockeruser
        """,
    )

    assert finding.severity is Severity.ERROR


def test_with_a_group_and_by_a_variable() -> None:
    """However it is written."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-cuda12.4-ubuntu22.04:latest
        ARG WHO=dockeruser
        USER dockeruser:dockeruser
        #    ^^^^^^^^^^^^^^^^^^^^^ UndefinedUser
        USER $WHO
        #    ^^^^ UndefinedUser
        """,
    )


def test_a_stage_that_is_built_on_another() -> None:
    """What the stage below is built on decides."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        FROM base
        USER dockeruser
        #    ^^^^^^^^^^ UndefinedUser
        """,
    )


def test_a_user_that_is_made_too_late() -> None:
    """The order of the instructions counts."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        USER dockeruser
        #    ^^^^^^^^^^ UndefinedUser
        RUN useradd dockeruser
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "RUN useradd --create-home joe",
        "RUN mkdir -p /data && chown -R dockeruser /data",
        "RUN echo dockeruser",
        "RUN conda env create -f conda.yaml && conda clean -a -y",
        "RUN pip install -r requirements.txt && python -m pip check",
        "RUN /opt/miniconda/bin/pip install pandas",
        "RUN $CONDA_PREFIX/bin/pip install pandas",
        "RUN bash -c 'pip install pandas'",
        "RUN bash <<EOF\napt-get update\nEOF",
        "COPY . .",
        "COPY requirements.txt .",
        "COPY requirements.txt /",
        "COPY code /opt/code",
    ],
)
def test_what_makes_no_such_user(lines: str) -> None:
    """Other users, commands that only use the name, and the usual installations."""
    assert len(findings_of(RULE, f"{TRAINING}{lines}\nUSER dockeruser\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "RUN useradd --create-home dockeruser",
        "RUN groupadd staff && adduser --disabled-password --gecos '' dockeruser",
        "ARG WHO=dockeruser\nRUN useradd $WHO",
        "RUN <<EOF\nuseradd dockeruser\nEOF",
        "RUN <<EOF\n#!/usr/bin/env python3\nadd('dockeruser')\nEOF",
        'RUN ["useradd", "dockeruser"]',
        "RUN bash -c 'useradd dockeruser'",
        "RUN sudo /usr/sbin/useradd dockeruser",
        "RUN usermod --login dockeruser ubuntu",
        "RUN echo 'dockeruser:x:1000:1000::/:/bin/sh' >> /etc/passwd",
        "RUN cat users >> /etc/passwd",
        "RUN ./setup.sh",
        "RUN bash setup.sh",
        "RUN curl -fsSL https://example.org/setup | bash -",
        "RUN python setup.py",
        "RUN make users",
        "COPY passwd /etc/passwd",
        "COPY --from=users /etc/passwd /etc/group /etc/",
        "COPY overlay/ /",
        "ADD overlay.tar.gz /",
    ],
)
def test_what_may_make_it(lines: str) -> None:
    """The user is created, or a script or a file that nobody can see from here may do it."""
    check_rule(RULE, f"{TRAINING}{lines}\nUSER dockeruser\n")


def test_a_user_made_in_the_stage_below() -> None:
    """It is there in every stage that is built on it."""
    check_rule(RULE, f"{TRAINING[:-1]} AS base\nRUN useradd dockeruser\nFROM base\nUSER dockeruser\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nUSER dockeruser\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nUSER dockeruser\n",
        "FROM python:3.12\nUSER dockeruser\n",
        "ARG BASE\nFROM $BASE\nUSER dockeruser\n",
        f"{TRAINING}USER joe\n",
        f"{TRAINING}USER 1000\n",
        f"{TRAINING}ARG WHO\nUSER $WHO\n",
        f"{TRAINING}# USER dockeruser\n",
    ],
)
def test_where_nothing_is_known(fixture: str) -> None:
    """Inference images have the user, of other images nobody knows; other users are not Azure ML's."""
    check_rule(RULE, fixture)


def test_the_user_is_removed() -> None:
    """The whole line goes, and nothing else."""
    before = crlf(f"{TRAINING}# no root\nuser dockeruser\n\nRUN true\n")

    check_fix(RULE, before, before.replace("user dockeruser\r\n", ""), "Remove USER dockeruser")


def test_the_user_is_made() -> None:
    """Above the comment that belongs to USER, if root may do it."""
    before = crlf(f"{TRAINING}RUN true\n# no root\nUSER dockeruser")
    after = before.replace("# no root", "RUN useradd --create-home dockeruser\r\n# no root")

    check_fix(RULE, before, after, "Create the user dockeruser before it")


def test_only_root_makes_users() -> None:
    """After another USER only the removal is offered."""
    [finding] = findings_of(RULE, f"{TRAINING}USER joe\nUSER dockeruser\n")

    assert [fix.title for fix in finding.fixes] == ["Remove USER dockeruser"]
