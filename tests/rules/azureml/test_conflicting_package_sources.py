"""ConflictingPackageSources: a variable with packages that another variable overrides."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule

RULE = "ConflictingPackageSources"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_a_conda_file_overrides_requirements() -> None:
    """The overridden variable is marked in any order, without a fix, because the user may mean either."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_CONDA_YAML is set too
        ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
        """,
    )

    assert finding.severity is Severity.WARNING
    assert finding.fixes == ()


def test_a_folder_of_packages_overrides_both() -> None:
    """Every overridden variable is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_PYTHON_LIB_PATH=env/lib/python3.12/site-packages \\
            AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml \\
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_PYTHON_LIB_PATH is set too
            AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_PYTHON_LIB_PATH is set too
        """,
    )


def test_a_variable_set_in_an_earlier_stage() -> None:
    """The variable is marked in the earlier stage; the other variable and the FROM of the later stage are related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_REQUIREMENTS_TXT is ignored
        FROM base
        ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
        """,
    )

    assert [place.message for place in finding.related] == [
        "AZUREML_EXTRA_CONDA_YAML is set here.",
        "This stage inherits it.",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\n"
        "RUN pip install -r $AZUREML_EXTRA_REQUIREMENTS_TXT",
        "ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml",
        'ENV AZUREML_EXTRA_CONDA_YAML="" AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt',
        "ENV AZUREML_EXTRA_CONDA_YAML=$YAML AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=$FILE",
        "ARG AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_CONDA_YAML=\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt",
        'ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\nCMD ["python", "server.py"]',
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\nCOPY run /var/runit/gunicorn/run",
    ],
)
def test_a_single_source_is_not_reported(lines: str) -> None:
    """The rule ignores a single source, one that may be unset, and a changed start-up script."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest",
        "mcr.microsoft.com/azureml/curated/sklearn-1.5:latest",
        "mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest",
        "mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest",
        "python:3.12",
        "$BASE",
    ],
)
def test_other_images_are_not_reported(image: str) -> None:
    """The rule ignores images without the script, scripts that install nothing, and MLflow images."""
    check_rule(
        RULE,
        f"FROM {image}\nENV AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt\n",
    )
