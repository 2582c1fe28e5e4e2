"""CondaNotInitialized: `conda activate` in a shell without the functions of conda."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "CondaNotInitialized"


def test_an_activation_before_pip() -> None:
    """The program conda cannot change the shell, so it fails."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN conda activate proj && pip install numpy
        #   ^^^^^^^^^^^^^^ CondaNotInitialized so this RUN fails
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "lines",
    [
        f"{FROM_INFERENCE}RUN conda create -yn a python && conda activate a && pip install b\n",
        f"{FROM_TRAINING}RUN conda init bash\nRUN conda activate a && pip install b\n",
        f"{FROM_TRAINING}RUN conda init bash && conda activate a && pip install b\n",
        f'{FROM_TRAINING}SHELL ["/bin/bash", "-c"]\nRUN conda activate a && pip install b\n',
        f"{FROM_TRAINING}RUN bash -c 'conda activate a && pip install b'\n",
        f"{FROM_TRAINING}RUN mamba activate a && pip install b\n",
    ],
)
def test_shells_without_the_functions(lines: str) -> None:
    """`conda init` does not help, because a RUN reads no start-up file."""
    assert len(findings_of(RULE, lines)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "RUN . /opt/miniconda/etc/profile.d/conda.sh && conda activate a && pip install b",
        'RUN eval "$(conda shell.bash hook)" && conda activate a && pip install b',
        "RUN bash -lc 'conda activate a && pip install b'",
        'SHELL ["/bin/bash", "--login", "-c"]\nRUN conda activate a && pip install b',
        'SHELL ["conda", "run", "-n", "a", "/bin/bash", "-c"]\nRUN conda activate a && pip install b',
        "ENV BASH_ENV=/root/.bashrc\nRUN conda activate a && pip install b",
        "RUN conda activate a",
        "RUN <<EOF\n#!/bin/bash -l\nconda activate a\npip install b\nEOF",
        "RUN pip list || conda activate a && pip install b",
        "RUN conda run -n a pip install b",
        "RUN echo conda activate a && pip install b",
    ],
)
def test_shells_that_may_have_the_functions(lines: str) -> None:
    """The rule is silent if a script may define the functions, and where CondaActivateLost reports the command."""
    check_rule(RULE, f"{FROM_TRAINING}{lines}\n")


def test_other_images() -> None:
    """The shell of another image is unknown."""
    check_rule(RULE, "FROM mambaorg/micromamba\nRUN micromamba activate a && pip install b\n")


def test_a_run_that_continues() -> None:
    """After `;` pip installs into another environment, so the finding is a hint."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN conda activate a; pip install b\n")

    assert finding.severity is Severity.HINT
    assert "another environment" in finding.message


def test_the_fix_reads_the_functions() -> None:
    """conda itself knows the folder of its script."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN apt-get update && conda activate a && pip install b\n",
        f"{FROM_TRAINING}RUN apt-get update && "
        '. "$(conda info --base)/etc/profile.d/conda.sh" && conda activate a && pip install b\n',
    )
