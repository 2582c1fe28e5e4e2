"""UnusedCondaEnvironment: a conda environment that nothing uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, findings_of
from tests.images_used import FROM_TRAINING

RULE = "UnusedCondaEnvironment"


def test_a_named_environment() -> None:
    """The name is marked, also in a stage that the final stage is built on."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        RUN conda create -y -n train python=3.12 && conda clean -a
        #                      ^^^^^ UnusedCondaEnvironment does not use the environment train
        FROM base
        RUN pip install numpy
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_an_environment_in_a_folder() -> None:
    """The folder of the environment is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN conda create -y -p /opt/own python=3.12
        #                      ^^^^^^^^ UnusedCondaEnvironment the environment own
        """,
    )


def test_an_environment_from_a_file(tmp_path: Path) -> None:
    """The name comes from the conda file, if the build context has it."""
    fixture = """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        WORKDIR /work
        COPY environment.yml .
        RUN conda env create -f environment.yml
        #                       ^^^^^^^^^^^^^^^ UnusedCondaEnvironment
        """
    [finding] = check_rule(RULE, fixture, context_of(tmp_path, {"environment.yml": "name: own\ndependencies: []\n"}))
    [unnamed] = check_rule(RULE, fixture)

    assert "does not use the environment own" in finding.message
    assert "does not use this environment" in unnamed.message


@pytest.mark.parametrize(
    "command",
    [
        "/opt/miniconda/envs/train/bin/pip install numpy",
        "conda run -n train pip install numpy",
        "conda install -y -n train numpy",
        "conda env update -n train -f more.yml && conda clean -a",
    ],
)
def test_an_environment_with_packages(command: str) -> None:
    """Packages that are installed into the environment do not make it the one that runs."""
    text = f"{FROM_TRAINING}RUN conda create -y -n train python=3.12\nRUN {command}\n"
    assert len(findings_of(RULE, text)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "ENV PATH=/opt/miniconda/envs/train/bin:$PATH",
        "ENV CONDA_DEFAULT_ENV=train",
        "RUN conda run -n train python -m spacy download en",
        "RUN conda activate train && pip install numpy",
        'SHELL ["conda", "run", "-n", "train", "/bin/bash", "-c"]',
        "RUN echo 'conda activate train' >> ~/.bashrc",
        'CMD ["conda", "run", "-n", "train", "python", "train.py"]',
        "RUN ln -s /opt/miniconda/envs/train /opt/python",
        "RUN ./setup.sh",
        'ENTRYPOINT ["/entrypoint.sh"]',
        "COPY .bashrc /root/",
    ],
)
def test_what_may_use_it(lines: str) -> None:
    """The rule is silent if another instruction may use the environment."""
    check_rule(RULE, f"{FROM_TRAINING}RUN conda create -y -n train python=3.12\n{lines}\n")


@pytest.mark.parametrize(
    "command",
    [
        "conda install -y numpy",
        "conda env update -n base -f conda.yml",
        "conda create -y -n base python=3.12",
        "conda create -y -n $NAME python=3.12",
        "conda create -y -n train python=3.12 && conda run -n train python -c 1",
        "conda env remove -n train",
    ],
)
def test_no_new_environment(command: str) -> None:
    """The rule is silent for changes of the base environment and for a name that is not known."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


def test_other_images_and_stages() -> None:
    """The rule is silent on other base images, and in a stage that is not in the final image."""
    check_rule(RULE, "FROM continuumio/miniconda3\nRUN conda create -y -n train python=3.12\n")
    check_rule(RULE, f"{FROM_TRAINING}RUN conda create -y -n train python=3.12\n{FROM_TRAINING}")


@pytest.mark.parametrize(("option", "folder"), [("-n own", "/opt/miniconda/envs/own"), ("-p /srv/own", "/srv/own")])
def test_the_path(option: str, folder: str) -> None:
    """The fix puts the environment first in PATH, below its creation."""
    before = f"{FROM_TRAINING}RUN conda create -y {option} python=3.12\nRUN pip install numpy\n"
    after = before.replace("RUN pip", f"ENV PATH={folder}/bin:$PATH\nRUN pip")
    check_fix(RULE, before, after, "Put this environment first in PATH")
