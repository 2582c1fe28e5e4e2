"""RetiredPackage: packages of Azure ML's SDK v1, in commands and in the files that they read."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, context_of
from tests.images_used import FROM_TRAINING

RULE = "RetiredPackage"


def test_packages_of_a_command() -> None:
    """A command has one finding, on its first such package, which names all of them."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN pip install numpy 'azureml-core==1.48.0' azureml_dataset_runtime[fuse]
        #                      ^^^^^^^^^^^^ RetiredPackage azureml-core and azureml-dataset-runtime
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_any_image_and_any_installer() -> None:
    """The rule reads uv, `python -m pip`, scripts and the exec form, on any base image."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        RUN uv pip install --system azureml-defaults
        #                           ^^^^^^^^^^^^^^^^ RetiredPackage Use azureml-inference-server-http
        RUN ["python", "-m", "pip", "install", "azureml-sdk"]
        #                                       ^^^^^^^^^^^ RetiredPackage azure-ai-ml
        RUN bash -c "pip install azureml-train-core"
        #                        ^^^^^^^^^^^^^^^^^^ RetiredPackage
        """,
    )


def test_a_requirements_file(tmp_path: Path) -> None:
    """The finding is on the file in the command; the lines of the file are related."""
    files = {"requirements.txt": "numpy\n# azureml-sdk\nazureml-core==1.60  # old\nazureml-mlflow\nAzureML_Sdk\n"}
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY requirements.txt /tmp/
        RUN pip install -r /tmp/requirements.txt
        #                  ^^^^^^^^^^^^^^^^^^^^^ RetiredPackage azureml-core and azureml-sdk, which
        """,
        context_of(tmp_path, files),
    )

    text = files["requirements.txt"]
    assert [item.span.of(text) for item in finding.related] == ["azureml-core", "AzureML_Sdk"]
    assert {item.path for item in finding.related} == {"requirements.txt"}


def test_a_file_in_the_working_directory_of_the_image(tmp_path: Path) -> None:
    """The commonest form names no folder at all."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY requirements.txt .
        RUN pip install -r requirements.txt
        #                  ^^^^^^^^^^^^^^^^ RetiredPackage azureml-core, which requirements.txt lists
        """,
        context_of(tmp_path, {"requirements.txt": "azureml-core\n"}),
    )


def test_a_conda_file(tmp_path: Path) -> None:
    """The rule reads the packages for pip in a conda file."""
    conda = "name: azureml-sdk\ndependencies:\n  - python=3.10\n  - pip:\n    - azureml-defaults>=1.0\n"
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        WORKDIR /work
        COPY env/conda.yml .
        RUN conda env create -p /azureml-envs/own -f conda.yml
        #                                            ^^^^^^^^^ RetiredPackage azureml-defaults, which env/conda.yml
        """,
        context_of(tmp_path, {"env/conda.yml": conda}),
    )


@pytest.mark.parametrize(
    "command",
    [
        "pip install azure-ai-ml azureml-mlflow azureml-fsspec azureml-inference-server-http",
        "pip uninstall -y azureml-core",
        "pip download azureml-core",
        "pip install ./azureml-core git+https://example.com/azureml-core",
        "echo pip install azureml-core",
        "pip install $PACKAGES",
        "pip install -e azureml-core",
        "pip install -r /elsewhere/old.txt",
    ],
)
def test_other_packages(command: str, tmp_path: Path) -> None:
    """The rule is silent for packages of SDK v2, for other actions, and for files that no COPY brings."""
    files = context_of(tmp_path, {"old.txt": "azureml-core\n", "new.txt": "azure-ai-ml\n"})
    check_rule(RULE, f"{FROM_TRAINING}COPY old.txt new.txt /tmp/\nRUN {command}\n", files)


def test_a_file_without_such_packages(tmp_path: Path) -> None:
    """The rule is silent for a file that names them in comments only."""
    files = context_of(tmp_path, {"new.txt": "azure-ai-ml\n# azureml-core\n"})
    check_rule(RULE, f"{FROM_TRAINING}COPY new.txt /tmp/\nRUN pip install -r /tmp/new.txt\n", files)
