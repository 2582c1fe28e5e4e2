"""UndefinedUser: `USER dockeruser` on a training image, which does not have that user."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UndefinedUser"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"


def test_a_training_image() -> None:
    """The name is marked, because the next RUN or the container fails."""
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


def test_a_user_with_a_group_or_from_a_variable() -> None:
    """Every form of the name is marked."""
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


def test_a_stage_on_another_stage() -> None:
    """The base image of the earlier stage decides."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        FROM base
        USER dockeruser
        #    ^^^^^^^^^^ UndefinedUser
        """,
    )


def test_the_image_is_the_default_of_an_arg() -> None:
    """An ARG without a value has the default that FROM gives, as it is unless the build sets it."""
    check_rule(
        RULE,
        """
        ARG BASE
        FROM ${BASE:-mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest}
        USER dockeruser
        #    ^^^^^^^^^^ UndefinedUser
        """,
    )


def test_a_user_that_is_created_too_late() -> None:
    """The user must exist before the USER instruction."""
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
        "RUN groupadd dockeruser",
        "RUN addgroup --gid 1000 dockeruser && useradd --gid dockeruser --groups dockeruser joe",
        "RUN getent group dockeruser || groupadd -r dockeruser",
        "RUN usermod --append --groups sudo dockeruser",
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
def test_instructions_that_do_not_create_the_user(lines: str) -> None:
    """Other users, commands that only use the name, and common installations do not create it."""
    assert len(findings_of(RULE, f"{TRAINING}{lines}\nUSER dockeruser\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "RUN useradd --create-home dockeruser",
        "RUN groupadd dockeruser && useradd --gid dockeruser dockeruser",
        "RUN getent passwd dockeruser || useradd -g staff dockeruser",
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
def test_instructions_that_may_create_the_user_are_not_reported(lines: str) -> None:
    """A command creates the user, or an unknown script or file may do so."""
    check_rule(RULE, f"{TRAINING}{lines}\nUSER dockeruser\n")


def test_a_user_created_in_an_earlier_stage() -> None:
    """The user exists in every stage that builds on that stage."""
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
def test_other_images_and_users_are_not_reported(fixture: str) -> None:
    """The rule ignores inference images, which have the user, unknown images, and other users."""
    check_rule(RULE, fixture)


def test_the_fix_removes_the_instruction() -> None:
    """The whole line is removed, and the rest stays unchanged."""
    before = crlf(f"{TRAINING}# no root\nuser dockeruser\n\nRUN true\n")

    check_fix(RULE, before, before.replace("user dockeruser\r\n", ""), "Remove USER dockeruser")


def test_the_fix_creates_the_user() -> None:
    """The new line is above the comment that belongs to USER, if root runs it."""
    before = crlf(f"{TRAINING}RUN true\n# no root\nUSER dockeruser")
    after = before.replace("# no root", "RUN useradd --create-home dockeruser\r\n# no root")

    check_fix(RULE, before, after, "Create the user dockeruser")


def test_only_root_can_create_users() -> None:
    """After another USER, the only fix is to remove the instruction."""
    [finding] = findings_of(RULE, f"{TRAINING}USER joe\nUSER dockeruser\n")

    assert [fix.title for fix in finding.fixes] == ["Remove USER dockeruser"]
