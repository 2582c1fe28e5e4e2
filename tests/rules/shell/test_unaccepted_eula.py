"""UnacceptedEula: Microsoft's ODBC driver is installed or upgraded, and nothing accepts its licence."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "UnacceptedEula"


def test_an_upgrade() -> None:
    """An upgrade is reported on the images that contain the driver, and on stages that are built on them."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04:latest AS a
        RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y upgrade
        #                                                               ^^^^^^^ UnacceptedEula new version of msodbcsql
        FROM a
        RUN sudo apt dist-upgrade -y
        #            ^^^^^^^^^^^^ UnacceptedEula apt dist-upgrade stops as soon as
        """,
    )

    assert finding.severity is Severity.WARNING


def test_an_installation() -> None:
    """An installation of the driver or its tools is reported on any base image."""
    check_rule(
        RULE,
        """
        FROM ubuntu:22.04
        RUN apt-get update && apt-get install -y unixodbc msodbcsql18=18.4.1.1-1
        #                                                 ^^^^^^^^^^^^^^^^^^^^^^ UnacceptedEula of msodbcsql18 stops
        RUN ["apt-get", "install", "-y", "mssql-tools"]
        #                                 ^^^^^^^^^^^ UnacceptedEula
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "ACCEPT_EULA=Y apt-get upgrade -y",
        "export ACCEPT_EULA=Y && apt-get upgrade -y",
        "sudo ACCEPT_EULA=Y apt-get install -y msodbcsql17",
        "env ACCEPT_EULA=y apt-get install -y msodbcsql17",
        "apt-get upgrade -y || true",
        "yes | apt-get upgrade",
        "apt-get upgrade -y --dry-run",
        "apt-get upgrade -y curl",
        "apt-mark hold msodbcsql17 && apt-get upgrade -y",
        "apt-get remove -y msodbcsql17",
        "rm /etc/apt/sources.list.d/microsoft.list && apt-get upgrade -y",
        "apt-get install -y unixodbc-dev",
        "pip install --upgrade msodbcsql17",
    ],
)
def test_accepted_or_not_needed(command: str) -> None:
    """The rule is silent if the licence is accepted, and if the command does not change the driver."""
    check_rule(RULE, f"{FROM_TRAINING}RUN apt-get update\nRUN {command}\n")


@pytest.mark.parametrize(
    "line",
    [
        "ENV ACCEPT_EULA=Y",
        "ARG ACCEPT_EULA=Y",
        "RUN echo 'msodbcsql17 msodbcsql/accept_eula boolean true' | debconf-set-selections",
        "RUN apt-get remove -y msodbcsql17",
    ],
)
def test_an_earlier_instruction(line: str) -> None:
    """The rule is silent if an earlier instruction accepts the licence or removes the driver."""
    check_rule(RULE, f"{FROM_TRAINING}{line}\nRUN apt-get upgrade -y\n")


@pytest.mark.parametrize(
    "start", [FROM_INFERENCE, "FROM ubuntu:22.04\n", "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"]
)
def test_images_without_the_driver(start: str) -> None:
    """An upgrade is not reported on images that are not known to contain the driver."""
    check_rule(RULE, f"{start}USER root\nRUN apt-get update && apt-get upgrade -y\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("apt-get upgrade -y", "ACCEPT_EULA=Y apt-get upgrade -y"),
        ("sudo apt-get upgrade -y", "sudo ACCEPT_EULA=Y apt-get upgrade -y"),
        ("A=1 apt-get install -y msodbcsql17", "A=1 ACCEPT_EULA=Y apt-get install -y msodbcsql17"),
        ("<<EOF\napt-get upgrade -y\nEOF", "<<EOF\nACCEPT_EULA=Y apt-get upgrade -y\nEOF"),
        ('bash -c "apt-get upgrade -y"', 'bash -c "ACCEPT_EULA=Y apt-get upgrade -y"'),
    ],
)
def test_the_licence_is_accepted(before: str, after: str) -> None:
    """The fix sets the variable for this command only."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\n", f"{FROM_TRAINING}RUN {after}\n", "Set ACCEPT_EULA=Y")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


@pytest.mark.parametrize("command", ["timeout 9 apt-get upgrade -y", '["apt-get", "upgrade", "-y"]'])
def test_no_place_for_the_variable(command: str) -> None:
    """There is no fix in the exec form or after a program that would take the variable for its command."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")

    assert finding.fixes == ()
