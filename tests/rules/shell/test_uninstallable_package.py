"""UninstallablePackage: packages that a RUN cannot install, or that do not work."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "UninstallablePackage"
FROM_2404 = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"


def test_packages_for_pip() -> None:
    """The name of the package is marked, on any base image, in every stage."""
    [finding, *_] = check_rule(
        RULE,
        """
        FROM python:3.12 AS a
        RUN pip install pandas sklearn
        #                      ^^^^^^^ UninstallablePackage Install scikit-learn
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN pip install "tensorflow_gpu>=2.4"
        #                ^^^^^^^^^^^^^^ UninstallablePackage Install tensorflow.
        RUN ["pip", "install", "sklearn"]
        #                       ^^^^^^^ UninstallablePackage
        """,
    )

    assert finding.severity is Severity.WARNING


def test_packages_for_apt() -> None:
    """The version of Ubuntu comes from the name of the image, its tag or the catalogue."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest AS a
        RUN apt-get update && apt-get install -y git libgl1-mesa-glx
        #                                            ^^^^^^^^^^^^^^^ UninstallablePackage Ubuntu 24.04 does not have
        FROM ubuntu:22.04 AS b
        RUN apt-get update && apt-get install -y libssl1.1
        #                                        ^^^^^^^^^ UninstallablePackage Ubuntu 22.04 does not have
        FROM mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest AS c
        USER root
        RUN apt-get update && apt-get install -y libssl1.1
        #                                        ^^^^^^^^^ UninstallablePackage Ubuntu 22.04 does not have
        FROM a
        RUN apt-get update && apt-get install -y libgl1-mesa-glx
        #                                        ^^^^^^^^^^^^^^^ UninstallablePackage
        """,
    )


def test_a_server_that_does_not_start() -> None:
    """The version is marked, because a later version works."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN pip install azureml-inference-server-http==1.3.2
        #                                            ^^^^^^^ UninstallablePackage they lack azureml.contrib
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "pip install scikit-learn tensorflow",
        "pip install sklearn==0.0 tensorflow-gpu==2.4.0",
        "pip install 'tensorflow-gpu<2.12' 'tensorflow-gpu~=2.8.0'",
        "pip install sklearn || pip install scikit-learn",
        "if ! pip install sklearn; then pip install scikit-learn; fi",
        "SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL=True pip install sklearn",
        "pip uninstall -y sklearn",
        "pip install -e sklearn",
        "pip install sklearn-pandas ./sklearn",
        "conda install -y tensorflow-gpu",
        "apt-get install -y libgl1-mesa-glx",
        "apt-get remove -y libssl1.1",
        "apt-get install -y ./libssl1.1_1.1.1f.deb",
        "wget https://example.com/libssl1.1.deb && dpkg -i libssl1.1.deb && apt-get install -y libssl1.1",
        "echo deb focal > /etc/apt/sources.list.d/a.list && apt-get update && apt-get install -y libssl1.1",
        "pip install azureml-inference-server-http==1.3.2 azureml-contrib-services",
        "pip install azureml-inference-server-http==1.3.5 'azureml-inference-server-http>=1.3.2'",
    ],
)
def test_packages_that_install(command: str) -> None:
    """The rule is silent for old versions, other sources, fallbacks, and where the base image has the package."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


@pytest.mark.parametrize(
    "image", ["ubuntu:20.04", "debian:12", "ubuntu", "mcr.microsoft.com/azureml/minimal-py312-inference:latest"]
)
def test_other_base_images(image: str) -> None:
    """The rule is silent if the base image has the packages, or if its system is not known."""
    check_rule(RULE, f"FROM {image}\nRUN apt-get update && apt-get install -y libgl1-mesa-glx libssl1.1\n")


def test_a_copied_source() -> None:
    """The rule is silent about system packages if a COPY may add a source of packages."""
    check_rule(RULE, f"{FROM_2404}COPY focal.list /etc/apt/sources.list.d/\nRUN apt-get install -y libgl1-mesa-glx\n")


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (FROM_INFERENCE, "pip install sklearn", "pip install scikit-learn"),
        (FROM_INFERENCE, "pip install 'sklearn>=1' a", "pip install 'scikit-learn>=1' a"),
        (FROM_INFERENCE, 'bash -c "pip install tensorflow-gpu"', 'bash -c "pip install tensorflow"'),
        (FROM_2404, "apt-get install -y \\\n    libgl1-mesa-glx", "apt-get install -y \\\n    libgl1"),
        (
            FROM_INFERENCE,
            "pip install azureml-inference-server-http==1.3.2",
            "pip install azureml-inference-server-http==1.5.1",
        ),
    ],
)
def test_the_successor(start: str, before: str, after: str) -> None:
    """The fix writes the package that works in place of the other one."""
    check_fix(RULE, f"{start}RUN {before}\n", f"{start}RUN {after}\n")


def test_no_certain_successor() -> None:
    """There is no fix for a library whose successor is not compatible."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN apt-get install -y libssl1.1\n")

    assert finding.fixes == ()
