"""WrongPackageManager: the package manager of another distribution."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "WrongPackageManager"


def test_yum_on_ubuntu() -> None:
    """The program does not exist in the image, whoever the user is."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN yum install -y git && yum clean all
        #   ^^^ WrongPackageManager yum does not exist on Ubuntu
        """,
    )

    assert finding.severity is Severity.ERROR
    assert finding.fixes == ()


@pytest.mark.parametrize(
    "command", ["apk add --no-cache git", "dnf -y update", "sudo yum update", "/usr/bin/yum update"]
)
def test_other_package_managers(command: str) -> None:
    """The programs of all well-known distributions are reported, also with sudo."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        f"{FROM_TRAINING}RUN command -v yum && yum install git\n",
        f"{FROM_TRAINING}RUN if [ -f /etc/redhat-release ]; then yum install git; fi\n",
        f"{FROM_TRAINING}RUN apt-get install -y git || yum install -y git\n",
        f"{FROM_TRAINING}RUN yum install -y git || apt-get install -y git\n",
        f"{FROM_TRAINING}RUN apt-get install -y dnf\nRUN dnf update\n",
        f"{FROM_TRAINING}RUN echo yum install git\n",
        f"{FROM_TRAINING}RUN yum\n",
        f"{FROM_INFERENCE}RUN pip install apk\n",
        "FROM rockylinux:9\nRUN yum install git\n",
        "FROM mcr.microsoft.com/azureml/curated/pytorch-1.12-centos123-py39-cuda11.6-inference:1\nRUN yum update\n",
    ],
)
def test_a_command_that_may_succeed(lines: str) -> None:
    """The rule is silent for other images, after conditions, and if the program may be installed."""
    check_rule(RULE, lines)


def test_a_run_that_continues() -> None:
    """The build continues without the packages, so the finding is a warning."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN yum update; pip list\n")

    assert finding.severity is Severity.WARNING
