"""MissingPathFolder: PATH names an environment that nothing creates."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "MissingPathFolder"


def test_an_environment_that_nothing_creates() -> None:
    """The folder is marked in PATH, not the variable."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:latest
        ENV PATH=/azureml-envs/MyEnv90/bin:$PATH
        #        ^^^^^^^^^^^^^^^^^^^^^^^^^ MissingPathFolder No instruction creates /azureml-envs/MyEnv90
        RUN pip install --no-cache-dir numpy
        """,
    )

    assert finding.severity is Severity.INFORMATION
    assert finding.fixes == ()


def test_the_wrong_folder_of_conda(tmp_path: Path) -> None:
    """The message names the folder in which conda creates the environment, whose name may come from a file."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        WORKDIR /work
        COPY conda.yml .
        RUN conda env create -f conda.yml
        ENV LANG=C PATH="/opt/conda/envs/own/bin:${PATH}"
        #                ^^^^^^^^^^^^^^^^^^^^^^^ MissingPathFolder in /opt/miniconda/envs/own
        """,
        context_of(tmp_path, {"conda.yml": "name: own\ndependencies: []\n"}),
    )


def test_the_wrong_folder_of_conda_for_an_unknown_name() -> None:
    """Conda creates no environment below another folder, whatever name the file has."""
    created = f"{FROM_TRAINING}COPY conda.yml /tmp/\nRUN conda env create -f /tmp/conda.yml\n"
    before = f"{created}ENV PATH=/opt/conda/envs/own/bin:$PATH\n"
    check_fix(RULE, before, before.replace("/opt/conda/", "/opt/miniconda/"))
    assert findings_of(RULE, f"{created}ENV PATH=/opt/miniconda/envs/own/bin:$PATH\n") == []


def test_a_folder_in_a_variable() -> None:
    """The rule replaces variables; the written text is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        ENV OWN=/azureml-envs/own
        ENV PATH $OWN/bin:$PATH
        #        ^^^^^^^^ MissingPathFolder
        RUN conda create -y -p /azureml-envs/other python=3.12
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "RUN conda create -y -p /azureml-envs/own python=3.12",
        "RUN conda create -y --prefix $OWN python=3.12",
        "RUN python -m venv $OWN",
        "RUN python -m venv /azureml-envs/own",
        "RUN ./setup.sh",
        "RUN conda env create -f conda.yml",
        "COPY --from=other /azureml-envs/own /azureml-envs/own",
        "COPY rootfs /",
        "RUN mkdir /azureml-envs && cd /azureml-envs && python -m venv own",
    ],
)
def test_what_may_create_it(lines: str) -> None:
    """The rule is silent if another instruction may create the folder."""
    check_rule(RULE, f"{FROM_TRAINING}ENV OWN=/azureml-envs/own\n{lines}\nENV PATH=/azureml-envs/own/bin:$PATH\n")


@pytest.mark.parametrize(
    "text",
    [
        f"{FROM_TRAINING}RUN conda create -y -n own python=3.12\nENV PATH=/opt/miniconda/envs/own/bin:$PATH\n",
        f"{FROM_TRAINING}ENV PATH=/opt/tools/bin:/usr/local/cuda/bin:$PATH\n",
        f"{FROM_INFERENCE}ENV PATH=/opt/miniconda/envs/amlenv/bin:$PATH\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nENV PATH=/azureml-envs/sklearn-1.5/bin:$PATH\n",
        "FROM continuumio/miniconda3\nENV PATH=/opt/conda/envs/own/bin:$PATH\n",
        f"{FROM_TRAINING}RUN ln -s /opt/miniconda /opt/conda\n"
        "RUN conda create -y -n own python=3.12\nENV PATH=/opt/conda/envs/own/bin:$PATH\n",
        f"{FROM_TRAINING}ENV PATH=$UNKNOWN/bin:$PATH\n",
        f"{FROM_TRAINING}ENV CONDA_ENVS_PATH=/opt/conda/envs\n"
        "RUN conda create -y -n own python=3.12\nENV PATH=/opt/conda/envs/own/bin:$PATH\n",
        f"{FROM_TRAINING}ARG P\nRUN conda create -y -p $P python=3.12\nENV PATH=/opt/conda/envs/own/bin:$PATH\n",
        f"{FROM_TRAINING}RUN ./conda.sh -b -p /opt/conda && conda env create -f a.yml\n"
        "ENV PATH=/opt/conda/envs/own/bin:$PATH\n",
    ],
)
def test_folders_that_exist_or_are_not_known(text: str) -> None:
    """The rule is silent for environments of images, other folders, other images and another conda."""
    assert findings_of(RULE, text) == []


def test_the_folder_of_conda() -> None:
    """The fix names the folder in which conda creates the environment."""
    before = f"{FROM_TRAINING}RUN conda create -y -n own python=3.12\nENV PATH=/opt/conda/envs/own/bin:$PATH\n"
    check_fix(RULE, before, before.replace("/opt/conda/", "/opt/miniconda/"))
